//! An optimizer that does not exist.

tapeless::nn! {
    network A {
        input x: [3];
        target y: [2];
        output p = x |> fc: dense(2);
        loss mse(p, y);
        optimizer adm(lr = 0.1);
    }
}

fn main() {}
