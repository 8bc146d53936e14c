//! What the operations over windows (`Attr::Windows`) share: which of them there are, and their shapes.
//!
//! A window slides over the last axes; the axes before them are planes of their own. Padding is never an element: a largest element is one
//! of the image's own, a sum skips it.

use super::shape;
use crate::graph::{Attr, Elem, Slide, Type};

/// What is made of windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The sum of each.
    Sum,
    /// Zeros to which each place's number is added under its whole window.
    Spread,
    /// The largest element of each; NaN passes on.
    Max,
    /// Where in the window the largest is, the first of equals; NaN counts as largest.
    ArgMax,
    /// Zeros to which each place's number is added under one element of its window.
    Place,
    /// Of each window the element at an index.
    Pick,
}

/// How the windows slide.
pub(super) fn axes(attr: &Attr) -> Result<&[Slide], String> {
    match attr {
        Attr::Windows(axes) if !axes.is_empty() && axes.iter().all(|slide| slide.places() > 0) => Ok(axes),
        Attr::Windows(_) => Err("the window is larger than the padded image".into()),
        _ => Err("how the windows slide is missing".into()),
    }
}

/// The shape of `x`, whose last axes are `from`, with `to` in their place.
fn exchanged(x: &Type, from: &[usize], to: &[usize]) -> Result<Vec<usize>, String> {
    match x.rank().checked_sub(from.len()).and_then(|planes| x.shape.split_at_checked(planes)) {
        Some((planes, last)) if last == from => Ok([planes, to].concat()),
        _ => Err(format!("windows over {from:?} do not fit {:?}", x.shape)),
    }
}

fn reals(x: &Type) -> Result<(), String> {
    if x.elem == Elem::Real { Ok(()) } else { Err(format!("it takes reals, found {}", shape::kind(x.elem))) }
}

/// Elements of one window.
pub fn elements(axes: &[Slide]) -> usize {
    axes.iter().fold(1, |product: usize, slide| product.saturating_mul(slide.window))
}

/// From the image to one number for each place.
pub(super) fn places(x: &Type, attr: &Attr) -> Result<Type, String> {
    let axes = axes(attr)?;
    reals(x)?;
    let (images, places): (Vec<usize>, Vec<usize>) = axes.iter().map(|slide| (slide.image, slide.places())).unzip();
    Ok(Type::real(false, &exchanged(x, &images, &places)?))
}

/// From one number for each place to the image.
pub(super) fn image(y: &Type, attr: &Attr) -> Result<Type, String> {
    let axes = axes(attr)?;
    reals(y)?;
    let (images, places): (Vec<usize>, Vec<usize>) = axes.iter().map(|slide| (slide.image, slide.places())).unzip();
    Ok(Type::real(false, &exchanged(y, &places, &images)?))
}

/// Whether `index` says for each place, of the shape `of`, which element of the window is meant.
pub(super) fn index(index: &Type, of: &[usize], attr: &Attr) -> Result<(), String> {
    let axes = axes(attr)?;
    let n = elements(axes);
    if index.shape != of || !matches!(index.elem, Elem::Index(range) if range as usize <= n) {
        return Err(format!("{} {:?} do not say which of {n} elements is meant at {of:?}", shape::kind(index.elem), index.shape));
    }
    Ok(())
}

/// An attribute, for samples.
pub(super) fn windows(axes: &[Slide]) -> Attr {
    Attr::Windows(axes.to_vec())
}
