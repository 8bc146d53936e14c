//! One function for each way in which a result is made.

use super::environment::{Environment, Rounding};
use super::tensor::Tensor;
use super::windows;
use crate::graph::{Attr, Node, Type};
use crate::ops::{Distribution, Move, Reduction, Value, strides};

/// The value of a node that is no leaf.
pub(super) fn compute(node: &Node, types: &[&Type], args: &[&Tensor], environment: &Environment) -> Tensor {
    let mut out = Tensor::full(&node.ty, environment.batch, 0.0);
    match &node.op.value {
        // Leaves and loops are not made here.
        Value::Leaf | Value::Scan | Value::Out => {}
        Value::Each { eval, .. } => each(&mut out, args, |xs| eval(xs, &node.attr)),
        Value::Move(of) => movement(&mut out, args, &of(&node.attr, types, &node.ty)),
        Value::Reduce(reduction) => reduce(&mut out, args[0], types[0], &node.attr, *reduction),
        Value::ArgMax => argmax(&mut out, args[0], types[0], &node.attr),
        Value::Contract => contract(&mut out, args, types, &node.attr, environment.batch),
        Value::Gather => gather(&mut out, args[0], args[1], types[0]),
        Value::Scatter => scatter(&mut out, args[0], args[1]),
        Value::Random(distribution) => draw(&mut out, *distribution, &node.attr, environment),
        Value::BatchSum => batch_sum(&mut out, args[0], environment.batch),
        Value::Conv(part) => windows::conv(&mut out, args, types, &node.ty, &node.attr, *part, environment.batch),
        Value::Window(window) => windows::window(&mut out, args, &node.attr, *window),
    }
    out
}

fn each(out: &mut Tensor, args: &[&Tensor], eval: impl Fn(&[f64]) -> f64) {
    let mut xs = vec![0.0; args.len()];
    for i in 0..out.samples() {
        for (at, y) in out.sample_mut(i).iter_mut().enumerate() {
            for (x, arg) in xs.iter_mut().zip(args) {
                *x = arg.sample(i)[at];
            }
            *y = eval(&xs);
        }
    }
}

fn movement(out: &mut Tensor, args: &[&Tensor], of: &Move) {
    for i in 0..out.samples() {
        let to = out.sample_mut(i);
        to.fill(of.fill);
        for region in &of.regions {
            let from = args[region.operand].sample(i);
            let (tos, froms) = (offsets(&region.shape, &region.to_strides), offsets(&region.shape, &region.from_strides));
            for (at, source) in tos.into_iter().zip(froms) {
                to[(region.to as isize + at) as usize] = from[(region.from as isize + source) as usize];
            }
        }
    }
}

/// The offset of each element of a box, row-major.
fn offsets(shape: &[usize], strides: &[isize]) -> Vec<isize> {
    let mut out = vec![0];
    for (&n, &stride) in shape.iter().zip(strides) {
        out = out.iter().flat_map(|&at| (0..n as isize).map(move |i| at + i * stride)).collect();
    }
    out
}

/// The offsets of the axes that stay, and of those that go.
fn parted(shape: &[usize], gone: impl Fn(usize) -> bool) -> (Vec<isize>, Vec<isize>) {
    let strides = strides(shape);
    let of = |wanted: bool| {
        let axes: Vec<usize> = (0..shape.len()).filter(|&i| gone(i) == wanted).collect();
        let pick = |from: &[usize]| axes.iter().map(|&i| from[i]).collect::<Vec<_>>();
        offsets(&pick(shape), &axes.iter().map(|&i| strides[i]).collect::<Vec<_>>())
    };
    (of(false), of(true))
}

fn reduce(out: &mut Tensor, x: &Tensor, ty: &Type, attr: &Attr, reduction: Reduction) {
    let Attr::Axes(axes) = attr else { return };
    let (stay, gone) = parted(&ty.shape, |i| axes.contains(&i));
    for i in 0..out.samples() {
        let from = x.sample(i);
        for (y, &at) in out.sample_mut(i).iter_mut().zip(&stay) {
            let numbers = gone.iter().map(|&further| from[(at + further) as usize]);
            *y = match reduction {
                Reduction::Sum => numbers.sum(),
                Reduction::Max => numbers.fold(f64::NEG_INFINITY, |a, b| if a.is_nan() || a > b { a } else { b }),
                Reduction::Min => numbers.fold(f64::INFINITY, |a, b| if a.is_nan() || a < b { a } else { b }),
            };
        }
    }
}

fn argmax(out: &mut Tensor, x: &Tensor, ty: &Type, attr: &Attr) {
    let Attr::Axis(axis) = *attr else { return };
    let (stay, gone) = parted(&ty.shape, |i| i == axis);
    for i in 0..out.samples() {
        let from = x.sample(i);
        for (y, &at) in out.sample_mut(i).iter_mut().zip(&stay) {
            let mut best = 0;
            for (place, &further) in gone.iter().enumerate() {
                let (number, have) = (from[(at + further) as usize], from[(at + gone[best]) as usize]);
                if number > have || (number.is_nan() && !have.is_nan()) {
                    best = place;
                }
            }
            *y = best as f64;
        }
    }
}

fn contract(out: &mut Tensor, args: &[&Tensor], types: &[&Type], attr: &Attr, batch: usize) {
    let Attr::Contract { a, b, out: kept, sum_batch } = attr else { return };
    let mut summed: Vec<u8> = Vec::new();
    for &label in a.iter().chain(b) {
        if !kept.contains(&label) && !summed.contains(&label) {
            summed.push(label);
        }
    }
    let extent = |label: &u8| match a.iter().position(|have| have == label) {
        Some(axis) => types[0].shape[axis],
        None => b.iter().position(|have| have == label).map_or(1, |axis| types[1].shape[axis]),
    };
    // For each operand: where the elements of the result begin, and how far the terms of its sum are from there.
    let of = |labels: &[u8], ty: &Type, wanted: &[u8]| {
        let strides = strides(&ty.shape);
        let stride = |label: &u8| labels.iter().position(|have| have == label).map_or(0, |axis| strides[axis]);
        offsets(&wanted.iter().map(extent).collect::<Vec<_>>(), &wanted.iter().map(stride).collect::<Vec<_>>())
    };
    let (from_a, from_b) = (of(a, types[0], kept), of(b, types[1], kept));
    let (in_a, in_b) = (of(a, types[0], &summed), of(b, types[1], &summed));
    let samples = if *sum_batch { batch } else { out.samples() };
    for i in 0..samples {
        let (x, y) = (args[0].sample(i), args[1].sample(i));
        for (z, (&at_a, &at_b)) in out.sample_mut(i).iter_mut().zip(from_a.iter().zip(&from_b)) {
            let products = in_a.iter().zip(&in_b).map(|(&a, &b)| x[(at_a + a) as usize] * y[(at_b + b) as usize]);
            *z += products.sum::<f64>();
        }
    }
}

fn gather(out: &mut Tensor, table: &Tensor, index: &Tensor, ty: &Type) {
    let row = ty.size() / ty.shape[0];
    for i in 0..out.samples() {
        let (from, at) = (table.sample(i), index.sample(i));
        for (to, &at) in out.sample_mut(i).chunks_exact_mut(row).zip(at) {
            // An index out of range reads nothing: inputs are checked before.
            if let Some(from) = from.chunks_exact(row).nth(at as usize) {
                to.copy_from_slice(from);
            }
        }
    }
}

fn scatter(out: &mut Tensor, index: &Tensor, x: &Tensor) {
    for i in 0..out.samples() {
        let (at, from) = (index.sample(i), x.sample(i));
        let row = from.len() / at.len();
        let to = out.sample_mut(i);
        for (from, &at) in from.chunks_exact(row).zip(at) {
            if let Some(to) = to.chunks_exact_mut(row).nth(at as usize) {
                to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
            }
        }
    }
}

fn draw(out: &mut Tensor, distribution: Distribution, attr: &Attr, environment: &Environment) {
    let Attr::Random { place, parameter, first, strides } = attr else { return };
    let (place, parameter) = (*place, *parameter);
    let first = first + environment.times.iter().zip(strides).map(|(time, stride)| time * stride).sum::<usize>();
    let digits = if environment.rounding == Rounding::F64 { 53 } else { 24 };
    for sample in 0..out.samples() {
        for (i, y) in out.sample_mut(sample).iter_mut().enumerate() {
            let i = first + i;
            let uniform = |digits| environment.random.uniform(sample as u64, place, i, digits);
            *y = match distribution {
                // The same draw in every precision.
                Distribution::Bernoulli => f64::from(uniform(53) < parameter),
                Distribution::Normal => environment.random.normal(sample as u64, place, i),
                Distribution::Uniform => uniform(digits),
            };
        }
    }
}

fn batch_sum(out: &mut Tensor, x: &Tensor, batch: usize) {
    for i in 0..batch {
        for (y, x) in out.sample_mut(0).iter_mut().zip(x.sample(i)) {
            *y += x;
        }
    }
}
