//! Convolutions and windows at awkward sizes against loops over their definitions, at the machine's level and at one lane.

use tapeless_runtime::{
    Conv, Dual, Pass, Real, Simd, Slide, Stream, Windows, conv, conv_input, conv_weight, conv_weight_add, one_lane, window_argmax,
    window_max, window_pick, window_place, window_spread, window_sum,
};

/// An axis: image, window, stride, dilation, before, after.
type Axis = [usize; 6];

fn slide([image, window, stride, dilation, before, after]: Axis) -> Slide {
    Slide::of(image, window).stride(stride).dilation(dilation).pad(before, after)
}

fn places([image, window, stride, dilation, before, after]: Axis) -> usize {
    (image + before + after - dilation * (window - 1) - 1) / stride + 1
}

fn under([image, _, stride, dilation, before, _]: Axis, place: usize, k: usize) -> Option<usize> {
    (place * stride + k * dilation).checked_sub(before).filter(|&at| at < image)
}

/// A convolution and how many samples it has.
#[derive(Clone, Copy, Debug)]
struct Case {
    samples: usize,
    channels: usize,
    filters: usize,
    groups: usize,
    rows: Axis,
    columns: Axis,
}

impl Case {
    /// Elements of input, kernels and result of one sample.
    fn lens(self) -> [usize; 3] {
        let windows = self.rows[1] * self.columns[1];
        [
            self.channels * self.rows[0] * self.columns[0],
            self.filters * self.channels / self.groups * windows,
            self.filters * places(self.rows) * places(self.columns),
        ]
    }

    /// Every product of a sample's sum: indices of input, kernels, result.
    fn each(self, mut visit: impl FnMut(usize, usize, usize)) {
        let (of_group, per_group) = (self.filters / self.groups, self.channels / self.groups);
        let (down, along) = (places(self.rows), places(self.columns));
        for (f, c) in (0..self.filters).flat_map(|f| (0..per_group).map(move |c| (f, c))) {
            for (i, j) in (0..self.rows[1]).flat_map(|i| (0..self.columns[1]).map(move |j| (i, j))) {
                for (o, p) in (0..down).flat_map(|o| (0..along).map(move |p| (o, p))) {
                    if let (Some(row), Some(column)) = (under(self.rows, o, i), under(self.columns, p, j)) {
                        let x = ((f / of_group * per_group + c) * self.rows[0] + row) * self.columns[0] + column;
                        visit(x, ((f * per_group + c) * self.rows[1] + i) * self.columns[1] + j, (f * down + o) * along + p);
                    }
                }
            }
        }
    }

    /// More than the kernels ever need, so that what they take is theirs to say.
    fn scratch(self) -> usize {
        let along = |axis: Axis| axis[0] + axis[4] + axis[5] + axis[1] * axis[3] + axis[2];
        4 * (self.channels + self.filters) * (along(self.rows) * along(self.columns) + 32) + 64
    }
}

fn numbers<T: Real>(n: usize, seed: u64) -> Vec<T> {
    let stream = Stream::new(seed, 1);
    (0..n).map(|i| T::from_f64(2.0 * stream.uniform::<f64>(0, 0, i) - 1.0)).collect()
}

/// Result, gradient by the input, gradients by the kernels, of each sample and summed.
struct All<'a, T> {
    case: Case,
    x: &'a [T],
    w: &'a [T],
    y: &'a [T],
}

impl<T: Real> Pass<T> for All<'_, T> {
    type Output = [Vec<T>; 4];
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) -> [Vec<T>; 4] {
        let Case { samples, channels, filters, groups, rows, columns } = self.case;
        let [input, kernels, result] = self.case.lens();
        let of = Conv::of(channels, filters, groups, slide(rows), slide(columns));
        let nan = T::from_f64(f64::NAN);
        let mut scratch = vec![nan; self.case.scratch()];
        let (mut y, mut dx) = (vec![nan; samples * result], vec![nan; samples * input]);
        let (mut dw, mut sum) = (vec![nan; samples * kernels], vec![T::ONE; kernels]);
        conv(simd, of, self.x, self.w, &mut y, &mut scratch);
        scratch.fill(nan);
        conv_input(simd, of, self.w, self.y, &mut dx, &mut scratch);
        scratch.fill(nan);
        conv_weight(simd, of, self.x, self.y, &mut dw, &mut scratch);
        scratch.fill(nan);
        conv_weight_add(simd, of, samples, self.x, self.y, &mut sum, &mut scratch);
        [y, dx, dw, sum]
    }
}

#[track_caller]
fn close<T: Real>(found: &[T], wanted: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (at, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let apart = (found.to_f64() - wanted).abs();
        assert!(apart <= tolerance * (1.0 + wanted.abs()), "{what}: element {at} is {}, not {wanted}", found.to_f64());
    }
}

/// `shared`: whether all samples have the same kernels.
fn check<T: Real>(case: Case, shared: bool, tolerance: f64) {
    let [input, kernels, result] = case.lens();
    let of_all = |n: usize| n * case.samples;
    let (x, y) = (numbers::<T>(of_all(input), 1), numbers::<T>(of_all(result), 2));
    let w = numbers::<T>(if shared { kernels } else { of_all(kernels) }, 3);
    let (mut out, mut dx) = (vec![0.0; of_all(result)], vec![0.0; of_all(input)]);
    let (mut dw, mut sum) = (vec![0.0; of_all(kernels)], vec![1.0; kernels]);
    for n in 0..case.samples {
        let at_w = if shared { 0 } else { n * kernels };
        case.each(|i, k, o| {
            let (x, w, y) = (x[n * input + i].to_f64(), w[at_w + k].to_f64(), y[n * result + o].to_f64());
            out[n * result + o] += x * w;
            dx[n * input + i] += w * y;
            dw[n * kernels + k] += x * y;
            sum[k] += x * y;
        });
    }
    let all = || All { case, x: &x, w: &w, y: &y };
    for (level, found) in [("machine", T::dispatch(all())), ("one lane", one_lane(all()))] {
        for ((found, wanted), what) in found.iter().zip([&out, &dx, &dw, &sum]).zip(["result", "input", "kernels", "sum"]) {
            close(found, wanted, tolerance, &format!("{what} of {case:?} at {level}"));
        }
    }
}

#[test]
fn convolutions_and_their_adjoints() {
    let one = [1, 1, 1, 1, 0, 0];
    let plain = |image, window| [image, window, 1, 1, 0, 0];
    let mut cases = vec![
        (1, 1, 1, plain(28, 3), plain(28, 3)),
        (8, 16, 1, plain(13, 3), plain(13, 3)),
        (3, 17, 1, [7, 3, 1, 1, 1, 1], [33, 3, 1, 1, 1, 1]),
        (4, 6, 2, [9, 3, 2, 1, 1, 1], [11, 2, 3, 1, 0, 2]),
        (6, 6, 6, [8, 3, 1, 2, 2, 2], [17, 5, 2, 1, 2, 1]),
        (5, 3, 1, plain(6, 6), plain(5, 5)),
        (2, 9, 1, plain(4, 1), plain(16, 1)),
        (1, 2, 1, one, one),
        (3, 2, 1, [2, 1, 5, 1, 3, 4], [3, 2, 4, 3, 5, 6]),
        (2, 2, 1, [5, 2, 7, 1, 0, 0], [5, 2, 4, 2, 1, 0]),
    ];
    // Lines of every length around a few vectors, of so many filters that they are made where they belong.
    cases.extend((2..75).map(|n| (2, 5, 1, [4, 2, 1, 1, 0, 0], [n, 2, 1, 1, 0, 0])));
    cases.extend([17, 33, 61].map(|n| (4, 8, 2, [5, 3, 2, 1, 1, 0], [n, 3, 2, 1, 1, 1])));
    // Signals of every length around a vector.
    cases.extend((1..40).map(|n| (2, 3, 1, one, [n, 3, 1, 1, 1, 1])));
    cases.extend((1..9).map(|stride| (3, 2, 1, one, [31, 4, stride, 2, 3, 1])));
    cases.extend((1..7).map(|pad| (1, 5, 1, [3, 2, 1, 1, pad, 0], [4, 3, 1, 2, 0, 2 + pad])));
    for (channels, filters, groups, rows, columns) in cases {
        for samples in [1, 5] {
            let case = Case { samples, channels, filters, groups, rows, columns };
            check::<f64>(case, true, 1e-12);
            check::<f64>(case, false, 1e-12);
            check::<f32>(case, true, 1e-4);
        }
        check::<Dual>(Case { samples: 2, channels, filters, groups, rows, columns }, true, 1e-12);
    }
}

/// Everything that is made of windows.
struct Pools<'a, T> {
    axes: [Axis; 2],
    planes: usize,
    x: &'a [T],
    y: &'a [T],
}

impl<T: Real> Pass<T> for Pools<'_, T> {
    type Output = [Vec<T>; 6];
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) -> [Vec<T>; 6] {
        let windows = Windows::of(slide(self.axes[0]), slide(self.axes[1]));
        let nan = T::from_f64(f64::NAN);
        let places = self.planes * places(self.axes[0]) * places(self.axes[1]);
        let (small, large) = (vec![nan; places], vec![nan; self.x.len()]);
        let [mut sum, mut max, mut at, mut picked] = [small.clone(), small.clone(), small.clone(), small];
        let (mut spread, mut placed) = (large.clone(), large);
        window_sum(simd, windows, self.x, &mut sum);
        window_max(simd, windows, self.x, &mut max);
        window_argmax(simd, windows, self.x, &mut at);
        window_pick(simd, windows, &at, self.x, &mut picked);
        window_spread(simd, windows, self.y, &mut spread);
        window_place(simd, windows, &at, self.y, &mut placed);
        [sum, max, at, picked, spread, placed]
    }
}

fn pools<T: Real>(axes: [Axis; 2], planes: usize, tolerance: f64) {
    let (image, count) = (axes[0][0] * axes[1][0], places(axes[0]) * places(axes[1]));
    // Few different numbers, so that many are equal.
    let few = |x: &T| T::from_f64((3.0 * x.to_f64()).round());
    let x: Vec<T> = numbers::<T>(planes * image, 4).iter().map(few).collect();
    let y = numbers::<T>(planes * count, 5);
    let (mut sum, mut max, mut at) = (vec![0.0; planes * count], vec![f64::NEG_INFINITY; planes * count], vec![0.0; planes * count]);
    let (mut spread, mut placed) = (vec![0.0; planes * image], vec![0.0; planes * image]);
    for plane in 0..planes {
        for (o, p) in (0..places(axes[0])).flat_map(|o| (0..places(axes[1])).map(move |p| (o, p))) {
            let to = plane * count + o * places(axes[1]) + p;
            let mut first = 0;
            for (i, j) in (0..axes[0][1]).flat_map(|i| (0..axes[1][1]).map(move |j| (i, j))) {
                let (Some(row), Some(column)) = (under(axes[0], o, i), under(axes[1], p, j)) else { continue };
                let from = plane * image + row * axes[1][0] + column;
                sum[to] += x[from].to_f64();
                spread[from] += y[to].to_f64();
                if x[from].to_f64() > max[to] {
                    (max[to], at[to], first) = (x[from].to_f64(), (i * axes[1][1] + j) as f64, from);
                }
            }
            placed[first] += y[to].to_f64();
        }
    }
    let all = || Pools { axes, planes, x: &x, y: &y };
    for (level, found) in [("machine", T::dispatch(all())), ("one lane", one_lane(all()))] {
        let wanted = [&sum, &max, &at, &max, &spread, &placed];
        for ((found, wanted), what) in found.iter().zip(wanted).zip(["sum", "max", "argmax", "pick", "spread", "place"]) {
            close(found, wanted, tolerance, &format!("{what} of {axes:?} at {level}"));
        }
    }
}

#[test]
fn windows_and_their_adjoints() {
    let one = [1, 1, 1, 1, 0, 0];
    let cut = |image, k| [image, k, k, 1, 0, 0];
    let mut all = vec![
        [cut(26, 2), cut(26, 2)],
        [cut(11, 2), cut(11, 2)],
        [cut(7, 3), cut(9, 2)],
        [[7, 3, 2, 1, 1, 1], [9, 3, 2, 1, 1, 1]],
        [[5, 2, 1, 1, 0, 0], [6, 2, 1, 1, 1, 0]],
        [[4, 4, 4, 1, 0, 0], [5, 3, 5, 1, 1, 1]],
        [one, one],
    ];
    all.extend((2..75).map(|n| [one, cut(n, 2)]));
    all.extend((3..20).map(|n| [cut(3, 2), [n, 3, 1, 1, 1, 1]]));
    for axes in all {
        for planes in [1, 3] {
            pools::<f64>(axes, planes, 1e-12);
            pools::<f32>(axes, planes, 1e-5);
            pools::<Dual>(axes, planes, 1e-12);
        }
    }
}
