//! Compiles the network before the crate.

fn main() {
    tapeless_build::compile_or_exit("nets/rings.nn");
}
