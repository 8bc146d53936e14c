//! A new shape with another number of elements.

tapeless::nn! {
    network A {
        input x: [3, 4];
        output p = reshape(x, [5, 2]);
    }
}

fn main() {}
