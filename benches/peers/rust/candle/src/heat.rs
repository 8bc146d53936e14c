//! W8, the derivatives carried along by hand: candle has none of second order.

use candle_core::{Result, Tensor};
use peers_common::{Report, widths};

use crate::{layers, linear, measure, normal, stack};

pub(crate) fn run(report: &mut Report) -> Result<()> {
    let x = normal(&[256, 2])?;
    measure(report, layers(widths("W8"))?, |p| residual(p, &x)?.sqr()?.mean_all(), |p| stack(p, &x, Tensor::tanh, |x| Ok(x.clone())))
}

/// `u_t − 0.1 u_xx` at each point.
fn residual(p: &[Tensor], x: &Tensor) -> Result<Tensor> {
    let first = p[0].t()?;
    let column = |i| first.narrow(0, i, 1)?.broadcast_as((256, 32))?.contiguous();
    let (mut ux, mut ut) = (column(0)?, column(1)?);
    let mut u = linear(x, &p[0], &p[1])?;
    let mut uxx = u.zeros_like()?;
    for layer in p[2..].chunks_exact(2) {
        let s = u.tanh()?;
        let ds = s.sqr()?.affine(-1.0, 1.0)?;
        let a = layer[0].t()?;
        uxx = ((&ds * &uxx)? - ((&s * &ds)? * 2.0)?.mul(&ux.sqr()?)?)?.matmul(&a)?;
        ux = (&ds * &ux)?.matmul(&a)?;
        ut = (&ds * &ut)?.matmul(&a)?;
        u = linear(&s, &layer[0], &layer[1])?;
    }
    ut - (uxx * 0.1)?
}
