//! A choice that depends on a tensor.

tapeless::nn! {
    network A {
        input x: [3];
        output p = if sum(x) > 0 { x } else { -x };
    }
}

fn main() {}
