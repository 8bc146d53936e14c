//! Convolutions and windows, product by product and element by element.

use super::tensor::Tensor;
use crate::graph::windows::each_element;
use crate::graph::{Attr, Type};
use crate::ops::{Part, Window};

/// One of the three tensors of a convolution from the other two.
pub(super) fn conv(out: &mut Tensor, args: &[&Tensor], types: &[&Type], of: &Type, attr: &Attr, part: Part, batch: usize) {
    let Attr::Conv(conv) = attr else { return };
    let (channels, filters) = match part {
        Part::Output => (types[0].shape[0], of.shape[0]),
        Part::Input => (of.shape[0], types[1].shape[0]),
        Part::Weight => (types[0].shape[0], types[1].shape[0]),
    };
    let samples = if conv.sum_batch { batch } else { out.samples() };
    for i in 0..samples {
        let (a, b, out) = (args[0].sample(i), args[1].sample(i), out.sample_mut(i));
        conv.each_product(channels, filters, |x, w, y| match part {
            Part::Output => out[y] += a[x] * b[w],
            Part::Input => out[x] += a[w] * b[y],
            Part::Weight => out[w] += a[x] * b[y],
        });
    }
}

/// What is made of windows.
pub(super) fn window(out: &mut Tensor, args: &[&Tensor], attr: &Attr, window: Window) {
    let Attr::Windows(axes) = attr else { return };
    let size = |of: fn(&crate::graph::Slide) -> usize| axes.iter().map(of).product::<usize>();
    let (image, places) = (size(|slide| slide.image), size(crate::graph::Slide::places));
    for i in 0..out.samples() {
        let a = args[0].sample(i);
        let b = args.last().map_or(a, |last| last.sample(i));
        let out = out.sample_mut(i);
        let planes = match window {
            Window::Spread | Window::Place => out.len() / image,
            _ => out.len() / places,
        };
        match window {
            Window::Sum => each_element(axes, planes, |x, y, _| out[y] += a[x]),
            Window::Spread => each_element(axes, planes, |x, y, _| out[x] += a[y]),
            Window::Place => each_element(axes, planes, |x, y, k| {
                if a[y] == k as f64 {
                    out[x] += b[y];
                }
            }),
            Window::Pick => each_element(axes, planes, |x, y, k| {
                if a[y] == k as f64 {
                    out[y] = b[x];
                }
            }),
            Window::Max | Window::ArgMax => {
                let mut best: Vec<Option<(f64, usize)>> = vec![None; out.len()];
                each_element(axes, planes, |x, y, k| {
                    let beats = |have: f64| a[x] > have || (a[x].is_nan() && !have.is_nan());
                    if best[y].is_none_or(|(have, _)| beats(have)) {
                        best[y] = Some((a[x], k));
                    }
                });
                for (out, best) in out.iter_mut().zip(best) {
                    let (most, at) = best.unwrap_or((f64::NEG_INFINITY, 0));
                    *out = if window == Window::Max { most } else { at as f64 };
                }
            }
        }
    }
}
