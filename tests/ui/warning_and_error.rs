//! Warnings beside an error.

tapeless::nn! {
    network A {
        input x: [3];
        x + 1;
        output p = x |> act: relu;
        output q = x @ x @ x;
    }
}

fn main() {}
