//! Losses of the wrong shape: the call of the user is shown, not the prelude.

tapeless::nn! {
    network A {
        input x: [3];
        target y: [2];
        output p = x |> head: dense(1);
        loss data = mse(p, y);
        loss wide = p;
    }
}

fn main() {}
