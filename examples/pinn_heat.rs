//! Solves the heat equation u_t = k u_xx on a rod without data: a network is trained until its own derivatives satisfy the equation.
//!
//! The ends are held at 0 and the rod begins as sin(πx); the form of `u` satisfies that whatever the network says, so the residual is the
//! only loss. The exact solution is e^(-π²kt) sin(πx).
//!
//! `cargo run --example pinn_heat`

use std::f64::consts::PI;

tapeless::nn! {
    const k = 0.1;
    const pi = 3.141592653589793;

    network Heat {
        input x: [];
        input t: [];

        let inside = stack([x, t]) |> fc1: dense(16, init = glorot_normal()) |> tanh |> fc2: dense(16, init = glorot_normal()) |> tanh;
        let v = (inside |> head: dense(1))[0];
        output u = sin(pi * x) + t * x * (1 - x) * v;

        let u_t = grad(u, t);
        let u_xx = grad(grad(u, x), x);
        loss residual = (u_t - k * u_xx) ^ 2;
        optimizer adam(lr = cosine(1e-2, 1000));
        precision f64;
    }
}

fn main() -> Result<(), tapeless::DataError> {
    // The middles of the cells of a grid over the rod and the first second.
    let middle = |i: usize| (i as f64 + 0.5) / 12.0;
    let (x, t): (Vec<f64>, Vec<f64>) = (0..144).map(|i| (middle(i % 12), middle(i / 12))).unzip();

    let mut net = Heat::new(3);
    for step in 0..=1000 {
        let losses = net.train_step(&x, &t)?;
        if step % 200 == 0 {
            println!("step {step:>4}   mean squared residual {:.3e}", losses.residual);
        }
    }

    println!("\n   x     t      network     exact");
    let mut worst = 0.0_f64;
    for i in 0..=20 {
        for j in 0..=20 {
            let (x, t) = (f64::from(i) / 20.0, f64::from(j) / 20.0);
            let (u, exact) = (net.predict(x, t), (-PI * PI * 0.1 * t).exp() * (PI * x).sin());
            worst = worst.max((u - exact).abs());
            if i % 5 == 0 && j % 10 == 0 {
                println!("{x:.2}  {t:.2}  {u:>10.6}  {exact:>10.6}");
            }
        }
    }
    println!("\nlargest error on a grid of 441 points: {worst:.2e}");
    Ok(())
}
