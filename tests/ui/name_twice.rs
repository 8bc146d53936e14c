//! A name and a path that are there already: both places are shown.

tapeless::nn! {
    network A {
        input x: [2];
        let h = x;
        let h = h + 1;
        output p = h |> fc: dense(2);
        output q = h |> fc: dense(2);
    }
}

fn main() {}
