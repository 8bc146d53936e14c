//! Random numbers in a prediction.

tapeless::nn! {
    network A {
        input x: [3];
        output p = x + random_normal([3]);
    }
}

fn main() {}
