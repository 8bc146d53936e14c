//! A call that does not fit the pattern: at the call, with pattern and shape.

tapeless::nn! {
    layer attend(x: [t, d], keys: [s, d]) -> [t, s] { x @ transpose(keys) }
    network A {
        input x: [5, 8];
        input short: [7, 4];
        output p = attend(x, short);
    }
}

fn main() {}
