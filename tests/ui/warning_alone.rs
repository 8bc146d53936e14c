//! A warning stands at its token; here it is denied, so that it is seen.

#![deny(deprecated)]

tapeless::nn! {
    network A {
        input x: [3];
        let u = sum(relu(x));
        let d = grad(u, x);
        output p = grad(d[0], x);
    }
}

fn main() {}
