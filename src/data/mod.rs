//! Data to train on: made-up points in the plane (feature `train`), and readers of IDX and CSV files (feature `data`).

#[cfg(feature = "data")]
pub mod csv;
#[cfg(feature = "data")]
pub mod idx;
#[cfg(feature = "train")]
mod points;

#[cfg(feature = "train")]
pub use points::{Points, circles, moons, spirals};
