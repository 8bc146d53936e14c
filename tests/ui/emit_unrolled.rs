//! Too much to be written out.

tapeless::nn! {
    network A {
        input x: [300];
        target y: [2];
        output p = x |> fc: dense(64) |> relu |> head: dense(2);
        loss mse(p, y);
        optimizer adam(lr = 1e-3);
        emit unrolled;
    }
}

fn main() {}
