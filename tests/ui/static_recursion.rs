//! Recursion.

tapeless::nn! {
    fn f(x) = g(x) + 1;
    fn g(x) = f(x) * 2;
    network A {
        input x: [3];
        output p = f(x);
    }
}

fn main() {}
