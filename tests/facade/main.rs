//! The facade, proved on a network of two parameters that is written by hand: what is wrong here is wrong in the facade, not in generated
//! code.

mod checkpoints;
mod gradients;
mod line;
mod training;
mod views;
