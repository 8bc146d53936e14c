//! Two hidden layers without biases, one training step with matrices: what each weight's gradient is, and where it goes.
//!
//! `cargo run --example two_layers`

tapeless::nn! {
    network TwoLayers {
        input  x: [2];
        target y: [1];

        param w: [2, 2] = [[-1, 1], [1, 1]];
        param u: [2, 2] = [[2, -4], [-0.5, 1]];
        param v: [2, 1] = [[1], [-1]];

        output z = tanh(x @ w);
        output q = tanh(z @ u);
        output p = q @ v;

        loss sse(p, y);
        optimizer sgd(lr = 0.1);
    }
}

fn main() -> Result<(), tapeless::DataError> {
    let (x, y) = ([1.0, 2.0], [5.0]);
    let mut net = TwoLayers::new(0);

    let two_layers::Output { z, q, p } = net.predict(&x);
    println!("z = {z:.6?}   q = {q:.6?}   p = {p:.6?}   target {y:?}");

    let losses = net.train_step(&[x], &[y])?;
    println!("loss before the step: {:.6}", losses.total);
    let (grads, params) = (net.grads(), net.params());
    println!("dL/dw = {:9.6?}   w is now {:9.6?}", grads.w(), params.w());
    println!("dL/du = {:9.6?}   u is now {:9.6?}", grads.u(), params.u());
    println!("dL/dv = {:9.6?}   v is now {:9.6?}", grads.v(), params.v());
    println!("loss after the step:  {:.6}", net.evaluate(&[x], &[y])?.losses.total);
    Ok(())
}
