//! W6. candle's fused normalisation has no derivative, so it is written out.

use candle_core::{D, Device, Result, Tensor, Var};
use candle_nn::{loss, ops};
use peers_common::Report;

use crate::{labels, linear, measure, parameter};

const SEQUENCES: usize = 8;
const STEPS: usize = 32;
const WIDTH: usize = 64;
const HEADS: usize = 4;
/// Parameters of a block.
const BLOCK: usize = 12;

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let x = labels(SEQUENCES * STEPS, 64)?;
    let mask: Vec<f32> = (0..STEPS * STEPS).map(|i| if i % STEPS > i / STEPS { -1e30 } else { 0.0 }).collect();
    let mask = Tensor::from_vec(mask, (1, 1, STEPS, STEPS), &Device::Cpu)?;
    measure(report, parameters()?, |p| loss::cross_entropy(&forward(p, &x, &mask)?, &x), |p| forward(p, &x, &mask))
}

fn parameters() -> Result<Vec<Var>> {
    let (square, wide) = (0.125, 0.0625);
    let mut found = vec![parameter(&[64, WIDTH], 0.02)?, parameter(&[STEPS, WIDTH], 0.02)?];
    for _ in 0..2 {
        found.extend(scale_and_shift()?);
        found.extend([parameter(&[3 * WIDTH, WIDTH], square)?, parameter(&[3 * WIDTH], 0.01)?]);
        found.extend([parameter(&[WIDTH, WIDTH], square)?, parameter(&[WIDTH], 0.01)?]);
        found.extend(scale_and_shift()?);
        found.extend([parameter(&[4 * WIDTH, WIDTH], square)?, parameter(&[4 * WIDTH], 0.01)?]);
        found.extend([parameter(&[WIDTH, 4 * WIDTH], wide)?, parameter(&[WIDTH], 0.01)?]);
    }
    found.extend(scale_and_shift()?);
    found.extend([parameter(&[64, WIDTH], square)?, parameter(&[64], 0.01)?]);
    Ok(found)
}

fn scale_and_shift() -> Result<[Var; 2]> {
    Ok([parameter(&[WIDTH], 1.0)?, parameter(&[WIDTH], 0.01)?])
}

fn forward(p: &[Tensor], x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let embedded = p[0].embedding(x)?.reshape((SEQUENCES, STEPS, WIDTH))?.broadcast_add(&p[1])?;
    let mut h = embedded.reshape((SEQUENCES * STEPS, WIDTH))?;
    for q in p[2..2 + 2 * BLOCK].chunks_exact(BLOCK) {
        let attended = attention(&normalise(&h, &q[0], &q[1])?, &q[2..6], mask)?;
        h = (h + attended)?;
        let wide = linear(&normalise(&h, &q[6], &q[7])?, &q[8], &q[9])?.gelu_erf()?;
        h = (h + linear(&wide, &q[10], &q[11])?)?;
    }
    let last = &p[2 + 2 * BLOCK..];
    linear(&normalise(&h, &last[0], &last[1])?, &last[2], &last[3])
}

fn attention(x: &Tensor, q: &[Tensor], mask: &Tensor) -> Result<Tensor> {
    let parts = linear(x, &q[0], &q[1])?.reshape((SEQUENCES, STEPS, 3, HEADS, WIDTH / HEADS))?;
    let part = |i| parts.narrow(2, i, 1)?.squeeze(2)?.transpose(1, 2)?.contiguous();
    let scores = (part(0)?.matmul(&part(1)?.t()?)? * 0.25)?.broadcast_add(mask)?;
    let mixed = ops::softmax(&scores, D::Minus1)?.matmul(&part(2)?)?;
    linear(&mixed.transpose(1, 2)?.contiguous()?.reshape((SEQUENCES * STEPS, WIDTH))?, &q[2], &q[3])
}

fn normalise(x: &Tensor, scale: &Tensor, shift: &Tensor) -> Result<Tensor> {
    let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    centred.broadcast_div(&(variance + 1e-5)?.sqrt()?)?.broadcast_mul(scale)?.broadcast_add(shift)
}
