//! Documentation of nothing.

tapeless::nn! {
    network A {
        input x: [2];
        output p = x;
        /// There is nothing after this.
    }
}

fn main() {}
