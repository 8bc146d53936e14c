//! Operators of Rust and Python.

tapeless::nn! {
    network A {
        input x: [2];
        let mut h = x;
        h += 1;
        let a = h ** 2;
        let b = h | a;
        let c = h << 2;
        let d = &h;
        output p = b + c + d;
    }
}

fn main() {}
