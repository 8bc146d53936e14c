//! A word that begins no statement, with the one that was meant.

tapeless::nn! {
    network A {
        inptu x: [2];
        output p = 2.0;
    }
}

fn main() {}
