//! How many samples a tile has.
//!
//! Each tile reads all weights, so many rows are good; but what a tile makes must stay in a core's second-level cache until the
//! backward pass has read it. So a program has tiles of [`USUAL`] rows, or of as many fewer as keep its live values under [`LIVE`] bytes;
//! of [`MANY`] where its weights leave the cache, which makes reading them the dearest part, and where it has many weights and [`MANY`] rows
//! are alive in [`LIVE`] bytes, too: a batch of one tile need not add up its gradients. A tile that is not full has as many rows as there are
//! samples.
//!
//! Where a sample is a matrix itself (the positions of a sequence), one sample fills the registers as well as several do: then a tile has
//! one row.

use super::{Draft, Program};
use crate::ops::{self, Value};

/// Rows of a tile where nothing speaks against it.
const USUAL: usize = 32;
/// Rows of a tile where the weights do not stay in the cache.
const MANY: usize = 128;
/// Bytes of the values of a tile that are alive at the same time, at most.
const LIVE: usize = 1 << 20;
/// From how many rows of products on, of a sample alone, others beside it gain little.
const OF_SAMPLE: usize = 8;
/// Bytes of weights that stay in the cache.
const WEIGHTS: usize = 1 << 20;
/// Bytes of weights that are dear to add gradients to.
const MANY_WEIGHTS: usize = 1 << 18;

/// Samples of a chunk, of which it has a multiple, for tiles of `rows`: threads share batches that large tiles would leave few of.
#[must_use]
pub fn of_chunk(rows: usize) -> usize {
    rows.min(MANY / 2)
}

/// Samples of a tile of a program, which `draft` is made of and whose reals take `bytes` each, at most.
#[must_use]
pub fn rows(program: &Program, draft: &Draft, bytes: usize) -> usize {
    let graph = &program.graph;
    let parameters = graph.ids().filter(|id| std::ptr::eq(graph.node(*id).op, &ops::param::OP)).map(|id| graph.ty(id).size());
    let weights = parameters.sum::<usize>().saturating_mul(bytes);
    let heavy = weights > WEIGHTS;
    if !heavy && rows_of_sample(program) >= OF_SAMPLE {
        return 1;
    }
    let fits = |live: usize, rows: usize| bytes.saturating_mul(live).saturating_mul(rows) <= LIVE;
    let of_two = draft.alive(2);
    // What is computed once lives beside the rows. (A tile of one row is planned otherwise: its inputs are copied.)
    let of_one = || draft.alive(4).saturating_sub(of_two) / 2;
    if !fits(of_two, USUAL) {
        let (live, mut most) = (of_one(), USUAL);
        while most > 1 && !fits(live, most) {
            most /= 2;
        }
        if most < USUAL {
            return most;
        }
    }
    if heavy || weights > MANY_WEIGHTS && fits(of_one(), MANY) { MANY } else { USUAL }
}

/// How many rows the products of one sample have, on average over their operations; loops, convolutions and what else works hard count as one.
fn rows_of_sample(program: &Program) -> usize {
    let graph = &program.graph;
    let live = super::live(program, |_| true);
    let (mut all, mut rows) = (0usize, 0usize);
    for id in graph.ids().filter(|id| live[id.index()]) {
        let node = graph.node(id);
        let of_node = match node.op.value {
            Value::Contract if node.ty.batched => {
                let (_, outer) = node.ty.shape.split_last().unwrap_or((&1, &[]));
                outer.iter().fold(1, |rows: usize, &extent| rows.saturating_mul(extent)).min(USUAL)
            }
            // Its rows are summed over: of a gradient they are those of the product that it belongs to.
            Value::Contract => continue,
            Value::Conv(_) | Value::Scan => 1,
            _ => continue,
        };
        let work = super::work(graph, id);
        all = all.saturating_add(work);
        rows = rows.saturating_add(work.saturating_mul(of_node));
    }
    rows.checked_div(all).unwrap_or(0)
}
