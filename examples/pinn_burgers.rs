//! Solves Burgers' equation u_t + u u_x = ν u_xx without data: its solution grows a shock, which is what makes it hard.
//!
//! u(x, 0) = -sin(πx) on [-1, 1], 0 at the ends, ν = 0.01/π. The form of `u` satisfies that, and that the solution is odd, whatever the network
//! says; the residual is the only loss. What comes out is compared with a solution by quadrature, `examples/data/burgers.csv`.
//!
//! `cargo run --release --example pinn_burgers -- [STEPS]`

use std::time::Instant;

use tapeless::data::csv;
use tapeless::rt::Stream;

tapeless::nn! {
    const pi = 3.141592653589793;
    const viscosity = 0.01 / pi;

    network Burgers {
        input x: [];
        input t: [];

        // A step at x = 0 whose sharpness is learned as a function of time.
        let sharpness = exp(3 + (stack([2 * t - 1]) |> s1: dense(16) |> tanh |> s2: dense(1))[0]);
        let jump = tanh(x * sharpness);
        let inside = stack([2 * x ^ 2 - 1, 2 * t - 1, jump ^ 2]) |> fc1: dense(24) |> tanh |> fc2: dense(24) |> tanh |> fc3: dense(24) |> tanh;
        let v = inside |> head: dense(2);
        output u = -sin(pi * x) + t * (1 - x ^ 2) * (x * v[0] + jump * v[1]);

        let u_t = grad(u, t);
        let u_x = grad(u, x);
        let u_xx = grad(u_x, x);
        // In the shock the terms are a hundred times those elsewhere.
        loss residual = ((u_t + u * u_x - viscosity * u_xx) / (1 + 0.1 * abs(u_x))) ^ 2;
        optimizer adam(lr = 3e-3);
    }
}

const SEED: u64 = 1;
const POINTS: u64 = 512;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let steps: u64 = std::env::args().nth(1).map_or(Ok(6000), |steps| steps.parse())?;
    let table = csv::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/burgers.csv"))?;
    let reference: Vec<[f32; 3]> = table.numbers(["x", "t", "u"])?;

    let start = Instant::now();
    let mut net = Burgers::new(SEED);
    for step in 1..=steps {
        let random = |i, k| Stream::new(SEED, 1).uniform::<f32>(step, i, k);
        // Half of the points near the shock; what is odd need not be looked at twice.
        let (x, t): (Vec<f32>, Vec<f32>) =
            (0..POINTS).map(|i| (if i % 2 == 0 { random(i, 0) } else { 0.2 * random(i, 0).powi(2) }, random(i, 1))).unzip();
        net.hyper().lr_scale = 0.5 * (1.0 + (std::f64::consts::PI * step as f64 / steps as f64).cos());
        let residual = net.train_step(&x, &t)?.residual;
        if step % (steps / 10).max(1) == 0 {
            println!("step {step:>5}   residual {residual:.3e}   relative L2 error {:.2e}", error(&mut net, &reference)?);
        }
    }
    let error = error(&mut net, &reference)?;
    println!("seed {SEED}: relative L2 error {error:.2e}; {:.1} s", start.elapsed().as_secs_f64());
    assert!(error < 1e-2 || steps < 6000, "it should be below 1e-2");
    Ok(())
}

/// ‖u − reference‖ / ‖reference‖ over all points of the table.
fn error(net: &mut Burgers, reference: &[[f32; 3]]) -> Result<f64, tapeless::DataError> {
    let (x, t): (Vec<f32>, Vec<f32>) = reference.iter().map(|row| (row[0], row[1])).unzip();
    let found = net.predict_batch(&x, &t)?;
    let square = |u: f32| f64::from(u).powi(2);
    let difference: f64 = found.iter().zip(reference).map(|(u, row)| square(u - row[2])).sum();
    Ok((difference / reference.iter().map(|row| square(row[2])).sum::<f64>()).sqrt())
}
