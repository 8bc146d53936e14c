//! Products of blocks of larger arrays against naive loops, at sizes that fit no vector and where their neighbours must not be touched.

use tapeless_runtime::*;

/// Numbers that differ from place to place.
fn drawn<T: Real>(seed: u64, len: usize) -> Vec<T> {
    let stream = Stream::new(5, len as u32);
    (0..len).map(|i| T::from_f64(2.0 * stream.uniform::<f64>(3, seed, i) - 1.0)).collect()
}

/// A block's place in an array.
#[derive(Clone, Copy)]
struct At {
    stride: usize,
    first: usize,
}

/// As many elements as an array has whose last block is this one.
fn len(at: At, rows: usize, columns: usize) -> usize {
    at.first + (rows - 1) * at.stride + columns
}

/// With numbers beside the block that would show wherever they were computed with, or written anew.
fn fenced<T: Real>(mut xs: Vec<T>, at: At, rows: usize, columns: usize) -> Vec<T> {
    for (i, x) in xs.iter_mut().enumerate() {
        let inside = i.checked_sub(at.first).is_some_and(|i| i / at.stride < rows && i % at.stride < columns);
        if !inside {
            *x = T::from_f64(if i % 2 == 0 { f64::NAN } else { -0.0 });
        }
    }
    xs
}

struct Blocks<const M: usize, const K: usize, const N: usize> {
    /// What lies beside a block's rows, and before it.
    beside: [usize; 3],
    /// Elements behind it.
    behind: usize,
}

impl<T: Real + Into<f64>, const M: usize, const K: usize, const N: usize> Pass<T> for Blocks<M, K, N> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd<T>>(self, simd: S) {
        let place = |columns: usize, i: usize| At { stride: columns + self.beside[i], first: 2 * self.beside[i] };
        let (of_a, of_b, of_out) = (place(K, 0), place(N, 1), place(N, 2));
        let (of_at, of_bt) = (place(M, 0), place(K, 1));
        let array = |seed: u64, at: At, rows: usize, columns: usize| -> Vec<T> {
            fenced(drawn(seed, len(at, rows, columns) + self.behind), at, rows, columns)
        };
        let (a, b, old) = (array(1, of_a, M, K), array(2, of_b, K, N), array(5, of_out, M, N));
        let (mut at, mut bt) = (array(3, of_at, K, M), array(4, of_bt, N, K));
        for k in 0..K {
            for m in 0..M {
                at[of_at.first + k * of_at.stride + m] = a[of_a.first + m * of_a.stride + k];
            }
            for n in 0..N {
                bt[of_bt.first + n * of_bt.stride + k] = b[of_b.first + k * of_b.stride + n];
            }
        }
        let (mut expected, mut added) = (old.clone(), old.clone());
        let element = |xs: &[T], at: At, row: usize, column: usize| -> f64 { xs[at.first + row * at.stride + column].into() };
        for m in 0..M {
            for n in 0..N {
                let sum: f64 = (0..K).map(|k| element(&a, of_a, m, k) * element(&b, of_b, k, n)).sum();
                let place = of_out.first + m * of_out.stride + n;
                expected[place] = T::from_f64(sum);
                added[place] = T::from_f64(sum + element(&old, of_out, m, n));
            }
        }
        let check = |orientation: &str, multiply: &dyn Fn(BlockMut<'_, T, N, M>), expected: &[T]| {
            let mut out = old.clone();
            multiply(block_mut(&mut out, of_out.stride, of_out.first));
            for (i, (found, expected)) in out.iter().zip(expected).enumerate() {
                let (found, expected): (f64, f64) = ((*found).into(), (*expected).into());
                let near = if size_of::<T>() == 4 { 2e-5 } else { 1e-13 };
                let untouched = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                assert!(
                    untouched || expected != 0.0 && (found - expected).abs() <= near,
                    "{orientation} {M}×{K}×{N}, element {i}: {found} for {expected}"
                );
            }
        };
        let (a, b) = (block::<_, K, M>(&a, of_a.stride, of_a.first), block::<_, N, K>(&b, of_b.stride, of_b.first));
        let (at, bt) = (block::<_, M, K>(&at, of_at.stride, of_at.first), block::<_, K, N>(&bt, of_bt.stride, of_bt.first));
        check("a·b", &|out| matmul_blocks(simd, a, b, out), &expected);
        check("+= a·b", &|out| matmul_add_blocks(simd, a, b, out), &added);
        check("aᵀ·b", &|out| matmul_tn_blocks(simd, at, b, out), &expected);
        check("+= aᵀ·b", &|out| matmul_tn_add_blocks(simd, at, b, out), &added);
        check("a·bᵀ", &|out| matmul_nt_blocks(simd, a, bt, out), &expected);
        check("+= a·bᵀ", &|out| matmul_nt_add_blocks(simd, a, bt, out), &added);
    }
}

/// At all levels, with neighbours on all sides and of some only.
fn products<const M: usize, const K: usize, const N: usize>() {
    for beside in [[5, 3, 7], [0, 16, 48], [1, 0, 0], [0, 0, 1], [0, 0, 0]] {
        for behind in [0, 40] {
            f32::dispatch(Blocks::<M, K, N> { beside, behind });
            f64::dispatch(Blocks::<M, K, N> { beside, behind });
            one_lane::<f32, _>(Blocks::<M, K, N> { beside, behind });
        }
    }
}

macro_rules! sizes {
    ($($name:ident $m:literal $k:literal $n:literal;)*) => {$(
        #[test]
        fn $name() {
            products::<$m, $k, $n>();
        }
    )*};
}

sizes! {
    one_of_all 1 1 1;
    one_row 1 7 33;
    one_column 17 33 1;
    one_column_and_row 1 17 1;
    outer 7 1 17;
    narrow 33 7 2;
    narrow_of_few 7 17 7;
    as_wide_as_a_vector 33 17 16;
    as_wide_as_half 33 33 8;
    few_rows 2 33 33;
    square 17 17 17;
    wide 7 7 33;
    turned 33 7 17;
    head 32 16 32;
    head_back 32 32 16;
    deep 17 70 33;
    many 130 33 70;
    panels 33 130 70;
}

/// Of a tile that is not full there are fewer rows than the type says.
#[test]
fn fewer_rows() {
    struct Fewer;
    impl Pass<f32> for Fewer {
        type Output = Vec<f32>;
        #[inline(always)]
        fn run<S: Simd<f32>>(self, simd: S) -> Vec<f32> {
            // Three samples of two heads of two.
            let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
            let mut out = vec![9.0; 12];
            let turn = [[0.0, 1.0], [1.0, 0.0]];
            for i in numbers(2) {
                let turn = block::<_, 2, 2>(turn.as_flattened(), 2, 0);
                matmul_blocks(simd, block::<_, 2, 8>(&x, 4, 2 * i), turn, block_mut::<_, 2, 8>(&mut out, 4, 2 * i));
            }
            let mut sums = vec![0.0; 4];
            let ones = [[1.0_f32]; 8];
            matmul_tn_blocks(
                simd,
                block::<_, 2, 8>(&x, 4, 2),
                block::<_, 1, 8>(ones.as_flattened(), 1, 0),
                block_mut::<_, 1, 2>(&mut sums, 2, 1),
            );
            out.extend(sums);
            out
        }
        // 2 + 6 + 10 and 3 + 7 + 11.
    }
    let expected = [1.0, 0.0, 3.0, 2.0, 5.0, 4.0, 7.0, 6.0, 9.0, 8.0, 11.0, 10.0, 0.0, 18.0, 0.0, 21.0];
    assert_eq!(f32::dispatch(Fewer), expected);
    assert_eq!(one_lane::<f32, _>(Fewer), expected);
}
