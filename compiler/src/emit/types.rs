//! The Rust types of inputs, outputs and parameters, and how they become flat slices.

use crate::network::Port;

/// `[[T; 3]; 2]` for `[2, 3]`, `T` for `[]`.
pub(crate) fn array(shape: &[usize], elem: &str) -> String {
    shape.iter().rev().fold(elem.to_owned(), |inner, extent| format!("[{inner}; {extent}]"))
}

/// The element type of a port.
pub(crate) fn element(port: &Port, real: &str) -> String {
    if port.index.is_some() { "u32".into() } else { real.into() }
}

/// A sample of a port.
pub(crate) fn sample(port: &Port, real: &str) -> String {
    array(&port.shape, &element(port, real))
}

/// A sample as an argument: scalars by value, arrays by reference.
pub(crate) fn argument(port: &Port, real: &str) -> String {
    if port.shape.is_empty() { element(port, real) } else { format!("&{}", sample(port, real)) }
}

/// One sample, an argument of [`argument`], as a flat slice.
pub(crate) fn flat_sample(name: &str, rank: usize) -> String {
    match rank {
        0 => format!("core::slice::from_ref(&{name})"),
        1 => name.to_owned(),
        _ => format!("{name}{}", ".as_flattened()".repeat(rank - 1)),
    }
}

/// A slice of samples as a flat slice.
pub(crate) fn flat_samples(name: &str, rank: usize) -> String {
    format!("{name}{}", ".as_flattened()".repeat(rank))
}

/// A slice of samples to write as a flat slice.
pub(crate) fn flat_samples_mut(name: &str, rank: usize) -> String {
    format!("{name}{}", ".as_flattened_mut()".repeat(rank))
}

/// `rt::Column::Real(x)`
pub(crate) fn column(port: &Port, flat: &str) -> String {
    if port.index.is_some() { format!("rt::Column::Index({flat})") } else { format!("rt::Column::Real({flat})") }
}
