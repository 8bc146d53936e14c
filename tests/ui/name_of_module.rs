//! Two networks whose modules would have one name.

tapeless::nn! {
    network TwoLayers {
        input x: [2];
        output p = x;
    }
    network Two_layers {
        input x: [2];
        output p = x;
    }
}

fn main() {}
