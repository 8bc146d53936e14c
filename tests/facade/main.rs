//! The facade, proved on a network of two parameters that is written by hand: what is wrong there is wrong in the facade, not in generated
//! code; and, in `doors`, on a generated one.

mod checkpoints;
mod doors;
mod forms;
mod gradients;
mod late;
mod line;
mod pytorch;
mod streaming;
mod training;
mod views;
