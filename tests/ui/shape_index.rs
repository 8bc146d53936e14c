//! Indices outside the axis, too many of them, in one go.

tapeless::nn! {
    network A {
        input x: [3, 4];
        let a = x[3];
        let b = x[.., 2..5];
        let c = x[0, 0, 0];
        output p = a + b + c;
    }
}

fn main() {}
