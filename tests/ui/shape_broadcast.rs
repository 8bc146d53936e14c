//! A sum of shapes that do not fit.

tapeless::nn! {
    network A {
        input x: [3];
        let h = x |> fc: dense(16);
        output p = h + x;
    }
}

fn main() {}
