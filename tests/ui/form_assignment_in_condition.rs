//! `=` for `==`.

tapeless::nn! {
    network A {
        input x: [2];
        let n = if 3 = 4 { 1 } else { 2 };
        output p = n * x;
    }
}

fn main() {}
