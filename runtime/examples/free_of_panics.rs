//! One pass over every family of kernels. Nothing it calls can panic; to see it, look for `panicking` in the assembly of
//! `cargo rustc --release --example free_of_panics -- --emit asm=pieces.s -C codegen-units=1`: what is left is the standard
//! library's own, in the detection of the SIMD level and in `main`.

use std::hint::black_box;

use tapeless_runtime::*;

struct Pieces<'a> {
    x: &'a [f32; 840],
    y: &'a mut [f32; 840],
}

impl Pass<f32> for Pieces<'_> {
    type Output = f32;
    #[inline(always)]
    fn run<S: Simd<f32>>(self, simd: S) -> f32 {
        let Pieces { x, y } = self;
        let a: &[[f32; 21]; 40] = rows(view::<_, 840, 840, 0>(x));
        let out: &mut [[f32; 40]; 21] = rows_mut(y);
        transpose(simd, a, out);
        let mut square = [[0.0; 21]; 21];
        let mut wide = [[0.0; 40]; 40];
        let bias = [0.5; 21];
        matmul_tn(simd, a, a, &mut square);
        matmul_nt(simd, a, a, &mut wide);
        let factor = square;
        matmul_map(simd, &factor, &factor, &mut square, |v, at| (v + at.load(simd, &bias)).tanh());
        let mut sums = [0.0; 21];
        sum_rows(simd, a, &mut sums);
        let lanes = [simd.load(&sums), simd.splat(1.0), simd.splat(2.0)];
        lane_sums_add(simd, lanes, view_mut::<_, 3, 21, 4>(&mut sums));
        let mut flat = [0.0; 100];
        each(
            simd,
            [view::<_, 100, 840, 30>(x)],
            [&mut flat],
            #[inline(always)]
            |[x]| [x.exp() + x.sin() + x.erf() + x.log1p() + x.pow(x)],
        );
        each_in_place(simd, [&sums], [&mut flat], |[x], [y]| [x.sigmoid() + y]);
        copy_box(&flat, 3, [1, 5], y, 0, [10, 1], [5, 10]);
        let mut taken = [[0.0; 21]; 3];
        gather(&square, &[1.0, 5.0, 30.0], &mut taken);
        scatter_add(&[1.0, 5.0, 30.0], &taken, &mut square);
        let index = argmax(&flat);
        sum_each(simd, [square.as_flattened()], |[x]| x * x) + max_each(simd, [wide.as_flattened()], |[x]| x) + index as f32
    }
}

/// All of it; what is looked at.
#[inline(never)]
fn tapeless_pieces(x: &[f32; 840], y: &mut [f32; 840]) -> f32 {
    f32::dispatch(Pieces { x, y })
}

fn main() {
    let mut y = [0.25; 840];
    println!("{}", tapeless_pieces(black_box(&[0.5; 840]), &mut y));
}
