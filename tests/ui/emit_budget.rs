//! A budget that is exceeded, and who holds how much.

tapeless::nn! {
    network A {
        input x: [30];
        target y: [2];
        output p = x |> fc: dense(64) |> relu |> head: dense(2);
        loss mse(p, y);
        optimizer adam(lr = 1e-3);
        budget memory = 10_000;
    }
}

fn main() {}
