//! A statement outside a body.

tapeless::nn! {
    let width = 16;
    network A {
        input x: [2];
        output p = x |> fc: dense(2);
    }
}

fn main() {}
