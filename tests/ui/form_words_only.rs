//! No program at all.

tapeless::nn! {
    a network of two layers
}

fn main() {}
