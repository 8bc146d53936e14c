//! W8, the derivatives carried along by hand: burn has none of second order.

use burn::prelude::*;
use peers_common::{Report, widths};

use crate::dense::Dense;
use crate::{Devices, infer, normal, train};

pub(crate) fn run(report: &mut Report, devices: &Devices) {
    let x = normal([256, 2], &devices.traced);
    train(report, Dense::new(widths("W8"), &devices.traced), |net| {
        let r = residual(net, x.clone());
        (r.clone() * r).mean()
    });
    let (net, x) = (Dense::new(widths("W8"), &devices.plain), normal([256, 2], &devices.plain));
    infer(report, || net.forward(x.clone(), Tensor::tanh, |x| x));
}

/// `u_t − 0.1 u_xx` at each point.
fn residual(net: &Dense, x: Tensor<2>) -> Tensor<2> {
    let first = net.layers[0].weight.val();
    let column = |i| first.clone().slice([i..i + 1, 0..32]).expand([256, 32]);
    let (mut ux, mut ut) = (column(0), column(1));
    let mut u = net.layers[0].forward(x);
    let mut uxx = u.zeros_like();
    for layer in &net.layers[1..] {
        let s = u.tanh();
        let ds = (s.clone() * s.clone()).neg().add_scalar(1.0);
        let a = layer.weight.val();
        uxx = (ds.clone() * uxx - (s.clone() * ds.clone()).mul_scalar(2.0) * ux.clone() * ux.clone()).matmul(a.clone());
        ux = (ds.clone() * ux).matmul(a.clone());
        ut = (ds * ut).matmul(a);
        u = layer.forward(s);
    }
    ut - uxx.mul_scalar(0.1)
}
