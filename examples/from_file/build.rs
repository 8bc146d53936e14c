//! Compiles the network.

fn main() {
    tapeless_build::compile_or_exit("nets/moons.nn");
}
