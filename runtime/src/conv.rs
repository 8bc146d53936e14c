//! Convolutions of images of one or two axes, and their two adjoints, without an im2col buffer.
//!
//! A convolution is a matrix product of the kernels `[filters, taps]` with a matrix whose row for the tap (channel, i, j) is
//! the image itself from that tap's element on: a place's number is its flat element in the (padded) image, so that one row
//! is one run of memory. Between the places of one line and those of the next lie some that belong to no result; they are
//! computed and left out. `correlate` has the register tile, `correlate_weight` that of the gradient by the kernels, `image`
//! how images are padded and, for strides, cut into phases.
//!
//! Shapes arrive as numbers, not as types: one body a level is compiled for all convolutions of a program.

mod correlate;
mod image;
mod weight;

use crate::{Real, Simd, Vector as _};
use correlate::{Places, Taps, correlate};
use image::Frame;
use weight::{Factors, correlate_weight};

/// How a kernel, or a window, slides along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    image: usize,
    window: usize,
    stride: usize,
    dilation: usize,
    before: usize,
    after: usize,
}

impl Slide {
    /// A window of `window` elements over `image` of them.
    #[must_use]
    pub const fn of(image: usize, window: usize) -> Slide {
        Slide { image, window, stride: 1, dilation: 1, before: 0, after: 0 }
    }

    /// From one place of the window to the next.
    #[must_use]
    pub const fn stride(self, stride: usize) -> Slide {
        Slide { stride, ..self }
    }

    /// From one element of the window to the next.
    #[must_use]
    pub const fn dilation(self, dilation: usize) -> Slide {
        Slide { dilation, ..self }
    }

    /// Elements of padding before the image's first and after its last.
    #[must_use]
    pub const fn pad(self, before: usize, after: usize) -> Slide {
        Slide { before, after, ..self }
    }

    /// From the first element of the window to its last.
    const fn reach(self) -> usize {
        (self.window - 1) * self.dilation
    }

    /// Places of the window.
    pub(crate) const fn places(self) -> usize {
        (self.image + self.before + self.after - self.reach() - 1) / at_least_one(self.stride) + 1
    }

    pub(crate) const fn image(self) -> usize {
        self.image
    }

    pub(crate) const fn window(self) -> usize {
        self.window
    }

    /// Whether windows of so many elements lie side by side, without padding.
    pub(crate) const fn is_cut_in(self, window: usize) -> bool {
        self.window == window && self.stride == window && self.dilation == 1 && self.before == 0 && self.after == 0
    }

    /// The elements of the window at a place that lie on the image: from the first up to, not including, the last.
    #[inline(always)]
    pub(crate) fn inside(self, place: usize) -> core::ops::Range<usize> {
        let at = place * self.stride;
        let first = self.before.saturating_sub(at).div_ceil(at_least_one(self.dilation));
        let end = (self.image + self.before).saturating_sub(at).div_ceil(at_least_one(self.dilation));
        first..end.min(self.window)
    }

    /// The element of the image under element `k`, which lies on it, of the window at a place.
    #[inline(always)]
    pub(crate) fn element(self, place: usize, k: usize) -> usize {
        (place * self.stride + k * self.dilation).saturating_sub(self.before)
    }
}

/// What is never 0, so that the compiler sees that a division by it cannot panic.
#[inline(always)]
pub(crate) const fn at_least_one(n: usize) -> usize {
    if n == 0 { 1 } else { n }
}

/// A convolution: channels and filters, both cut into groups, and the two axes of the images (signals have one line).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv {
    channels: usize,
    filters: usize,
    groups: usize,
    rows: Slide,
    columns: Slide,
}

impl Conv {
    /// `channels` to `filters`, in `groups`.
    #[must_use]
    pub const fn of(channels: usize, filters: usize, groups: usize, rows: Slide, columns: Slide) -> Conv {
        Conv { channels, filters, groups, rows, columns }
    }

    const fn input_len(self) -> usize {
        self.channels * self.rows.image * self.columns.image
    }

    const fn output_len(self) -> usize {
        self.filters * self.rows.places() * self.columns.places()
    }

    const fn weight_len(self) -> usize {
        self.filters * self.taps()
    }

    /// Elements of one filter.
    const fn taps(self) -> usize {
        self.channels / at_least_one(self.groups) * self.rows.window * self.columns.window
    }
}

/// A place in the result of a convolution: the first element of a vector, which stays within its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Which sample.
    pub sample: usize,
    /// Which channel of the result.
    pub channel: usize,
    /// Which of the elements of one sample.
    pub element: usize,
    /// Which of the elements of all samples.
    pub of_all: usize,
}

impl Spot {
    /// The channel's number in every lane.
    #[inline(always)]
    pub fn channel<T: Real, S: Simd<T>>(self, simd: S, per_channel: &[T]) -> S::Vector {
        simd.splat(per_channel.get(self.channel).copied().unwrap_or(T::ZERO))
    }

    /// The vector at this element of what all samples share.
    #[inline(always)]
    pub fn load<T: Real, S: Simd<T>>(self, simd: S, shared: &[T]) -> S::Vector {
        simd.load(shared.get(self.element..).unwrap_or_default())
    }

    /// The vector at this place of what has the result's shape.
    #[inline(always)]
    pub fn load_sample<T: Real, S: Simd<T>>(self, simd: S, all: &[T]) -> S::Vector {
        simd.load(all.get(self.of_all..).unwrap_or_default())
    }

    /// The sample's number in every lane.
    #[inline(always)]
    pub fn sample<T: Real, S: Simd<T>>(self, simd: S, per_sample: &[T]) -> S::Vector {
        simd.splat(per_sample.get(self.sample).copied().unwrap_or(T::ZERO))
    }
}

/// Elements that a vector may read past what it is wanted for.
const SLACK: usize = 16;

/// What a sample has of an operand, and what follows: its own part, or all of it where samples share it.
#[inline(always)]
fn of_sample<T>(xs: &[T], sample: usize, len: usize) -> &[T] {
    if xs.len() > len { xs.get(sample * len..).unwrap_or_default() } else { xs }
}

/// `out[n][f, o] = Σ w[f, c, k] · x[n][c, o·stride + k·dilation − before]`, for as many samples n as `out` holds; `x` and `w`
/// may be one for all of them.
#[inline(always)]
pub fn conv<T: Real, S: Simd<T>>(simd: S, conv: Conv, x: &[T], w: &[T], out: &mut [T], scratch: &mut [T]) {
    conv_map(
        simd,
        conv,
        x,
        w,
        out,
        scratch,
        #[inline(always)]
        |value, _| value,
    );
}

/// [`conv`] whose every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn conv_map<T: Real, S: Simd<T>>(
    simd: S,
    conv: Conv,
    x: &[T],
    w: &[T],
    out: &mut [T],
    scratch: &mut [T],
    f: impl Fn(S::Vector, Spot) -> S::Vector,
) {
    let lines = Frame::forward(conv).lines(conv.filters, conv.rows.places(), conv.columns.places());
    for (sample, out) in out.chunks_exact_mut(at_least_one(conv.output_len())).enumerate() {
        let fresh = sample == 0 || w.len() > conv.weight_len();
        let (x, w) = (of_sample(x, sample, conv.input_len()), of_sample(w, sample, conv.weight_len()));
        simd.conv_output(conv, x, w, fresh, out, scratch);
        finish(simd, conv, lines, scratch, out, sample, &f);
    }
}

/// `out[n][c, i] = Σ w[f, c, k] · y[n][f, o]` over all (o, k) with `i = o·stride + k·dilation − before`; `w` and `y` may be
/// one for all samples.
#[inline(always)]
pub fn conv_input<T: Real, S: Simd<T>>(simd: S, conv: Conv, w: &[T], y: &[T], out: &mut [T], scratch: &mut [T]) {
    conv_input_map(
        simd,
        conv,
        w,
        y,
        out,
        scratch,
        #[inline(always)]
        |value, _| value,
    );
}

/// [`conv_input`] whose every finished vector passes through `f`, which knows its place.
#[inline(always)]
pub fn conv_input_map<T: Real, S: Simd<T>>(
    simd: S,
    conv: Conv,
    w: &[T],
    y: &[T],
    out: &mut [T],
    scratch: &mut [T],
    f: impl Fn(S::Vector, Spot) -> S::Vector,
) {
    let lines = Frame::backward(conv).lines(conv.channels, conv.rows.image, conv.columns.image);
    for (sample, out) in out.chunks_exact_mut(at_least_one(conv.input_len())).enumerate() {
        let fresh = sample == 0 || w.len() > conv.weight_len();
        let (w, y) = (of_sample(w, sample, conv.weight_len()), of_sample(y, sample, conv.output_len()));
        simd.conv_input(conv, w, y, fresh, out, scratch);
        finish(simd, conv, lines, scratch, out, sample, &f);
    }
}

/// `out[n][f, c, k] = Σ y[n][f, o] · x[n][c, o·stride + k·dilation − before]`; `x` and `y` may be one for all samples.
#[inline(always)]
pub fn conv_weight<T: Real, S: Simd<T>>(simd: S, conv: Conv, x: &[T], y: &[T], out: &mut [T], scratch: &mut [T]) {
    for (sample, out) in out.chunks_exact_mut(at_least_one(conv.weight_len())).enumerate() {
        out.fill(T::ZERO);
        let (x, y) = (of_sample(x, sample, conv.input_len()), of_sample(y, sample, conv.output_len()));
        simd.conv_weight(conv, 1, x, y, out, scratch);
    }
}

/// `out[f, c, k] += Σ y[n][f, o] · x[n][c, o·stride + k·dilation − before]` over all of `samples`.
#[inline(always)]
pub fn conv_weight_add<T: Real, S: Simd<T>>(simd: S, conv: Conv, samples: usize, x: &[T], y: &[T], out: &mut [T], scratch: &mut [T]) {
    simd.conv_weight(conv, samples, x, y, out, scratch);
}

/// The results of a convolution of one sample: where they belong, or with what lies between the lines into the scratch.
/// `fresh`: the kernels are others than the last sample's.
pub(crate) fn output<T: Real, S: Simd<T>>(simd: S, conv: Conv, x: &[T], w: &[T], fresh: bool, out: &mut [T], scratch: &mut [T]) {
    simd.enter(
        #[inline(always)]
        || {
            let frame = Frame::forward(conv);
            let lines = frame.lines(conv.filters, conv.rows.places(), conv.columns.places());
            let Some((panels, scratch)) = scratch.split_at_mut_checked(conv.weight_len()) else { return };
            let Some((wide, scratch)) = scratch.split_at_mut_checked(lines.len()) else { return };
            let image = if frame.is_image(conv) { x } else { frame.fill_forward(simd, conv, x, scratch) };
            let (channels, filters) = (conv.channels / at_least_one(conv.groups), conv.filters / at_least_one(conv.groups));
            let (places, out) = if lines.fit::<T, S>(conv.groups) { (lines.exact(), out) } else { (lines.whole(), wide) };
            for (group, out) in out.chunks_exact_mut(at_least_one(filters * places.apart)).enumerate().take(conv.groups) {
                let of_group = filters * conv.taps();
                let panel = panels.get_mut(group * of_group..(group + 1) * of_group).unwrap_or_default();
                if fresh {
                    // Of a filter all taps lie side by side.
                    let taps = w.get(group * of_group..).unwrap_or_default().chunks_exact(at_least_one(conv.taps()));
                    for (filter, taps) in taps.enumerate().take(filters) {
                        let places = panel.iter_mut().skip(filter).step_by(at_least_one(filters));
                        places.zip(taps).for_each(|(place, &w)| *place = w);
                    }
                }
                let taps = Taps {
                    panel,
                    rows: filters,
                    turned: false,
                    image: image.get(group * channels * frame.channel()..).unwrap_or_default(),
                    planes: channels,
                    frame,
                };
                correlate(simd, taps, places, out);
            }
        },
    );
}

/// The gradient by the image of one sample, as [`output`] makes results.
pub(crate) fn input<T: Real, S: Simd<T>>(simd: S, conv: Conv, w: &[T], y: &[T], fresh: bool, out: &mut [T], scratch: &mut [T]) {
    simd.enter(
        #[inline(always)]
        || {
            let frame = Frame::backward(conv);
            let lines = frame.lines(conv.channels, conv.rows.image, conv.columns.image);
            let Some((panels, scratch)) = scratch.split_at_mut_checked(conv.weight_len()) else { return };
            let Some((wide, scratch)) = scratch.split_at_mut_checked(lines.len()) else { return };
            let spread = frame.fill_backward(simd, conv, y, scratch);
            let (channels, filters) = (conv.channels / at_least_one(conv.groups), conv.filters / at_least_one(conv.groups));
            let (places, out) = if lines.fit::<T, S>(conv.groups) { (lines.exact(), out) } else { (lines.whole(), wide) };
            let window = at_least_one(conv.rows.window * conv.columns.window);
            for (group, out) in out.chunks_exact_mut(at_least_one(channels * places.apart)).enumerate().take(conv.groups) {
                let of_group = filters * conv.taps();
                let panel = panels.get_mut(group * of_group..(group + 1) * of_group).unwrap_or_default();
                if fresh {
                    // Of a filter and a channel the elements of the window lie side by side.
                    let windows = w.get(group * of_group..).unwrap_or_default().chunks_exact(window);
                    let pairs = (0..filters).flat_map(|filter| (0..channels).map(move |channel| (filter, channel)));
                    for ((filter, channel), taps) in pairs.zip(windows) {
                        let places = panel.iter_mut().skip(filter * window * channels + channel).step_by(at_least_one(channels));
                        places.zip(taps).for_each(|(place, &w)| *place = w);
                    }
                }
                let taps = Taps {
                    panel,
                    rows: channels,
                    turned: true,
                    image: spread.get(group * filters * frame.channel()..).unwrap_or_default(),
                    planes: filters,
                    frame,
                };
                correlate(simd, taps, places, out);
            }
        },
    );
}

/// The gradient by the kernels, of as many samples at a time as the scratch has room for, added to `out`.
pub(crate) fn weight<T: Real, S: Simd<T>>(simd: S, conv: Conv, samples: usize, x: &[T], y: &[T], out: &mut [T], scratch: &mut [T]) {
    simd.enter(
        #[inline(always)]
        || {
            let frame = Frame::forward(conv);
            let lines = frame.lines(conv.filters, conv.rows.places(), conv.columns.places());
            let as_it_lies = frame.is_image(conv);
            let of_image = if as_it_lies { 0 } else { conv.channels * frame.channel() };
            let wide_len = conv.filters * lines.apart;
            let room = scratch.len().saturating_sub(SLACK) / at_least_one(wide_len + of_image);
            let (channels, filters) = (conv.channels / at_least_one(conv.groups), conv.filters / at_least_one(conv.groups));
            let mut first = 0;
            while first < samples && room > 0 {
                let count = room.min(samples - first);
                let Some((wide, images)) = scratch.split_at_mut_checked(count * wide_len) else { return };
                for i in 0..count {
                    let wide = wide.get_mut(i * wide_len..).unwrap_or_default();
                    lines.spread(simd, of_sample(y, first + i, conv.output_len()), wide);
                }
                if !as_it_lies {
                    for (i, image) in images.chunks_exact_mut(at_least_one(of_image)).enumerate().take(count) {
                        frame.fill_forward(simd, conv, of_sample(x, first + i, conv.input_len()), image);
                    }
                    images.iter_mut().skip(count * of_image).take(SLACK).for_each(|x| *x = T::ZERO);
                }
                let (images, apart) = if as_it_lies {
                    let apart = if x.len() > conv.input_len() { conv.input_len() } else { 0 };
                    (x.get(first * apart..).unwrap_or_default(), apart)
                } else {
                    (&*images, of_image)
                };
                for (group, out) in out.chunks_exact_mut(at_least_one(filters * conv.taps())).enumerate() {
                    let factors = Factors {
                        samples: count,
                        y: wide.get(group * filters * lines.apart..).unwrap_or_default(),
                        y_sample: wide_len,
                        run: lines.apart,
                        image: images.get(group * channels * frame.channel()..).unwrap_or_default(),
                        image_sample: apart,
                        taps: conv.taps(),
                        frame,
                    };
                    correlate_weight(simd, factors, out);
                }
                first += count;
            }
        },
    );
}

/// Each vector of the results through `f`: where they lie, or from the scratch, without what lies between their lines.
#[inline(always)]
fn finish<T: Real, S: Simd<T>>(
    simd: S,
    conv: Conv,
    lines: image::Lines,
    scratch: &[T],
    out: &mut [T],
    sample: usize,
    f: &impl Fn(S::Vector, Spot) -> S::Vector,
) {
    if lines.fit::<T, S>(conv.groups) {
        in_place(simd, lines.rows * lines.columns, out, sample, f);
    } else {
        put(simd, lines, scratch.get(conv.weight_len()..).unwrap_or_default(), out, sample, f);
    }
}

/// Channels of `len` elements, at least a vector, each vector through `f`.
#[inline(always)]
fn in_place<T: Real, S: Simd<T>>(simd: S, len: usize, out: &mut [T], sample: usize, f: &impl Fn(S::Vector, Spot) -> S::Vector) {
    let before = sample * out.len();
    for (channel, out) in out.chunks_exact_mut(at_least_one(len)).enumerate() {
        let spot = |at: usize| Spot { sample, channel, element: channel * len + at, of_all: before + channel * len + at };
        // The last vector ends where the channel ends; it is made first, of what no other has passed through `f`.
        let end = len.saturating_sub(S::LANES);
        let last = f(simd.load(out.get(end..).unwrap_or_default()), spot(end));
        let mut at = 0;
        while let Some(place) = out.get_mut(at..at + S::LANES) {
            f(simd.load(place), spot(at)).store(place);
            at += S::LANES;
        }
        last.store(out.get_mut(end..).unwrap_or_default());
    }
}

/// Results without what lies between their lines, each vector through `f`.
#[inline(always)]
fn put<T: Real, S: Simd<T>>(
    simd: S,
    lines: image::Lines,
    wide: &[T],
    out: &mut [T],
    sample: usize,
    f: &impl Fn(S::Vector, Spot) -> S::Vector,
) {
    // Where nothing lies between them, all lines are one.
    let (rows, columns) = if lines.width == lines.columns { (1, lines.rows * lines.columns) } else { (lines.rows, lines.columns) };
    let before = sample * out.len();
    for channel in 0..lines.channels {
        for row in 0..rows {
            let from = wide.get(channel * lines.apart + row * lines.width..).unwrap_or_default();
            let first = (channel * rows + row) * columns;
            // A vector that reaches beyond its line writes what the next line overwrites. In a line of at least a vector the
            // last one ends where the line ends.
            let mut column = 0;
            while column < columns {
                let at = if column + S::LANES <= columns { column } else { columns.saturating_sub(S::LANES) };
                let spot = Spot { sample, channel, element: first + at, of_all: before + first + at };
                let value = f(simd.load(from.get(at..).unwrap_or_default()), spot);
                value.store(out.get_mut(first + at..).unwrap_or_default());
                column = at + S::LANES;
            }
        }
    }
}
