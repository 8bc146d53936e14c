//! Limits have names.

tapeless::nn! {
    network A {
        input x: [4294967295, 4294967295];
        output p = x;
    }
    network B {
        input x: [2];
        for i in 0..1000000000 { let a = i; }
        output p = x;
    }
}

fn main() {}
