//! Compiles a network for a dependency with another name.

fn main() {
    tapeless_build::Config::new().dependency("nets").compile_or_exit("nets/built.nn");
}
