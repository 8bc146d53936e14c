//! Strings with a letter before them, which are tokens of Rust.

tapeless::nn! {
    network A {
        input x: [2];
        assert 1 == 1, r"one";
        assert 1 == 1, b"one";
        output p = x;
    }
}

fn main() {}
