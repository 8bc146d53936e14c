//! An `assert` of the prelude, at the user's call.

tapeless::nn! {
    network A {
        input x: [6, 10];
        output p = x |> attn: attention(4);
    }
}

fn main() {}
