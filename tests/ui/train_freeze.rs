//! A path that names nothing, and the one that was meant.

tapeless::nn! {
    network A {
        input x: [3];
        output p = x |> fc: dense(2);
        freeze fc1;
    }
}

fn main() {}
