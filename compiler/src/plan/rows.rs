//! How many samples a tile has.
//!
//! Each tile reads all weights, so many rows are good; but what a tile makes must stay in a core's second-level cache until the
//! backward pass has read it, and a batch that ends within a tile pays for the whole. So a program has the largest tile of at most
//! [`USUAL`] rows whose live values take [`LIVE`] bytes; one of a single row for small batches; and where its weights leave the
//! cache, which makes reading them the dearest part, one of [`MANY`] rows for batches that fill it.

use super::{Plan, Program};
use crate::ops;

/// Rows of a tile where nothing speaks against it.
const USUAL: usize = 32;
/// Rows of a tile where the weights do not stay in the cache.
const MANY: usize = 128;
/// Bytes of the values of a tile that are alive at the same time, at most.
const LIVE: usize = 1 << 20;
/// Bytes of weights that stay in the cache.
const WEIGHTS: usize = 1 << 20;

/// The tiles of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// For batches of any length.
    pub usual: usize,
    /// For batches that fill it.
    pub many: Option<usize>,
}

impl Rows {
    /// Up to how many samples tiles of a single row are the cheapest: a row alone costs about an eighth of a usual tile.
    #[must_use]
    pub fn few(&self) -> usize {
        self.usual / 8
    }
}

/// Chooses the tiles of a program, whose reals take `bytes` each.
#[must_use]
pub fn rows(program: &Program, bytes: usize) -> Rows {
    let live = |rows| Plan::new(program.clone(), rows).slots.largest_live_set;
    // What is computed once lives beside the rows.
    let live = bytes.saturating_mul(live(2).saturating_sub(live(1)));
    let mut usual = USUAL;
    while usual > 1 && live.saturating_mul(usual) > LIVE {
        usual /= 2;
    }
    let graph = &program.graph;
    let parameters = graph.ids().filter(|id| std::ptr::eq(graph.node(*id).op, &ops::param::OP)).map(|id| graph.ty(id).size());
    let heavy = parameters.sum::<usize>().saturating_mul(bytes) > WEIGHTS;
    Rows { usual, many: (usual == USUAL && heavy).then_some(MANY) }
}
