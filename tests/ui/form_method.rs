//! There are no methods.

tapeless::nn! {
    network A {
        input x: [2];
        output p = x.relu();
    }
}

fn main() {}
