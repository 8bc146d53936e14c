//! Parameters and batches as ndarray arrays, without a copy where that can be.

use alloc::vec::Vec;

use ndarray::{ArrayBase, ArrayView2, ArrayViewD, ArrayViewMutD, Data, Ix2, IxDyn, aview2};

use crate::rt::{Entry, Network};
use crate::trainable::Trainable;

/// A parameter or buffer of a network by its path; `None` where there is none of this path.
#[must_use]
pub fn params_view<'a, M: Trainable>(net: &'a M, path: &str) -> Option<ArrayViewD<'a, M::Real>> {
    let parts = net.parts();
    view_of::<M::Net, _>(parts.parameters, path).or_else(|| view(parts.buffers, find(M::Net::BUFFERS, path)?))
}

/// The same, to be changed.
#[must_use]
pub fn params_view_mut<'a, M: Trainable>(net: &'a mut M, path: &str) -> Option<ArrayViewMutD<'a, M::Real>> {
    let parts = net.parts_mut();
    let (flat, entry) = match find(M::Net::PARAMETERS, path) {
        Some(entry) => (parts.parameters, entry),
        None => (parts.buffers, find(M::Net::BUFFERS, path)?),
    };
    let slice = flat.get_mut(entry.offset..entry.offset + entry.len())?;
    ArrayViewMutD::from_shape(IxDyn(entry.shape), slice).ok()
}

/// A parameter by its path in any flat storage of the network's layout: gradients, or parameters kept elsewhere.
#[must_use]
pub fn view_of<'a, N: Network, T>(flat: &'a [T], path: &str) -> Option<ArrayViewD<'a, T>> {
    view(flat, find(N::PARAMETERS, path)?)
}

fn find(entries: &'static [Entry], path: &str) -> Option<&'static Entry> {
    entries.iter().find(|entry| entry.path == path)
}

fn view<'a, T>(flat: &'a [T], entry: &Entry) -> Option<ArrayViewD<'a, T>> {
    let slice = flat.get(entry.offset..entry.offset + entry.len())?;
    ArrayViewD::from_shape(IxDyn(entry.shape), slice).ok()
}

/// A batch as a matrix with a row for each sample.
#[must_use]
pub fn batch_view<T, const N: usize>(batch: &[[T; N]]) -> ArrayView2<'_, T> {
    aview2(batch)
}

/// A matrix with a row for each sample as a batch; `None` where its rows have not `N` elements. It copies.
#[must_use]
pub fn batch_from<T: Copy, S: Data<Elem = T>, const N: usize>(matrix: &ArrayBase<S, Ix2>) -> Option<Vec<[T; N]>> {
    let row = |row: ndarray::ArrayView1<'_, T>| -> Option<[T; N]> {
        let first = *row.first()?;
        let mut out = [first; N];
        out.iter_mut().zip(&row).for_each(|(out, x)| *out = *x);
        Some(out)
    };
    if matrix.ncols() != N {
        return None;
    }
    matrix.rows().into_iter().map(row).collect()
}
