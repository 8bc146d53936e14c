//! A `;` is missing: told at the end of the statement.

tapeless::nn! {
    network A {
        input x: [2]
        let h = x |> fc: dense(3);
        output p = h;
    }
}

fn main() {}
