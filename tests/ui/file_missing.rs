//! A file that does not exist: at its name.

tapeless::nn_file!("nets/nothing.nn");

fn main() {}
