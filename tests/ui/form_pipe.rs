//! The whole right side of the pipe is underlined.

tapeless::nn! {
    network A {
        input x: [2];
        output p = x |> relu + 1;
    }
}

fn main() {}
