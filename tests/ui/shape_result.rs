//! A result that is not what the signature says.

tapeless::nn! {
    layer widen(x: [n]) -> [n] { x |> dense(2 * n) }
    network A {
        input x: [3];
        output p = x |> widen;
    }
}

fn main() {}
