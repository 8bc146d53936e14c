//! One sigmoid neuron, one training step: every number of the forward pass, the gradient and the update.
//!
//! `cargo run --example first_neuron`

tapeless::nn! {
    network Neuron {
        input  x: [3];
        target y: [];

        param w: [3] = [0.1, -0.3, 0.5];
        param b: [] = 0.1;

        output z = x @ w + b;
        output a = sigmoid(z);

        loss (a - y) ^ 2;
        optimizer sgd(lr = 0.1);
    }
}

fn main() -> Result<(), tapeless::DataError> {
    let (x, y) = ([0.5, 0.2, 0.8], 0.7);
    let mut net = Neuron::new(0);

    let neuron::Output { z, a } = net.predict(&x);
    println!("forward    z = {z:.6}   a = sigmoid(z) = {a:.6}   target {y}");

    let losses = net.gradients(&[x], &[y])?;
    println!("loss       (a - y)^2 = {:.6}", losses.total);
    println!("gradient   dL/dw = {:.6?}   dL/db = {:.6}", net.grads().w(), net.grads().b());

    net.apply();
    println!("update     w = {:.6?}   b = {:.6}", net.params().w(), net.params().b());
    println!("loss now   {:.6}", net.evaluate(&[x], &[y])?.losses.total);
    Ok(())
}
