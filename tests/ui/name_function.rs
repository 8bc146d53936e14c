//! Functions that do not exist, and those that were meant.

tapeless::nn! {
    network A {
        input x: [2];
        let hidden = x |> fc: dens(3) |> rleu;
        output p = hidden;
    }
}

fn main() {}
