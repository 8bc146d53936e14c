//! A product of shapes that do not fit, with where they were made.

tapeless::nn! {
    network A {
        input x: [3];
        param w: [4, 2] = he_normal();
        output p = x @ w;
    }
}

fn main() {}
