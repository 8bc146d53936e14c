//! A 2-2-2 network of sigmoids with one constant bias a layer, trained on one sample until it gives the two numbers asked for.
//!
//! `cargo run --example fixed_bias`

tapeless::nn! {
    network FixedBias {
        input  x: [2];
        target y: [2];

        const bias = [0.23, 0.79];
        param w1: [2, 2] = [[0.35, 0.55], [0.90, 0.36]];
        param w2: [2, 2] = [[0.60, 0.77], [0.96, 0.89]];

        let h = sigmoid(x @ w1 + bias[0]);
        output p = sigmoid(h @ w2 + bias[1]);

        loss half_sse(p, y);
        optimizer sgd(lr = 0.5);
        precision f64;
    }
}

fn main() -> Result<(), tapeless::DataError> {
    let (x, y) = ([0.99, 0.01], [0.1, 0.89]);
    let mut net = FixedBias::new(0);
    for step in 0..10_000 {
        let loss = net.train_step(&[x], &[y])?.total;
        if [0, 10, 100, 1000, 9999].contains(&step) {
            println!("step {step:>4}   loss {loss:.3e}");
        }
    }
    println!("output {:?}   target {y:?}", net.predict(&x));
    println!("w1 = {:.6?}", net.params().w1());
    println!("w2 = {:.6?}", net.params().w2());
    Ok(())
}
