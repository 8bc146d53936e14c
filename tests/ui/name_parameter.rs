//! Parameters by paths that do not exist.

tapeless::nn! {
    network A {
        input x: [2];
        let h = x |> fc1: dense(3);
        output p = h @ transpose(fc1.weigth);
        loss decay = l2(fc2.weight);
    }
}

fn main() {}
