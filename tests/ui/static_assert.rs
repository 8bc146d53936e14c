//! The author's own message.

tapeless::nn! {
    const HEADS = 3;
    network A {
        input x: [16];
        assert 16 % HEADS == 0, "the width must divide by the heads";
        output p = x;
    }
}

fn main() {}
