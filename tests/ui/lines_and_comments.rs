//! Comments, blank lines and several lines of one statement do not move the place.

tapeless::nn! {
    // A comment of Rust's, gone before the macro sees anything.
    network A {
        input x: [2]; /* and
        another */

        let h = x
            |> fc1: dense(16)
            |> /* in between */ relu
            |> fc2: dense(
                units = wdith,
            );

        /// A documented output.
        output p = h;
    }
}

fn main() {}
