//! A gradient that is a product over the samples, made tile by tile ([`super::tiles`]) or piece by piece where the update reads it.
//!
//! A piece stays in the first-level cache. Of a matrix with few columns it is some rows; of one with many, a part of the columns of some
//! rows, so that the columns of the right factor that belong to it can be copied side by side: once for all rows, if those of all chunks fit.

use core::ops::Range;

use super::gradients::Left;
use super::tiles::by_tiles;
use super::{Late, by_lines};
use crate::conv::at_least_one;
use crate::matmul::block::Aligned;
use crate::matmul::{Factor, Rows, RowsMut, product};
use crate::{Column, Real, Simd};

/// Elements of a piece.
const PIECE: usize = if cfg!(target_pointer_width = "64") { 4096 } else { 512 };
/// Elements of a copy of some columns of the right factor.
const PANEL: usize = if cfg!(target_pointer_width = "64") { 8192 } else { 1024 };
/// Columns from which on a piece has not all of them.
const WIDE: usize = if cfg!(target_pointer_width = "64") { 512 } else { 64 };
/// The most columns of a piece then.
const WIDTH: usize = 64;
/// Of how many it has a multiple.
const GRAIN: usize = 16;

/// A sum of products `leftᵀ · right`, one of each chunk of a batch, or some rows of it.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a, T> {
    chunks: &'a [Left<'a, T>],
    late: &'a Late,
    ports: &'a [Column<'a, T>],
    /// The rows that are meant: the first, and how many.
    first: usize,
    rows: usize,
}

impl<'a, T: Real> Product<'a, T> {
    pub(super) fn new(chunks: &'a [Left<'a, T>], late: &'a Late, ports: &'a [Column<'a, T>]) -> Self {
        Product { chunks, late, ports, first: 0, rows: late.shape.0 }
    }

    pub(super) fn columns(&self) -> usize {
        self.late.shape.1
    }

    /// Rows of the factors of all chunks.
    pub(super) fn depth(&self) -> usize {
        self.chunks.iter().map(|chunk| self.depth_of(chunk)).sum()
    }

    fn depth_of(&self, chunk: &Left<'a, T>) -> usize {
        chunk.samples() * self.late.positions
    }

    fn left(&self, chunk: &Left<'a, T>) -> &'a [T] {
        chunk.values(self.late.left, self.late.positions * self.late.shape.0, self.ports)
    }

    fn right(&self, chunk: &Left<'a, T>) -> &'a [T] {
        chunk.values(self.late.right, self.late.positions * self.late.shape.1, self.ports)
    }

    /// The rows before and from element `at` on.
    pub(super) fn split_at(self, at: usize) -> (Self, Self) {
        let rows = (at / self.columns().max(1)).min(self.rows);
        let behind = Product { first: self.first + rows, rows: self.rows - rows, ..self };
        (Product { rows, ..self }, behind)
    }

    /// If it is of a single row, in whole vectors: the factor of each row of the result, and what it multiplies.
    #[inline(always)]
    pub(super) fn outer(&self, lanes: usize) -> Option<(&'a [T], &'a [T])> {
        let [chunk] = self.chunks else { return None };
        let outer = self.depth_of(chunk) == 1 && self.columns().is_multiple_of(lanes);
        let left = self.left(chunk).get(self.first..self.first + self.rows).filter(|_| outer)?;
        Some((left, self.right(chunk)))
    }
}

/// `outs = f(product, outs)`, piece by piece. Not a part of a function that has no use for its rooms.
#[inline(never)]
pub(super) fn by_pieces<T: Real, S: Simd<T>, const O: usize>(
    simd: S,
    product: &Product<'_, T>,
    mut outs: [&mut [T]; O],
    f: impl Fn([S::Vector; 1], [S::Vector; O]) -> [S::Vector; O] + Copy,
) {
    let done = match product.whole() {
        Some((left, right)) => by_tiles(simd, left, right, product.rows, outs.each_mut().map(|out| &mut **out), f),
        None => 0,
    };
    if done == product.rows {
        return;
    }
    // What tiles leave over is a few rows.
    let (mut small, mut large, mut copies);
    let room: &mut [T] = if done > 0 {
        small = Aligned([T::ZERO; PIECE / 8]);
        &mut small.0
    } else {
        large = Aligned([T::ZERO; PIECE]);
        &mut large.0
    };
    let panel: &mut [T] = if product.in_rows() {
        &mut []
    } else {
        copies = Aligned([T::ZERO; PANEL]);
        &mut copies.0
    };
    let columns = product.columns();
    let width = product.width();
    for col in (0..columns).step_by(at_least_one(width)) {
        let width = width.min(columns - col);
        let mut right = Right { columns: col..col + width, panel: &mut *panel, copied: false };
        let most = (room.len() / at_least_one(width)).max(1);
        for row in (done..product.rows).step_by(most) {
            let rows = most.min(product.rows - row);
            let Some(piece) = room.get_mut(..rows * width) else { return };
            product.make(simd, row, &mut right, piece);
            // Whole rows follow each other: they are one line.
            let (len, stride) = if width == columns { (piece.len(), piece.len()) } else { (width, columns) };
            by_lines(simd, piece, len, (row * columns + col, stride), outs.each_mut().map(|out| &mut **out), f);
        }
    }
}

/// Columns of the right factors, and room for copies of them.
struct Right<'p, T> {
    columns: Range<usize>,
    panel: &'p mut [T],
    /// Whether those of all chunks are in it.
    copied: bool,
}

impl<'a, T: Real> Product<'a, T> {
    /// Columns of a piece: all, or a part that can be copied.
    fn width(&self) -> usize {
        let columns = self.columns();
        let deepest = self.chunks.iter().map(|chunk| self.depth_of(chunk)).max().unwrap_or(0);
        if self.in_rows() { columns } else { (PANEL / at_least_one(deepest) / GRAIN * GRAIN).clamp(GRAIN, WIDTH).min(columns) }
    }

    /// Whether pieces are whole rows.
    fn in_rows(&self) -> bool {
        self.columns() <= WIDE && self.chunks.len() == 1
    }

    /// Both factors, if tiles can be made for the update to go on with: of one chunk, where the right factor (of f32) stays in the first-level cache.
    fn whole(&self) -> Option<(Factor<'a, T>, Rows<'a, T>)> {
        let [chunk] = self.chunks else { return None };
        let ((rows, columns), depth) = (self.late.shape, self.depth_of(chunk));
        if depth * columns > PANEL {
            return None;
        }
        let a = self.left(chunk).get(self.first..)?;
        Some((Factor { a, row: 1, k: rows, depth }, Rows { xs: self.right(chunk), stride: columns }))
    }

    /// A piece: so many rows of these columns as it has room for, from `row` on.
    fn make<S: Simd<T>>(&self, simd: S, row: usize, right: &mut Right<'_, T>, piece: &mut [T]) {
        let (rows, columns) = self.late.shape;
        let Range { start: col, end } = right.columns;
        let width = end - col;
        let left = |chunk: &Left<'a, T>| {
            let a = self.left(chunk).get(self.first + row..).unwrap_or_default();
            Factor { a, row: 1, k: rows, depth: self.depth_of(chunk) }
        };
        if let ([chunk], true) = (self.chunks, self.in_rows()) {
            let count = piece.len() / at_least_one(width);
            let right = Rows { xs: self.right(chunk), stride: columns };
            return product(simd, left(chunk), right, count, RowsMut { xs: piece, stride: width }, columns, false);
        }
        // The sums of each chunk are added whole, as where they are gradients of their own; so the bits do not depend on how many rows
        // are made at a time.
        let together = self.depth() * width <= right.panel.len();
        let mut at = 0;
        for (i, chunk) in self.chunks.iter().enumerate() {
            let (len, all) = (self.depth_of(chunk) * width, self.right(chunk));
            let b = match right.panel.get_mut(at..at + len) {
                Some(panel) => {
                    if !right.copied {
                        for (to, from) in panel.chunks_exact_mut(at_least_one(width)).zip(all.chunks_exact(at_least_one(columns))) {
                            if let Some(from) = from.get(col..).and_then(|from| from.get(..to.len())) {
                                to.copy_from_slice(from);
                            }
                        }
                    }
                    Rows { xs: &*panel, stride: width }
                }
                None => Rows { xs: all.get(col..).unwrap_or_default(), stride: columns },
            };
            simd.product(left(chunk), b, RowsMut { xs: &mut *piece, stride: width }, width, i > 0);
            at += if together { len } else { 0 };
        }
        right.copied = together;
    }
}
