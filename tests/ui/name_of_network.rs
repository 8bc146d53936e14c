//! Two networks of one name.

tapeless::nn! {
    network A {
        input x: [2];
        output p = x;
    }
    network A {
        input x: [3];
        output p = x;
    }
}

fn main() {}
