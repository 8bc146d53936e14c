//! A target in an output.

tapeless::nn! {
    network A {
        input x: [2];
        target y: [2];
        output p = x + y;
        loss mse(p, y);
    }
}

fn main() {}
