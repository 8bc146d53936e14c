//! A parameter that no optimizer takes.

tapeless::nn! {
    network A {
        input x: [3];
        target y: [2];
        output p = x |> fc: dense(2);
        loss mse(p, y);
        optimizer sgd(lr = 0.1) for weights;
    }
}

fn main() {}
