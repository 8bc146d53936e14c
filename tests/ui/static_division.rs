//! Static arithmetic is exact.

tapeless::nn! {
    network A {
        input x: [6];
        let half = 7 / 2;
        let none_at_all = 1 / 0;
        let big = 9223372036854775807 + 1;
        output p = x |> fc: dense(half);
    }
}

fn main() {}
