//! Compiles the network of the example `from_file`.

fn main() {
    tapeless_build::compile_or_exit("../../examples/from_file/nets/moons.nn");
}
