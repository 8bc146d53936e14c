//! A circle in a circle, 2-32-16-8-1, full batches; then what the network says on a grid of the plane.
//!
//! `cargo run --example circles`

tapeless::nn! {
    network Circles {
        input  x: [2];
        target y: [1];

        let mut h = x;
        for units in [32, 16, 8] {
            h = h |> hidden: dense(units, init = he_normal()) |> relu;
        }
        output p = h |> head: dense(1, init = he_normal()) |> sigmoid;

        loss mse(p, y);
        metric accuracy = binary_accuracy(p, y);
        optimizer sgd(lr = 0.1);
    }
}

fn main() -> Result<(), tapeless::DataError> {
    let points = tapeless::data::circles(300, 0.1, 0.5, 42);
    let (x, y) = (points.x(), points.y());

    let mut net = Circles::new(42);
    for step in 0..=2000 {
        let losses = net.train_step(&x, &y)?;
        if step % 200 == 0 {
            let accuracy = net.evaluate(&x, &y)?.metrics.accuracy;
            println!("step {step:>4}   loss {:.6}   accuracy {accuracy:.3}", losses.total);
        }
    }

    let at = |i: usize, of: usize| 3.0 * i as f32 / of as f32 - 1.5;
    for row in 0..=16 {
        let line: Vec<[f32; 2]> = (0..=40).map(|column| [at(column, 40), at(row, 16)]).collect();
        let shade = |p: &[f32; 1]| b" .:+#"[(p[0] * 4.99) as usize] as char;
        println!("{}", net.predict_batch(&line).iter().map(shade).collect::<String>());
    }
    Ok(())
}
