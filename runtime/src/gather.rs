//! Rows of a table by index, and the adjoint. Indices are stored as reals: whole numbers, exact, checked on arrival.

use crate::Real;

/// `out[i] = table[index[i]]`, rows of length `D`; an index out of range leaves zeros.
#[inline(always)]
pub fn gather<T: Real, const N: usize, const D: usize>(table: &[[T; D]; N], index: &[T], out: &mut [[T; D]]) {
    for (&i, out) in index.iter().zip(out) {
        *out = place(i).and_then(|i| table.get(i)).copied().unwrap_or([T::ZERO; D]);
    }
}

/// `table[index[i]] += x[i]`, in the order of i; an index out of range adds nothing.
#[inline(always)]
pub fn scatter_add<T: Real, const N: usize, const D: usize>(index: &[T], x: &[[T; D]], table: &mut [[T; D]; N]) {
    for (&i, x) in index.iter().zip(x) {
        if let Some(row) = place(i).and_then(|i| table.get_mut(i)) {
            for (sum, &x) in row.iter_mut().zip(x) {
                *sum += x;
            }
        }
    }
}

/// The index that a real holds; none where it is negative or NaN.
#[inline(always)]
fn place<T: Real>(i: T) -> Option<usize> {
    let i = i.to_f64();
    if i >= 0.0 { Some(i as usize) } else { None }
}
