//! Tapeless compiles a declared network into Rust: a forward pass, a backward pass and an update, all shapes static, nothing
//! recorded at run time, no allocation in a step, readable source, and a numerical gradient check beside it.
//!
//! ```
//! tapeless::nn! {
//!     network Moons {
//!         input  x: [2];
//!         target y: [1];
//!         let h = x |> fc1: dense(16) |> relu;
//!         output p = h |> head: dense(1) |> sigmoid;
//!         loss mse(p, y);
//!         optimizer adam(lr = 1e-2);
//!     }
//! }
//!
//! fn main() -> Result<(), tapeless::DataError> {
//!     let mut net = Moons::new(1);
//!     net.train_step(&[[0.5, -1.0], [0.0, 1.0]], &[[1.0], [0.0]])?;
//!     println!("{:?}", net.predict(&[0.5, -1.0]));
//!     println!("{}", moons::SOURCE);
//!     tapeless::check::gradient_check::<moons::Net>(&Default::default()).assert_ok();
//!     Ok(())
//! }
//! ```
//!
//! | feature | |
//! | --- | --- |
//! | `std` (default) | chooses the SIMD level at run time |
//! | `libm` | needed where `std` is not |
//! | `alloc` | the network as an object that owns its storage; [`Trainable`]; [`check`] |
//! | `train` (default) | [`train`]: epochs, validation, progress, early stopping; [`data`]: made-up points |
//! | `checkpoint` | `checkpoint`: to and from safetensors files |
//! | `data` | readers of IDX and CSV files |
//! | `ndarray` | `views`: parameters and batches as ndarray arrays |
//! | `full` | all of these |
//! | `threads` | [`Threads`] that share the work of a batch |
//! | `strict` | the same bits on every machine |
//!
//! Without the default features (and with `libm`) the crate is `no_std` and allocates nothing: the macros, and [`rt`], which generated code calls.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", feature = "threads"))]
extern crate std;

#[cfg(feature = "alloc")]
pub mod check;
#[cfg(feature = "checkpoint")]
pub mod checkpoint;
#[cfg(any(feature = "train", feature = "data"))]
pub mod data;
#[cfg(feature = "threads")]
mod threads;
#[cfg(feature = "train")]
pub mod train;
#[cfg(feature = "ndarray")]
pub mod views;

#[cfg(feature = "alloc")]
mod aligned;
mod macros;
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub mod __alloc {
    //! What generated code needs of `alloc`, wherever that is.

    pub use alloc::vec;
    pub use alloc::vec::Vec;
}
#[cfg(feature = "alloc")]
mod trainable;

#[cfg(feature = "alloc")]
pub use aligned::AlignedBox;
pub use rt::{DataError, Dual, Real, Step};
#[doc(hidden)]
pub use tapeless_macros::{nn_expand as __nn_expand, nn_file_expand as __nn_file_expand};
pub use tapeless_runtime as rt;
#[cfg(feature = "threads")]
pub use threads::{Hands, Threads};
#[cfg(feature = "train")]
pub use train::{History, Trainer};
#[cfg(feature = "alloc")]
pub use trainable::{Dataset, Parts, PartsMut, Trainable};
