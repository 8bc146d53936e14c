//! Attributes are Rust's, not the language's.

tapeless::nn! {
    #[derive(Clone)]
    network A {
        input x: [2];
        output p = x;
    }
}

fn main() {}
