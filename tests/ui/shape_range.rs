//! An index that does not fit the table: an error of the prelude, shown at the user's call.

tapeless::nn! {
    network A {
        input token: [8] in 0..100;
        output p = token |> embed: embedding(64, 16);
    }
}

fn main() {}
