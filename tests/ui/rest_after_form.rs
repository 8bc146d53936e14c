//! The same where the program does not even parse.

tapeless::nn! {
    network Moons {
        input x: [2];
        target y: [1];
        let h = x |> fc1: dense(16) |> relu
        output p = h |> head: dense(1) |> sigmoid;
        loss mse(p, y);
        optimizer adam(lr = 1e-2);
    }
}

use tapeless::Dataset;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut net = Moons::new(42);
    let data = moons::Data { x: vec![[0.0, 1.0]], y: vec![[1.0]] };
    let history = tapeless::Trainer::new().epochs(2).fit(&mut net, &data)?;
    println!("{:?} {}", history.epochs[0].total, data.len());
    net.train_step(&[[0.5, -1.0]], &[[1.0]])?;
    net.gradients(&[[0.5, -1.0]], &[[1.0]])?;
    net.hyper().lr = 0.5;
    net.apply();
    let weights = net.params().fc1.weight;
    let losses = net.evaluate(&[[0.5, -1.0]], &[[1.0]])?;
    let p: [f32; 1] = net.predict(&[0.5, -1.0]);
    println!("{weights:?} {} {p:?} {}", losses.total, moons::SOURCE);
    let boxed: Box<Moons> = Box::new(net.clone());
    let params: moons::Params = boxed.params().clone();
    tapeless::check::gradient_check::<moons::Net>(&Default::default()).assert_ok();
    drop((params, moons::gradient_check()));
    Ok(())
}
