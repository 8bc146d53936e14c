//! A word that begins no item.

tapeless::nn! {
    layr block(x) { x }
    network A {
        input x: [2];
        output p = x |> fc: dense(2);
    }
}

fn main() {}
