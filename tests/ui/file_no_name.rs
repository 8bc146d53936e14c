//! A file is named by a string.

tapeless::nn_file!(nets / moons.nn);

fn main() {}
