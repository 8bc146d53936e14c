//! A derivative by what is not in it.

tapeless::nn! {
    network A {
        input x: [3];
        input z: [3];
        let u = sum(x ^ 2);
        output p = grad(u, z);
    }
}

fn main() {}
