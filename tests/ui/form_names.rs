//! Names that cannot be names.

tapeless::nn! {
    network A {
        input x: [2];
        let loss = x + 1;
        let self = x;
        let crate = x;
        output p = x;
    }
}

fn main() {}
