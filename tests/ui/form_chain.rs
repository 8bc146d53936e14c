//! Comparisons do not chain.

tapeless::nn! {
    network A {
        input x: [];
        output p = where(0 < x < 1, x, 0);
    }
}

fn main() {}
