//! What looks across the samples of a batch.

use super::value::{Kind, Value};
use super::{Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("batch_norm", norm),
    ("batch_norm", norm),
    ("mean of a batch", mean),
    ("variance of a batch", variance),
    ("samples of a batch", samples),
];

/// A real value that surely differs from sample to sample.
fn of_samples(generator: &mut Generator, test: impl Fn(&Value) -> bool) -> Option<Value> {
    let value = generator.some(|value| value.kind == Kind::Real && test(value))?;
    if value.name.starts_with('x') {
        return Some(value);
    }
    let input = generator.some(|value| value.name.starts_with('x'))?;
    Some(generator.bind(&format!("{} + 0.2 * mean({})", value.name, input.name), &value.shape, value.bound + 0.3, &[&value, &input]))
}

/// Buffers are not assigned under `unroll`.
fn norm(generator: &mut Generator) -> Option<()> {
    generator.unroll.is_none().then_some(())?;
    let x = of_samples(generator, |value| value.rank() >= 1)?;
    generator.whole = true;
    let layer = *generator.draws.pick(&["batch_norm(eps = 0.1)", "batch_norm(momentum = 0.3, eps = 0.02)", "batch_norm(0.5, 0.3)"]);
    let layer = if generator.draws.chance(1, 2) { format!("{}: {layer}", generator.name("l")) } else { layer.to_owned() };
    generator.bind(&format!("{} |> {layer}", x.name), &x.shape, 2.5, &[&x]);
    Some(())
}

fn mean(generator: &mut Generator) -> Option<()> {
    let x = of_samples(generator, |_| true)?;
    generator.whole = true;
    let expression = match generator.draws.below(3) {
        0 => format!("if training {{ {0} - batch_mean({0}) }} else {{ {0} - 0.1 }}", x.name),
        1 => format!("if training {{ {0} * batch_mean(sin({0})) }} else {{ 0.5 * {0} }}", x.name),
        _ => format!("if training {{ {0} - tanh(batch_mean(sum({0}))) }} else {{ {0} }}", x.name),
    };
    generator.bind(&expression, &x.shape, x.bound * 2.0, &[&x]);
    Some(())
}

fn variance(generator: &mut Generator) -> Option<()> {
    let x = of_samples(generator, |_| true)?;
    generator.whole = true;
    let expression = format!("if training {{ {0} * rsqrt(batch_var({0}) + 0.3) }} else {{ {0} }}", x.name);
    generator.bind(&expression, &x.shape, x.bound * 1.8, &[&x]);
    Some(())
}

fn samples(generator: &mut Generator) -> Option<()> {
    let x = generator.real();
    generator.whole = true;
    if generator.draws.chance(1, 3) {
        generator.line("assert batch_count() > 1, \"one sample is no batch\";".to_owned());
    }
    generator.bind(&format!("if training {{ {0} * (2 / batch_count()) }} else {{ {0} }}", x.name), &x.shape, 2.0 * x.bound, &[&x]);
    Some(())
}

/// A loss term that looks across the samples, in training and in evaluations.
pub(super) fn spread(generator: &mut Generator) -> Option<String> {
    let x = of_samples(generator, |_| true)?;
    generator.whole = true;
    Some(match generator.draws.below(3) {
        0 => format!("mean(relu(1 - sqrt(batch_var({}) + 0.1)))", x.name),
        1 => format!("mean(({0} - batch_mean({0})) ^ 2)", x.name),
        _ => format!("mean(batch_mean({}) ^ 2)", x.name),
    })
}
