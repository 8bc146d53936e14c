//! A macro without a program is one without networks; what is not there cannot be used.

tapeless::nn! {}

fn main() {
    let _ = Moons::new(1);
}
