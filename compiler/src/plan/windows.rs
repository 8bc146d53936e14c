//! Convolutions in a plan: the room that their kernels need beside their operands, and what they can read as they write.

use super::{Place, access::reads_through};
use crate::graph::{Attr, Conv, Graph, NodeId, Slide, Type};
use crate::ops::{Part, Value};

/// Elements that a vector may read past what it is wanted for: as the runtime has it, the lanes of the widest level.
const SLACK: usize = 16;
/// Elements of scratch that the gradient by the kernels may take so as to work on several samples at a time: 64 KB of f32.
const BLOCK: usize = 16_384;

/// How the operand of an epilogue lies beside the result of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// One number for all.
    One,
    /// One number a sample.
    Sample,
    /// One number a channel.
    Channel,
    /// All elements of a sample, the same for all of them.
    Shared,
    /// All elements.
    All,
}

/// How an operand that is not computed inside lies, if its stride by stride reading over `shape` (one sample) is one that a convolution's
/// epilogue knows.
#[must_use]
pub fn beside(source: &Type, base: usize, strides: &[isize], shape: &[usize]) -> Option<Beside> {
    let walks = |wanted: &[isize]| strides.iter().zip(wanted).zip(shape).all(|((have, want), &extent)| extent == 1 || have == want);
    let row_major = super::row_major(shape);
    let size: usize = shape.iter().product();
    if base != 0 {
        return None;
    }
    if source.size() == 1 {
        return Some(if source.batched { Beside::Sample } else { Beside::One });
    }
    if source.size() == size && walks(&row_major) {
        return Some(if source.batched { Beside::All } else { Beside::Shared });
    }
    let mut of_channel = vec![0; shape.len()];
    *of_channel.first_mut()? = 1;
    (!source.batched && source.size() == shape[0] && walks(&of_channel)).then_some(Beside::Channel)
}

/// Whether everything that the epilogue of a convolution reads lies in a way it knows.
pub(super) fn epilogue_fits(graph: &Graph, places: &[Place], kernel: NodeId, product: NodeId) -> bool {
    let shape = &graph.ty(kernel).shape;
    let mut open = vec![kernel];
    while let Some(id) = open.pop() {
        for &arg in graph.node(id).args.iter().filter(|arg| **arg != product) {
            let node = graph.node(arg);
            let through = reads_through(graph, arg);
            if places[arg.index()] == Place::Inline && !through {
                open.push(arg);
                continue;
            }
            if matches!((&node.op.value, &node.attr), (Value::Leaf, Attr::Number(_))) {
                continue;
            }
            let fits = match (&node.op.value, places[arg.index()]) {
                (Value::Move(regions), Place::Inline) => {
                    let types: Vec<_> = node.args.iter().map(|&of| graph.ty(of)).collect();
                    let moved = regions(&node.attr, &types, &node.ty);
                    moved.regions.first().and_then(|region| beside(types[region.operand], region.from, &region.from_strides, shape))
                }
                _ => beside(&node.ty, 0, &super::row_major(&node.ty.shape), shape),
            };
            if fits.is_none() {
                return false;
            }
        }
    }
    true
}

/// How an axis lies where a kernel slides over it: as the runtime's frames have it, elements of a phase and phases.
fn forward(slide: Slide) -> (usize, usize) {
    let reach = slide.reach() - 1;
    (slide.places() + reach / slide.stride, slide.stride.min(reach + 1))
}

/// The extents of the images' two axes; signals have one line.
#[must_use]
pub fn two_axes(axes: &[Slide]) -> [Slide; 2] {
    match axes {
        [rows, columns] => [*rows, *columns],
        [columns] => [Slide::of(1, 1), *columns],
        _ => [Slide::of(1, 1); 2],
    }
}

/// Channels and filters of a convolution that makes one part of the others.
#[must_use]
pub fn channels(graph: &Graph, id: NodeId, part: Part) -> (usize, usize) {
    let node = graph.node(id);
    let of = |ty: &Type| ty.shape.first().copied().unwrap_or(1);
    let [a, b] = [0, 1].map(|i| node.args.get(i).map_or(1, |&arg| of(graph.ty(arg))));
    match part {
        Part::Output => (a, of(&node.ty)),
        Part::Input => (of(&node.ty), b),
        Part::Weight => (a, b),
    }
}

/// Elements of scratch that the kernel of a convolution needs, for tiles of `rows`.
pub(super) fn scratch(graph: &Graph, id: NodeId, rows: usize) -> Option<usize> {
    let node = graph.node(id);
    let (Value::Conv(part), Attr::Conv(conv)) = (&node.op.value, &node.attr) else { return None };
    let (channels, filters) = channels(graph, id, *part);
    // The kernels, tap after tap.
    let kernels = match part {
        Part::Output => node.args.get(1),
        Part::Input => node.args.first(),
        Part::Weight => None,
    };
    let panel = kernels.map_or(0, |&kernels| graph.ty(kernels).size());
    Some(elements(conv, *part, channels, filters, if conv.sum_batch { rows } else { 1 }).saturating_add(panel))
}

fn elements(conv: &Conv, part: Part, channels: usize, filters: usize, samples: usize) -> usize {
    let [down, along] = two_axes(&conv.axes);
    let product = |factors: &[usize]| factors.iter().fold(1_usize, |product, &n| product.saturating_mul(n));
    let sum = |terms: &[usize]| terms.iter().fold(0_usize, |sum, &n| sum.saturating_add(n));
    // A run of results: lines `width` apart, whole vectors.
    let run = |rows: usize, columns: usize, width: usize| sum(&[product(&[rows - 1, width]), columns, SLACK - 1]) / SLACK * SLACK;
    let ((lines, row_phases), (width, column_phases)) = (forward(down), forward(along));
    let plain = |slide: Slide| slide.stride == 1 && slide.before == 0 && slide.after == 0;
    let image = if plain(down) && plain(along) { 0 } else { product(&[channels, row_phases, column_phases, lines, width]) };
    match part {
        Part::Output => sum(&[product(&[filters, run(down.places(), along.places(), width)]), image, 2 * SLACK]),
        Part::Input => {
            let (lines, width) = (sum(&[down.image, down.reach() - 1]), sum(&[along.image, along.reach() - 1]));
            sum(&[product(&[channels, run(down.image, along.image, width)]), product(&[filters, lines, width]), 2 * SLACK])
        }
        Part::Weight => {
            let one = sum(&[product(&[filters, run(down.places(), along.places(), width)]), image]);
            sum(&[product(&[one, (BLOCK / one).clamp(1, samples.max(1))]), SLACK])
        }
    }
}
