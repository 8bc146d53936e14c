//! Every kernel against naive loops, at sizes that fit no vector, in f32, f64 and dual numbers, dispatched and at one lane.

use tapeless_runtime::*;

/// A number whose tangent (where there is one) is another.
fn number<T: Real>(make: fn(f64, f64) -> T, stream: &Stream, sample: u64, i: usize) -> T {
    let draw = |at| 2.0 * stream.uniform::<f64>(at, sample, i) - 1.0;
    make(draw(0), draw(1))
}

fn matrix<T: Real, const R: usize, const C: usize>(make: fn(f64, f64) -> T, sample: u64) -> Box<[[T; C]; R]> {
    let stream = Stream::new(9, (R * 1000 + C) as u32);
    let mut out = Box::new([[T::ZERO; C]; R]);
    for (i, x) in out.as_flattened_mut().iter_mut().enumerate() {
        *x = number(make, &stream, sample, i);
    }
    out
}

/// Both parts of a number, for comparison.
trait Parts: Real {
    const TOLERANCE: f64;
    fn parts(self) -> [f64; 2];
    fn make(value: f64, tangent: f64) -> Self;
}

impl Parts for f32 {
    const TOLERANCE: f64 = 3e-6;
    fn parts(self) -> [f64; 2] {
        [self.into(), 0.0]
    }
    fn make(value: f64, _: f64) -> f32 {
        value as f32
    }
}

impl Parts for f64 {
    const TOLERANCE: f64 = 1e-14;
    fn parts(self) -> [f64; 2] {
        [self, 0.0]
    }
    fn make(value: f64, _: f64) -> f64 {
        value
    }
}

impl Parts for Dual {
    const TOLERANCE: f64 = 2e-14;
    fn parts(self) -> [f64; 2] {
        [self.value, self.tangent]
    }
    fn make(value: f64, tangent: f64) -> Dual {
        Dual::new(value, tangent)
    }
}

#[track_caller]
fn same<T: Parts>(found: &[T], expected: &[T]) {
    assert_eq!(found.len(), expected.len());
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        for (a, b) in a.parts().into_iter().zip(b.parts()) {
            assert!((a - b).abs() <= T::TOLERANCE * (1.0 + b.abs()) || a == b || a.is_nan() && b.is_nan(), "element {i}: {a} for {b}");
        }
    }
}

/// Runs a pass both ways.
macro_rules! both {
    ($t:ty, $pass:expr) => {
        for dispatched in [true, false] {
            if dispatched { <$t>::dispatch($pass) } else { one_lane::<$t, _>($pass) }
        }
    };
}

struct Products<const M: usize, const K: usize, const N: usize>;

impl<T: Parts, const M: usize, const K: usize, const N: usize> Pass<T> for Products<M, K, N> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) {
        let a = matrix::<T, M, K>(T::make, 1);
        let b = matrix::<T, K, N>(T::make, 2);
        let bias = matrix::<T, 1, N>(T::make, 3);
        let old = matrix::<T, M, N>(T::make, 4);
        let per_row = matrix::<T, 1, M>(T::make, 5);
        let (mut at, mut bt) = (Box::new([[T::ZERO; M]; K]), Box::new([[T::ZERO; K]; N]));
        transpose(simd, &a, &mut at);
        transpose(simd, &b, &mut bt);
        let mut expected = old.clone();
        let mut added = old.clone();
        let mut mapped = old.clone();
        for m in 0..M {
            for n in 0..N {
                assert!((0..K).all(|k| at[k][m].parts() == a[m][k].parts() && bt[n][k].parts() == b[k][n].parts()));
                let mut sum = T::ZERO;
                for k in 0..K {
                    sum += a[m][k] * b[k][n];
                }
                expected[m][n] = sum;
                added[m][n] = old[m][n] + sum;
                mapped[m][n] = (sum + bias[0][n]) * old[m][n] + per_row[0][m];
            }
        }
        let map = |v: S::Vector, at: At| (v + at.load(simd, &bias[0])) * at.load_row(simd, &old) + at.splat(simd, &per_row[0]);
        let mut out = old.clone();
        matmul(simd, &a[..], &b, &mut out[..]);
        same(out.as_flattened(), expected.as_flattened());
        matmul_map(simd, &a[..], &b, &mut out[..], map);
        same(out.as_flattened(), mapped.as_flattened());
        out = old.clone();
        matmul_add(simd, &a[..], &b, &mut out[..]);
        same(out.as_flattened(), added.as_flattened());

        matmul_tn(simd, &at[..], &b[..], &mut out);
        same(out.as_flattened(), expected.as_flattened());
        matmul_tn_map(simd, &at[..], &b[..], &mut out, map);
        same(out.as_flattened(), mapped.as_flattened());
        out = old.clone();
        matmul_tn_add(simd, &at[..], &b[..], &mut out);
        same(out.as_flattened(), added.as_flattened());

        matmul_nt(simd, &a[..], &bt, &mut out[..]);
        same(out.as_flattened(), expected.as_flattened());
        matmul_nt_map(simd, &a[..], &bt, &mut out[..], map);
        same(out.as_flattened(), mapped.as_flattened());
        out = old.clone();
        matmul_nt_add(simd, &a[..], &bt, &mut out[..]);
        same(out.as_flattened(), added.as_flattened());
    }
}

macro_rules! products {
    ($name:ident $t:ty) => {
        #[test]
        fn $name() {
            both!($t, Products::<1, 1, 1>);
            both!($t, Products::<1, 7, 33>);
            both!($t, Products::<7, 17, 1>);
            both!($t, Products::<17, 33, 7>);
            both!($t, Products::<33, 1, 17>);
            both!($t, Products::<33, 7, 66>);
            both!($t, Products::<2, 10, 150>);
            both!($t, Products::<31, 64, 48>);
            // Several rows to a vector, one column, few k.
            both!($t, Products::<37, 9, 8>);
            both!($t, Products::<33, 5, 2>);
            both!($t, Products::<20, 12, 16>);
            both!($t, Products::<3, 4, 4>);
            both!($t, Products::<35, 20, 1>);
            both!($t, Products::<53, 8, 1>);
            both!($t, Products::<37, 4, 1>);
            both!($t, Products::<16, 2, 1>);
            both!($t, Products::<33, 1, 1>);
            // Panels of the right factor are copied: parts of panels, several blocks of k, rows that fill no tile.
            both!($t, Products::<17, 127, 73>);
            both!($t, Products::<19, 263, 37>);
            both!($t, Products::<131, 31, 67>);
            both!($t, Products::<17, 17, 19>);
        }
    };
}

products!(products_f32 f32);
products!(products_f64 f64);
products!(products_dual Dual);

struct Flat<const N: usize>;

impl<T: Parts, const N: usize> Pass<T> for Flat<N> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) {
        let (x, y) = (matrix::<T, 1, N>(T::make, 1), matrix::<T, 1, N>(T::make, 2));
        let (x, y) = (&x[0], &y[0]);
        // each: fused, several outputs; the longer slice's rest stays.
        let (mut p, mut q) = ([T::ONE; N], vec![T::ONE; N + 3]);
        each(simd, [x, y], [&mut p, &mut q], |[x, y]| [x * y + x, x - y]);
        same(&p, &std::array::from_fn::<T, N, _>(|i| x[i] * y[i] + x[i]));
        same(&q[..N], &std::array::from_fn::<T, N, _>(|i| x[i] - y[i]));
        same(&q[N..], &[T::ONE; 3]);
        // each_at and iota.
        each_at(simd, [x], [&mut p], |[x], at| [x * iota(simd, at)]);
        same(&p, &std::array::from_fn::<T, N, _>(|i| x[i] * T::from_f64(i as f64)));
        // each_in_place.
        each_in_place(simd, [y], [&mut p], |[y], [p]| [p + y]);
        same(&p, &std::array::from_fn::<T, N, _>(|i| x[i] * T::from_f64(i as f64) + y[i]));
        // Sums and extremes; exp of the missing lanes must not count.
        let mut sum = T::ZERO;
        for i in 0..N {
            sum += x[i] * y[i] + T::ONE;
        }
        same(&[sum_each(simd, [x, y], |[x, y]| x * y + simd.splat(T::ONE))], &[sum]);
        let negative = |i: usize| x[i] - T::from_f64(5.0);
        let most = (1..N).fold(negative(0), |m, i| if negative(i) > m { negative(i) } else { m });
        same(&[max_each(simd, [x], |[x]| x - simd.splat(T::from_f64(5.0)))], &[most]);
        let least = (1..N).fold(-negative(0), |m, i| if -negative(i) < m { -negative(i) } else { m });
        same(&[min_each(simd, [x], |[x]| simd.splat(T::from_f64(5.0)) - x)], &[least]);
        // Lanes.
        let values: [S::Vector; N] = std::array::from_fn(|i| simd.from_fn(|lane| x[i] * T::from_f64((lane + 1) as f64)));
        let mut sums = *y;
        lane_sums_add(simd, values, &mut sums);
        let total = T::from_f64((S::LANES * (S::LANES + 1) / 2) as f64);
        same(&sums, &std::array::from_fn::<T, N, _>(|i| y[i] + x[i] * total));
        // A vector of part of a slice, and a store into part of one.
        let vector = simd.load(&x[..N.min(3)]);
        assert!((0..S::LANES).all(|i| vector.lane(i).parts() == if i < N.min(3) { x[i] } else { T::ZERO }.parts()));
        same(&[vector.sum()], &[(0..N.min(3).min(S::LANES)).fold(T::ZERO, |s, i| s + x[i])]);
        let mut two = [T::ONE; 2];
        simd.splat(T::ZERO).store(&mut two[..1]);
        same(&two, &[T::ZERO, T::ONE]);
    }
}

struct Rows<const R: usize, const N: usize>;

impl<T: Parts, const R: usize, const N: usize> Pass<T> for Rows<R, N> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) {
        let x = matrix::<T, R, N>(T::make, 1);
        let column = |n: usize, f: fn(T, T) -> T| (1..R).fold(x[0][n], |a, r| f(a, x[r][n]));
        let mut out = [T::ONE; N];
        sum_rows(simd, &x[..], &mut out);
        same(&out, &std::array::from_fn::<T, N, _>(|n| column(n, |a, b| a + b)));
        sum_rows_add(simd, &x[..], &mut out);
        same(&out, &std::array::from_fn::<T, N, _>(|n| column(n, |a, b| a + b) + column(n, |a, b| a + b)));
        max_rows(simd, &x[..], &mut out);
        same(&out, &std::array::from_fn::<T, N, _>(|n| column(n, |a, b| if b > a { b } else { a })));
        min_rows(simd, &x[..], &mut out);
        same(&out, &std::array::from_fn::<T, N, _>(|n| column(n, |a, b| if b < a { b } else { a })));

        // each_row: of several rows at a time, or one by one.
        let (y, shared, per_row) = (matrix::<T, R, N>(T::make, 3), matrix::<T, 1, N>(T::make, 4), matrix::<T, 1, R>(T::make, 5));
        let (beside, mut p, mut q) = (matrix::<T, R, N>(T::make, 6), matrix::<T, R, N>(T::make, 7), matrix::<T, R, N>(T::make, 8));
        each_row(simd, N, [x.as_flattened(), y.as_flattened()], [p.as_flattened_mut(), q.as_flattened_mut()], |[x, y], at| {
            let (shared, number) = (at.load(simd, &shared[0]), at.splat(simd, &per_row[0]));
            [x * shared + number, y * number - at.load_row(simd, &beside)]
        });
        for r in 0..R {
            for n in 0..N {
                same(&[p[r][n]], &[x[r][n] * shared[0][n] + per_row[0][r]]);
                same(&[q[r][n]], &[y[r][n] * per_row[0][r] - beside[r][n]]);
            }
        }
    }
}

macro_rules! flat {
    ($name:ident $t:ty) => {
        #[test]
        fn $name() {
            both!($t, Flat::<1>);
            both!($t, Flat::<7>);
            both!($t, Flat::<17>);
            both!($t, Flat::<33>);
            both!($t, Flat::<150>);
            both!($t, Rows::<1, 7>);
            both!($t, Rows::<7, 33>);
            both!($t, Rows::<33, 1>);
            both!($t, Rows::<17, 16>);
            // Several rows in a vector, and the last of them alone.
            both!($t, Rows::<33, 8>);
            both!($t, Rows::<17, 4>);
            both!($t, Rows::<5, 2>);
            both!($t, Rows::<1, 8>);
        }
    };
}

flat!(flat_f32 f32);
flat!(flat_f64 f64);
flat!(flat_dual Dual);

#[test]
fn extremes_pass_nan_on() {
    struct Nan;
    impl Pass<f32> for Nan {
        type Output = (f32, f32);
        #[inline(always)]
        fn run<S: Simd<f32>>(self, simd: S) -> (f32, f32) {
            let mut x = [1.0; 33];
            x[20] = f32::NAN;
            (max_each(simd, [&x], |[x]| x), min_each(simd, [&x], |[x]| x))
        }
    }
    let (most, least) = f32::dispatch(Nan);
    assert!(most.is_nan() && least.is_nan());
    assert_eq!(argmax(&[1.0, 3.0, 3.0, 2.0]), 1);
    assert_eq!(argmax(&[1.0, f64::NAN, 3.0, f64::NAN]), 1);
    assert_eq!(argmax(&[f32::NEG_INFINITY; 2]), 0);
    assert_eq!(argmax::<f32>(&[]), 0);
}

#[test]
fn gather_and_scatter() {
    let table = matrix::<f64, 5, 3>(f64::make, 1);
    let index = [4.0, 0.0, 4.0, 7.0, -1.0];
    let mut out = [[9.0; 3]; 5];
    gather(&table, &index, &mut out);
    assert_eq!(out, [table[4], table[0], table[4], [0.0; 3], [0.0; 3]]);
    let mut sums = [[1.0; 3]; 5];
    scatter_add(&index, &out, &mut sums);
    for d in 0..3 {
        assert_eq!([sums[0][d], sums[1][d], sums[4][d]], [1.0 + table[0][d], 1.0, 1.0 + table[4][d] + table[4][d]]);
    }
}

#[test]
fn boxes_are_copied_from_layout_to_layout() {
    let x: Vec<f32> = (0..60).map(|i| i as f32).collect();
    // A transposed slice: y[j][i] = x[1 + i·5 + j].
    let mut y = [0.0; 12];
    copy_box(&x, 1, [1, 5], &mut y, 0, [4, 1], [3, 4]);
    for j in 0..3 {
        for i in 0..4 {
            assert_eq!(y[j * 4 + i], x[1 + i * 5 + j]);
        }
    }
    // Rows of neighbours; those that do not lie inside both are left out.
    let mut y = [-1.0; 10];
    copy_rows::<_, 2>(&x, 3, 5, &mut y, 1, 4, 2);
    assert_eq!(y, [-1.0, 3.0, 4.0, -1.0, -1.0, 8.0, 9.0, -1.0, -1.0, -1.0]);
    copy_rows::<_, 2>(&x, 0, 2, &mut y, 0, 3, 9);
    assert_eq!(y, [0.0, 1.0, 4.0, 2.0, 3.0, 8.0, 4.0, 5.0, -1.0, -1.0]);
    // Reversed rows of a 3-D array, a broadcast axis (stride 0).
    let mut y = [0.0; 24];
    copy_box(&x, 40, [0, -20, 1], &mut y, 0, [12, 4, 1], [2, 3, 4]);
    for r in 0..2 {
        for i in 0..3 {
            for j in 0..4 {
                assert_eq!(y[(r * 3 + i) * 4 + j], x[40 - i * 20 + j]);
            }
        }
    }
    // Neither side in rows.
    let mut z = [0.0; 12];
    copy_box(&x, 0, [20, 5], &mut z, 1, [1, 4], [2, 3]);
    assert_eq!(z, [0.0, 0.0, 20.0, 0.0, 0.0, 5.0, 25.0, 0.0, 0.0, 10.0, 30.0, 0.0]);
    // A number, and a shape that reaches outside: what is outside is left alone.
    copy_box(&x, 7, [], &mut z, 0, [], []);
    assert_eq!(z[0], 7.0);
    let mut far = [5.0; 4];
    copy_box(&x, 0, [30], &mut far, 0, [1], [4]);
    assert_eq!(far, [0.0, 30.0, 5.0, 5.0]);
}

#[test]
fn views() {
    let mut xs = [0.0_f32, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    assert_eq!(view::<_, 3, 7, 2>(&xs), &[2.0, 3.0, 4.0]);
    view_mut::<_, 1, 7, 6>(&mut xs)[0] = 9.0;
    assert_eq!(rows::<_, 3, 2>(&xs), &[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
    rows_mut::<_, 2, 3>(&mut xs)[1][0] = 8.0;
    assert_eq!(xs, [0.0, 1.0, 8.0, 3.0, 4.0, 5.0, 9.0]);
    static FLASH: [f32; 2] = f32_from_bytes(&[0, 0, 128, 63, 0, 0, 0, 64]);
    assert_eq!(FLASH, [1.0, 2.0]);
    assert_eq!(f64_from_bytes::<1, 8>(&2.5_f64.to_le_bytes()), [2.5]);
    fn total<const LEN: usize, S: Storage<LEN, Elem = f32>>(xs: &S) -> f32 {
        xs.array().iter().sum()
    }
    fn clear<const LEN: usize, S: StorageMut<LEN, Elem = f32>>(xs: &mut S) {
        *xs.array_mut() = [0.0; LEN];
    }
    assert_eq!(total(&[1.0, 2.0]), 3.0);
    assert_eq!(total(&&FLASH), 3.0);
    clear(&mut &mut xs);
    assert_eq!(total(&xs), 0.0);
}

#[test]
fn errors_say_what_is_and_what_to_do() {
    let texts = [
        (DataError::Lengths { name: "ys", expected: 3, found: 2 }, "`ys` has 2 samples where 3 were expected"),
        (DataError::Index { name: "tok", sample: 1, value: 64, range: (0, 64) }, "`tok` of sample 1 is 64, outside 0..64"),
        (DataError::NotFiniteLoss { name: "data" }, "loss `data` is infinite or NaN"),
    ];
    for (error, text) in texts {
        assert!(error.to_string().starts_with(text), "{error}");
    }
}

/// What kernels are handed of tiles of four, for batches that end anywhere in one.
#[test]
fn a_tile_is_cut_to_its_samples() {
    for samples in 1..10 {
        let column: Vec<f64> = (0..6 * samples).map(|i| i as f64).collect();
        let (mut found, mut seeds, mut tiles) = (vec![-1.0; 6 * samples], 0.0, 0);
        for tile in Tile::<4>::of(Chunk::whole(samples)) {
            let (mut buffer, mut values, mut seed) = ([-2.0; 24], [[-3.0; 6]; 4], [-4.0; 4]);
            let rows = tile.rows::<_, 6>(&column, &mut buffer);
            let first = 4 * tiles;
            assert_eq!((tile.len(), tile.is_first(), tile.sample(0)), (4.min(samples - first), tiles == 0, first as u64));
            assert_eq!(tile.numbers().collect::<Vec<_>>(), (0..tile.len()).collect::<Vec<_>>());
            assert_eq!(tile.flat(rows), &column[6 * first..6 * (first + tile.len())]);
            // Each sample as two rows of three.
            for (from, to) in tile.cut::<_, 6, 3>(rows).iter().zip(tile.cut_mut::<_, 6, 3>(&mut values)) {
                *to = *from;
            }
            assert_eq!(tile.cut::<_, 6, 3>(rows).len(), 2 * tile.len());
            assert!(values[tile.len()..].iter().all(|row| *row == [-3.0; 6]), "what lies behind the samples is left alone");
            tile.store(&values, &mut found);
            seeds += tile.flat(tile.seed(&mut seed)).iter().sum::<f64>();
            tiles += 1;
        }
        assert_eq!(found, column);
        assert_eq!(tiles, samples.div_ceil(4));
        assert!((seeds - 1.0_f64).abs() < 1e-15);
    }
}

/// A step of momentum descent.
#[derive(Clone, Copy)]
struct Momentum;

impl<T: Real> Update<T, 2> for Momentum {
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S, grad: impl Grad<T>, outs: [&mut [T]; 2]) {
        let (lr, momentum) = (simd.splat(T::from_f64(0.1)), simd.splat(T::from_f64(0.9)));
        update_each(simd, grad, outs, move |[grad], [param, velocity]| {
            let velocity = momentum.mul_add(velocity, grad);
            [param - lr * velocity, velocity]
        });
    }
}

/// A step of momentum descent with the gradient `leftᵀ · right`: what becomes of zeros.
#[derive(Clone, Copy)]
struct OfProduct<'a, const K: usize, const M: usize, const N: usize> {
    left: &'a [[f32; M]; K],
    right: &'a [[f32; N]; K],
}

impl<const K: usize, const M: usize, const N: usize> Pass<f32> for OfProduct<'_, K, M, N> {
    type Output = Vec<f32>;
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) -> Vec<f32> {
        let ports = [Column::Real(self.left.as_flattened()), Column::Real(self.right.as_flattened())];
        let late = [Late { offset: 0, shape: (M, N), positions: 1, left: Place::Port(0), right: Place::Port(1) }];
        let (mut none, mut param, mut velocity) = (vec![0.0; M * N], vec![0.0; M * N], vec![0.0; M * N]);
        let mut grads = Gradients::left(Chunk::whole(K).late_up_to(K), &late, &ports, &[], &mut none);
        Momentum.run(simd, grads.part(0..M * N), [&mut param, &mut velocity]);
        velocity
    }
}

#[test]
fn updates_make_their_gradients_at_all_levels() {
    fn of<const K: usize, const M: usize, const N: usize>() {
        let (left, right) = (matrix::<f32, K, M>(f32::make, 1), matrix::<f32, K, N>(f32::make, 2));
        let sum = |m: usize, n: usize| (0..K).map(|k| f64::from(left[k][m]) * f64::from(right[k][n])).sum::<f64>() as f32;
        let expected: Vec<f32> = (0..M * N).map(|i| sum(i / N, i % N)).collect();
        let mut levels = 0;
        at_each_level(OfProduct { left: &left, right: &right }, |_, found| {
            same(&found, &expected);
            levels += 1;
        });
        assert!(levels > 0);
    }
    of::<2, 7, 64>();
    of::<17, 33, 128>();
    of::<32, 12, 64>();
    of::<128, 13, 64>();
    of::<129, 13, 64>();
    of::<33, 31, 100>();
}

/// A product of `K` rows, `positions` of each sample, in chunks of `least` samples and more, and a bias after it whose gradients the chunks
/// have made: as a whole, and in two parts, cut after `cut` rows.
fn updates<T: Parts, const K: usize, const M: usize, const N: usize>(least: usize, cut: usize, positions: usize) {
    let (left, right) = (matrix::<T, K, M>(T::make, 1), matrix::<T, K, N>(T::make, 2));
    let (first, velocity) = (matrix::<T, M, N>(T::make, 3), matrix::<T, M, N>(T::make, 4));
    let (mut expected, mut moved) = (first.clone(), velocity.clone());
    for m in 0..M {
        for n in 0..N {
            let grad = (0..K).fold(T::ZERO, |sum, k| sum + left[k][m] * right[k][n]);
            moved[m][n] = T::from_f64(0.9) * velocity[m][n] + grad;
            expected[m][n] = first[m][n] - T::from_f64(0.1) * moved[m][n];
        }
    }
    // Each chunk has its right factor in a workspace of its own, behind something else, and has made the gradient of the bias.
    let ports = [Column::Index(&[]), Column::Real(left.as_flattened())];
    let late = [Late { offset: 0, shape: (M, N), positions, left: Place::Port(1), right: Place::Workspace(3) }];
    let chunks: Vec<Chunk> = Cut { least, rows: 1 }.of(K / positions).map(|chunk| chunk.late_up_to(K)).collect();
    let workspaces: Vec<Vec<T>> = chunks
        .iter()
        .map(|chunk| {
            let right = &right[chunk.first() * positions..(chunk.first() + chunk.len()) * positions];
            [&[T::ONE; 3], right.as_flattened(), &[T::ONE; 5]].concat()
        })
        .collect();
    let made: Vec<Vec<T>> = (0..chunks.len()).map(|i| vec![T::from_f64(i as f64 + 1.0); M * N + 2]).collect();
    let bias = (1..=chunks.len()).sum::<usize>() as f64;
    for parts in [false, true] {
        let mut sums = made[0].clone();
        let mut grads = Gradients::left(chunks[0], &late, &ports, &workspaces[0], &mut sums);
        for ((chunk, workspace), made) in chunks.iter().zip(&workspaces).zip(&made).skip(1) {
            grads = grads.and(*chunk, workspace, made);
        }
        let (mut param, mut held) = (first.clone(), velocity.clone());
        let (params, held_flat) = (param.as_flattened_mut(), held.as_flattened_mut());
        let grad = grads.part(0..M * N);
        assert!(matches!(grad, Gradient::Product(_)) && grad.grain() == N);
        if parts {
            let (before, behind) = grad.split_at(cut * N);
            let ((params, more), (held, rest)) = (params.split_at_mut(cut * N), held_flat.split_at_mut(cut * N));
            update(Momentum, before, [params, held]);
            update(Momentum, behind, [more, rest]);
        } else {
            update(Momentum, grad, [params, held_flat]);
        }
        same(param.as_flattened(), expected.as_flattened());
        same(held.as_flattened(), moved.as_flattened());
        let (mut param, mut held) = ([T::ZERO; 2], [T::ZERO; 2]);
        update_few(Momentum, grads.part(M * N..M * N + 2), [&mut param, &mut held]);
        same(&held, &[T::from_f64(bias); 2]);
    }
}

#[test]
fn updates_make_their_gradients() {
    fn of<T: Parts>() {
        updates::<T, 1, 7, 64>(1, 3, 1);
        updates::<T, 1, 7, 33>(1, 1, 1);
        updates::<T, 1, 5, 3>(1, 2, 1);
        updates::<T, 5, 7, 64>(5, 6, 1);
        updates::<T, 5, 7, 33>(2, 1, 1);
        updates::<T, 2, 1, 17>(1, 0, 1);
        updates::<T, 8, 130, 40>(1, 63, 1);
        updates::<T, 4, 9, 64>(1, 2, 4);
        updates::<T, 12, 9, 40>(1, 2, 3);
        // Of one chunk, in columns that fill tiles.
        updates::<T, 7, 13, 128>(7, 6, 1);
        updates::<T, 32, 20, 64>(32, 7, 1);
        updates::<T, 3, 5, 64>(3, 0, 1);
    }
    of::<f32>();
    of::<f64>();
    of::<Dual>();
}

#[test]
fn wide_gradients_are_made_by_parts_of_their_columns() {
    fn of<T: Parts>() {
        updates::<T, 3, 67, 523>(3, 65, 1);
        updates::<T, 8, 67, 640>(1, 12, 1);
        updates::<T, 12, 9, 530>(2, 4, 2);
        // Too many samples for copies of all chunks at once, and of one.
        updates::<T, 200, 9, 530>(50, 4, 1);
        updates::<T, 600, 3, 514>(600, 1, 1);
    }
    of::<f32>();
    of::<f64>();
}

#[test]
fn gradients_of_chunks_are_added_once() {
    let made: Vec<Vec<f32>> = (0..3).map(|i| (0..5000).map(|j| (i * j) as f32 + 1.0).collect()).collect();
    let wanted: Vec<f32> = (0..5000).map(|j| (j + 2 * j) as f32 + 3.0).collect();
    let chunk = Chunk::whole(1);
    let mut sums = made[0].clone();
    let mut grads = Gradients::left(chunk, &[], &[], &[], &mut sums).and(chunk, &[], &made[1]).and(chunk, &[], &made[2]);
    let (mut param, mut held) = (vec![0.0; 5000], vec![0.0; 5000]);
    update(Momentum, grads.part(0..5000), [&mut param, &mut held]);
    assert_eq!((&held, grads.summed()), (&wanted, wanted.as_slice()), "added where they are used");
    let mut sums = made[0].clone();
    let mut grads = Gradients::left(chunk, &[], &[], &[], &mut sums).and(chunk, &[], &made[1]).and(chunk, &[], &made[2]);
    Alone.sum(&mut grads);
    assert_eq!(grads.summed(), wanted, "added before");
    assert!(matches!(grads.part(0..5000), Gradient::Made(made) if made == wanted));
}
