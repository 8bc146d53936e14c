//! A name that does not exist, and the one that was meant.

tapeless::nn! {
    network A {
        input x: [2];
        let hidden = x |> fc: dense(3) |> relu;
        output p = hiden |> head: dense(1);
    }
}

fn main() {}
