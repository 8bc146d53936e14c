//! Convolutions, pools and resampling of small images and signals.

use super::value::Value;
use super::{ELEMENTS, Generator, Template};

pub(super) const TABLE: &[Template] = &[
    ("conv2d", conv2d),
    ("conv1d", conv1d),
    ("depthwise_conv2d", depthwise),
    ("conv_transpose2d", transposed),
    ("pool of an image", pool2d),
    ("pool of an image", pool2d),
    ("pool of a signal", pool1d),
    ("pool of a signal", pool1d),
    ("global pool", global_pool),
    ("global pool", global_pool),
    ("adaptive pool", adaptive),
    ("upsample", upsample),
    ("convolution by hand", by_hand),
    ("window by hand", window),
    ("derivative of a window", derivative_of_a_window),
    ("derivative of a window", derivative_of_a_window),
];

fn image(generator: &mut Generator) -> Value {
    let (c, h, w) = (1 + generator.draws.below(2), 2 + generator.draws.below(3), 2 + generator.draws.below(3));
    generator.shaped(&[c, h, w])
}

fn signal(generator: &mut Generator) -> Value {
    let (c, n) = (1 + generator.draws.below(2), 3 + generator.draws.below(6));
    generator.shaped(&[c, n])
}

/// The length of a window's output, if there is any.
fn length(n: usize, k: usize, stride: usize, pad: usize, dilation: usize) -> Option<usize> {
    Some((n + 2 * pad).checked_sub(dilation * (k - 1) + 1)? / stride + 1)
}

fn small(shape: &[usize]) -> Option<()> {
    (shape.iter().product::<usize>() <= ELEMENTS).then_some(())
}

fn conv2d(generator: &mut Generator) -> Option<()> {
    let x = image(generator);
    let groups = if x.shape[0] == 2 && generator.draws.chance(1, 3) { 2 } else { 1 };
    let filters = groups * (1 + generator.draws.below(2));
    let label = generator.name("c");
    if generator.draws.chance(1, 4) {
        let shape = [filters, x.shape[1], x.shape[2]];
        small(&shape)?;
        generator.bind(&format!("{} |> {label}: conv2d({filters}, 2, pad = \"same\", groups = {groups})", x.name), &shape, 3.0, &[&x]);
        return Some(());
    }
    let (k, l) = (1 + generator.draws.below(3), 1 + generator.draws.below(2));
    let (stride, pad, dilation) = (1 + generator.draws.below(2), generator.draws.below(2), 1 + generator.draws.below(2));
    let shape = [filters, length(x.shape[1], k, stride, pad, dilation)?, length(x.shape[2], l, stride, pad, dilation)?];
    small(&shape)?;
    let bias = *generator.draws.pick(&["", ", bias = false"]);
    let arguments = format!("{filters}, ({k}, {l}), stride = {stride}, pad = {pad}, dilation = {dilation}, groups = {groups}{bias}");
    generator.bind(&format!("{} |> {label}: conv2d({arguments})", x.name), &shape, 3.0, &[&x]);
    Some(())
}

fn conv1d(generator: &mut Generator) -> Option<()> {
    let x = signal(generator);
    let (filters, k) = (1 + generator.draws.below(3), 1 + generator.draws.below(3));
    let (stride, pad, dilation) = (1 + generator.draws.below(2), generator.draws.below(3), 1 + generator.draws.below(2));
    let shape = [filters, length(x.shape[1], k, stride, pad, dilation)?];
    small(&shape)?;
    let label = generator.name("c");
    let arguments = format!("{filters}, {k}, stride = {stride}, pad = {pad}, dilation = {dilation}");
    generator.bind(&format!("{} |> {label}: conv1d({arguments})", x.name), &shape, 3.0, &[&x]);
    Some(())
}

fn depthwise(generator: &mut Generator) -> Option<()> {
    let x = image(generator);
    let (k, stride, pad) = (1 + generator.draws.below(2), 1 + generator.draws.below(2), generator.draws.below(2));
    let shape = [x.shape[0], length(x.shape[1], k, stride, pad, 1)?, length(x.shape[2], k, stride, pad, 1)?];
    small(&shape)?;
    let label = generator.name("c");
    generator.bind(&format!("{} |> {label}: depthwise_conv2d({k}, stride = {stride}, pad = {pad})", x.name), &shape, 3.0, &[&x]);
    Some(())
}

fn transposed(generator: &mut Generator) -> Option<()> {
    let x = generator.shaped(&[2, 2, 3]);
    let (filters, k, stride) = (1 + generator.draws.below(2), 1 + generator.draws.below(3), 1 + generator.draws.below(2));
    let pad = generator.draws.below(k);
    let long = |n: usize| ((n - 1) * stride + k).checked_sub(2 * pad).filter(|&n| n > 0);
    let shape = [filters, long(2)?, long(3)?];
    small(&shape)?;
    let label = generator.name("c");
    generator.bind(&format!("{} |> {label}: conv_transpose2d({filters}, {k}, stride = {stride}, pad = {pad})", x.name), &shape, 3.0, &[&x]);
    Some(())
}

fn pool2d(generator: &mut Generator) -> Option<()> {
    let x = image(generator);
    let (k, stride) = (1 + generator.draws.below(2), 1 + generator.draws.below(2));
    let pad = generator.draws.below(k / 2 + 1);
    let shape = [x.shape[0], length(x.shape[1], k, stride, pad, 1)?, length(x.shape[2], k, stride, pad, 1)?];
    small(&shape)?;
    let name = *generator.draws.pick(&["max_pool2d", "avg_pool2d"]);
    let expression = generator.call(name, &x.name, &format!("{k}, stride = {stride}, pad = {pad}"));
    generator.bind(&expression, &shape, x.bound, &[&x]);
    Some(())
}

fn pool1d(generator: &mut Generator) -> Option<()> {
    let x = signal(generator);
    let k = 1 + generator.draws.below(3);
    let shape = [x.shape[0], length(x.shape[1], k, k, 0, 1)?];
    let name = *generator.draws.pick(&["max_pool1d", "avg_pool1d"]);
    let expression = generator.call(name, &x.name, &k.to_string());
    generator.bind(&expression, &shape, x.bound, &[&x]);
    Some(())
}

fn global_pool(generator: &mut Generator) -> Option<()> {
    let x = image(generator);
    let name = *generator.draws.pick(&["global_avg_pool", "global_max_pool"]);
    let expression = generator.call(name, &x.name, "");
    generator.bind(&expression, &[x.shape[0]], x.bound, &[&x]);
    Some(())
}

fn adaptive(generator: &mut Generator) -> Option<()> {
    let x = image(generator);
    let (h, w) = (1 + generator.draws.below(x.shape[1]), 1 + generator.draws.below(x.shape[2]));
    generator.bind(&format!("adaptive_avg_pool2d({}, ({h}, {w}))", x.name), &[x.shape[0], h, w], x.bound, &[&x]);
    Some(())
}

fn upsample(generator: &mut Generator) -> Option<()> {
    let (h, w) = (1 + generator.draws.below(2), 1 + generator.draws.below(3));
    let x = generator.shaped(&[1, h, w]);
    let mode = *generator.draws.pick(&["", ", mode = \"bilinear\""]);
    generator.bind(&format!("upsample2d({}, 2{mode})", x.name), &[1, 2 * h, 2 * w], x.bound, &[&x]);
    Some(())
}

/// The operations themselves, with another value as the kernel.
fn by_hand(generator: &mut Generator) -> Option<()> {
    let x = signal(generator);
    let (filters, k) = (1 + generator.draws.below(2), 1 + generator.draws.below(2));
    if generator.draws.chance(1, 3) {
        let w = generator.parameter(&[x.shape[0], filters, k]);
        let shape = [filters, (x.shape[1] - 1) * 2 + k];
        small(&shape)?;
        generator.bind(&format!("conv_transpose({}, {}, stride = 2)", x.name, w.name), &shape, 4.0 * x.bound, &[&x, &w]);
        return Some(());
    }
    let w = generator.parameter(&[filters, x.shape[0], k]);
    let shape = [filters, length(x.shape[1], k, 1, 0, 1)?];
    generator.bind(&format!("conv({}, {})", x.name, w.name), &shape, 4.0 * x.bound, &[&x, &w]);
    Some(())
}

fn window(generator: &mut Generator) -> Option<()> {
    let x = signal(generator);
    let k = 1 + generator.draws.below(3);
    let shape = [x.shape[0], length(x.shape[1], k, 1, 0, 1)?];
    let name = *generator.draws.pick(&["window_max", "window_sum"]);
    generator.bind(&format!("{name}({}, [{k}], 1)", x.name), &shape, x.bound * k as f64, &[&x]);
    Some(())
}

/// The training gradient of this one holds a second derivative.
fn derivative_of_a_window(generator: &mut Generator) -> Option<()> {
    let x = signal(generator);
    let name = *generator.draws.pick(&["window_max", "window_max", "window_max", "window_sum"]);
    let u = generator.bind(&format!("sum({name}({}, [2], 1) ^ 3) * 0.1", x.name), &[], 4.0, &[&x]);
    generator.bind(&format!("grad({}, {})", u.name, x.name), &x.shape, 4.0, &[&u]);
    Some(())
}
