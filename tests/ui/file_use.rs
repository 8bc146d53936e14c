//! A file that does not exist.

tapeless::nn! {
    use "nets/nothing.nn";
    network A {
        input x: [3];
        output p = x;
    }
}

fn main() {}
