//! Arguments that do not exist or come twice.

tapeless::nn! {
    network A {
        input x: [2];
        output p = x |> fc: dense(3, unitss = 4, biass = false);
    }
}

fn main() {}
