//! Images as runs of memory: padded, and cut into phases where the kernel strides, so that neighbouring places of a kernel
//! read neighbouring elements.

use super::{Conv, Places, SLACK, Slide, at_least_one};
use crate::{Mask as _, Real, Simd, Vector as _};

/// One axis of a frame.
#[derive(Clone, Copy)]
struct Axis {
    /// Elements of one phase.
    len: usize,
    /// Phases: elements as far apart as the stride lie side by side.
    phases: usize,
    /// From one element of the kernel to the next.
    dilation: usize,
    /// Elements of the kernel.
    window: usize,
}

impl Axis {
    fn forward(slide: Slide) -> Axis {
        let phases = slide.stride.min(slide.reach() + 1);
        Axis { len: slide.places() + slide.reach() / at_least_one(slide.stride), phases, dilation: slide.dilation, window: slide.window }
    }

    fn backward(slide: Slide) -> Axis {
        Axis { len: slide.image + slide.reach(), phases: 1, dilation: slide.dilation, window: slide.window }
    }
}

/// How an image that a kernel slides over lies: planes of lines, one for each channel and phase.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    rows: Axis,
    columns: Axis,
    /// Strides of the kernel, for finding phases.
    strides: (usize, usize),
}

/// Results of one sample: a run for each channel, lines `width` apart in it.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    pub(super) channels: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) width: usize,
    /// From one channel to the next: whole vectors of any level.
    pub(super) apart: usize,
}

impl Lines {
    /// Elements of all of them.
    pub(super) fn len(&self) -> usize {
        self.channels * self.apart + SLACK
    }

    /// Whether places can be computed line by line, where they belong, at about the price of all that lies between them too. A group
    /// of few channels has too few sums in a line's few vectors to hide the latency of a multiply-add.
    #[inline(always)]
    pub(super) fn fit<T: Real, S: Simd<T>>(&self, groups: usize) -> bool {
        let exact = self.exact();
        let many = self.channels >= 4 * groups || self.width == self.columns;
        many && exact.columns >= S::LANES
            && 4 * exact.lines * exact.columns.div_ceil(at_least_one(S::LANES)) <= 5 * (self.apart / at_least_one(S::LANES))
    }

    /// The results alone; all as one line where nothing lies between them.
    #[inline(always)]
    pub(super) fn exact(&self) -> Places {
        let apart = self.rows * self.columns;
        let (lines, columns) = if self.width == self.columns { (1, apart) } else { (self.rows, self.columns) };
        Places { lines, columns, width: self.width, apart }
    }

    /// What lies between the lines, too, and whole vectors.
    #[inline(always)]
    pub(super) fn whole(&self) -> Places {
        Places { lines: 1, columns: self.apart, width: self.width, apart: self.apart }
    }

    /// Results of one sample laid out so, zeros between their lines; `from` may go on behind them.
    #[inline(always)]
    pub(super) fn spread<T: Real, S: Simd<T>>(&self, simd: S, from: &[T], wide: &mut [T]) {
        let lay = Lay::new(simd, self.columns);
        for channel in 0..self.channels {
            for row in 0..self.rows {
                let line = from.get((channel * self.rows + row) * self.columns..).unwrap_or_default();
                let at = row * self.width;
                let until = if row + 1 == self.rows { self.apart - at } else { self.width };
                lay.line(line, wide.get_mut(channel * self.apart + at..).unwrap_or_default(), until);
            }
        }
    }
}

/// Copies lines of one length by whole vectors, zeros behind them. What a vector reaches of the next line is written again with that one.
struct Lay<T: Real, S: Simd<T>> {
    simd: S,
    count: usize,
    /// The lanes of the last vector that belong to the line.
    tail: S::Mask,
    zero: S::Vector,
}

impl<T: Real, S: Simd<T>> Lay<T, S> {
    #[inline(always)]
    fn new(simd: S, count: usize) -> Self {
        let left = (count + S::LANES - 1) % S::LANES + 1;
        let tail = crate::iota(simd, 0).lt(simd.splat(T::from_f64(left as f64)));
        Lay { simd, count, tail, zero: simd.splat(T::ZERO) }
    }

    /// The first `count` elements of `from`, then zeros until at least `until`.
    #[inline(always)]
    fn line(&self, from: &[T], to: &mut [T], until: usize) {
        let mut at = 0;
        while at < self.count {
            let loaded = self.simd.load(from.get(at..).unwrap_or_default());
            let kept = if at + S::LANES < self.count { loaded } else { self.tail.select(loaded, self.zero) };
            kept.store(to.get_mut(at..).unwrap_or_default());
            at += S::LANES;
        }
        while at < until {
            self.zero.store(to.get_mut(at..).unwrap_or_default());
            at += S::LANES;
        }
    }
}

impl Frame {
    /// Of the image that a convolution reads.
    pub(super) fn forward(conv: Conv) -> Frame {
        let strides = (conv.rows.stride, conv.columns.stride);
        Frame { rows: Axis::forward(conv.rows), columns: Axis::forward(conv.columns), strides }
    }

    /// Of its result, spread by the stride and padded, that the gradient by the image reads.
    pub(super) fn backward(conv: Conv) -> Frame {
        Frame { rows: Axis::backward(conv.rows), columns: Axis::backward(conv.columns), strides: (1, 1) }
    }

    /// Elements of one phase of one channel.
    #[inline(always)]
    fn plane(&self) -> usize {
        self.rows.len * self.columns.len
    }

    /// Elements of one channel.
    pub(super) fn channel(&self) -> usize {
        self.rows.phases * self.columns.phases * self.plane()
    }

    /// Extents of the kernel.
    pub(super) fn windows(&self) -> (usize, usize) {
        (self.rows.window, self.columns.window)
    }

    /// Where a line of the kernel begins, from where its first does.
    #[inline(always)]
    pub(super) fn line(&self, i: usize) -> usize {
        let at = i * self.rows.dilation;
        if self.strides.0 == 1 {
            return at * self.columns.len;
        }
        let stride = at_least_one(self.strides.0);
        at % stride * self.columns.phases * self.plane() + at / stride * self.columns.len
    }

    /// Where an element of a line of the kernel is, from where its first is.
    #[inline(always)]
    pub(super) fn column(&self, j: usize) -> usize {
        let at = j * self.columns.dilation;
        if self.strides.1 == 1 {
            return at;
        }
        let stride = at_least_one(self.strides.1);
        at % stride * self.plane() + at / stride
    }

    /// The results of so many channels and places, one run for each channel.
    pub(super) fn lines(&self, channels: usize, rows: usize, columns: usize) -> Lines {
        let run = (rows - 1) * self.columns.len + columns;
        Lines { channels, rows, columns, width: self.columns.len, apart: run.next_multiple_of(SLACK) }
    }

    /// Whether the image lies so already.
    pub(super) fn is_image(&self, conv: Conv) -> bool {
        let whole = |slide: Slide| slide.stride == 1 && slide.before == 0 && slide.after == 0;
        whole(conv.rows) && whole(conv.columns)
    }

    /// Pads an image and cuts it into phases.
    #[inline(always)]
    pub(super) fn fill_forward<'a, T: Real, S: Simd<T>>(&self, simd: S, conv: Conv, x: &[T], scratch: &'a mut [T]) -> &'a [T] {
        let image = conv.rows.image * conv.columns.image;
        if self.strides == (1, 1) {
            let Some(all) = scratch.get_mut(..conv.channels * self.plane()) else { return &[] };
            all.fill(T::ZERO);
            let lay = Lay::new(simd, conv.columns.image);
            for channel in 0..conv.channels {
                for row in 0..conv.rows.image {
                    let from = x.get(channel * image + row * conv.columns.image..).unwrap_or_default();
                    let to = channel * self.plane() + (row + conv.rows.before) * self.columns.len + conv.columns.before;
                    lay.line(from, all.get_mut(to..).unwrap_or_default(), 0);
                }
            }
            return ended(scratch, conv.channels * self.plane());
        }
        let mut planes = scratch.chunks_exact_mut(at_least_one(self.plane()));
        for image in x.chunks_exact(at_least_one(image)).take(conv.channels) {
            for (i, j) in (0..self.rows.phases).flat_map(|i| (0..self.columns.phases).map(move |j| (i, j))) {
                let Some(plane) = planes.next() else { return &[] };
                for (row, line) in plane.chunks_exact_mut(at_least_one(self.columns.len)).enumerate() {
                    let source = (row * self.strides.0 + i).checked_sub(conv.rows.before).filter(|&row| row < conv.rows.image);
                    let Some(source) = source else {
                        line.fill(T::ZERO);
                        continue;
                    };
                    let from = image.get(source * conv.columns.image..).and_then(|rest| rest.get(..conv.columns.image));
                    spaced(line, from.unwrap_or_default(), conv.columns.before, j, self.strides.1);
                }
            }
        }
        ended(scratch, conv.channels * self.channel())
    }

    /// Spreads a result by the stride, with zeros between and around its elements; `y` may go on behind it.
    #[inline(always)]
    pub(super) fn fill_backward<'a, T: Real, S: Simd<T>>(&self, simd: S, conv: Conv, y: &[T], scratch: &'a mut [T]) -> &'a [T] {
        let (rows, columns) = (conv.rows.places(), conv.columns.places());
        let Some(all) = scratch.get_mut(..conv.filters * self.plane()) else { return &[] };
        all.fill(T::ZERO);
        // The last element of the kernel meets the first of the image at reach − before; results that only padding meets are left out.
        let Slide { before, stride, .. } = conv.columns;
        let skipped = before.saturating_sub(conv.columns.reach()).div_ceil(at_least_one(stride));
        let first = (skipped * stride + conv.columns.reach()).saturating_sub(before);
        let count = columns.saturating_sub(skipped).min(self.columns.len.saturating_sub(first).div_ceil(at_least_one(stride)));
        let lay = Lay::new(simd, count);
        for filter in 0..conv.filters {
            for i in 0..rows {
                let Some(row) = (i * conv.rows.stride + conv.rows.reach()).checked_sub(conv.rows.before) else { continue };
                if row >= self.rows.len {
                    break;
                }
                let from = y.get((filter * rows + i) * columns + skipped..).unwrap_or_default();
                let to = all.get_mut(filter * self.plane() + row * self.columns.len + first..).unwrap_or_default();
                if stride == 1 {
                    lay.line(from, to, 0);
                } else {
                    to.iter_mut().step_by(at_least_one(stride)).zip(from).take(count).for_each(|(place, &y)| *place = y);
                }
            }
        }
        ended(scratch, conv.filters * self.channel())
    }
}

/// Every `stride`-th element of a padded line, from the `phase`-th on.
#[inline(always)]
fn spaced<T: Real>(line: &mut [T], from: &[T], before: usize, phase: usize, stride: usize) {
    // The first that lies on the image.
    let first = before.saturating_sub(phase).div_ceil(at_least_one(stride)).min(line.len());
    let (padding, rest) = line.split_at_mut(first);
    padding.fill(T::ZERO);
    let source = from.get((first * stride + phase).saturating_sub(before)..).unwrap_or_default();
    let count = source.len().div_ceil(at_least_one(stride)).min(rest.len());
    let (inside, padding) = rest.split_at_mut(count);
    padding.fill(T::ZERO);
    if stride == 1 {
        inside.iter_mut().zip(source).for_each(|(place, &x)| *place = x);
    } else {
        inside.iter_mut().zip(source.iter().step_by(at_least_one(stride))).for_each(|(place, &x)| *place = x);
    }
}

/// What was filled, with finite numbers behind it.
#[inline(always)]
fn ended<T: Real>(scratch: &mut [T], len: usize) -> &[T] {
    scratch.iter_mut().skip(len).take(SLACK).for_each(|x| *x = T::ZERO);
    scratch
}
