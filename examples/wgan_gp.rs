//! A generative adversarial network of points: eight Gaussians on a ring.
//!
//! The critic learns the Wasserstein distance between true and made points; its gradient penalty is a `grad` inside its loss. The generator
//! has no loss of its own: it learns from the critic's slope at the points it has made.
//!
//! `cargo run --release --example wgan_gp`

use std::f64::consts::TAU;
use std::time::Instant;

use tapeless::rt::Stream;

tapeless::nn! {
    layer judge(x) { (x |> fc1: dense(64) |> leaky_relu(slope = 0.2) |> fc2: dense(64) |> leaky_relu(slope = 0.2) |> fc3: dense(1))[0] }

    network Critic {
        input truth: [2];
        input made: [2];
        shared score = judge();

        let between = made + random() * (truth - made);
        let steepness = norm(grad(between |> score, between));
        loss distance = (made |> score) - (truth |> score);
        loss penalty = 10 * (steepness - 1) ^ 2;

        // Where a made point should go: what the generator learns from.
        let score_of_made = made |> score;
        output slope = grad(score_of_made, made);
        optimizer adam(lr = 3e-3, beta1 = 0.5, beta2 = 0.9);
    }

    fn random() = if training { random_uniform([]) } else { 0.5 };

    network Generator {
        input noise: [4];
        output point = noise |> fc1: dense(64) |> relu |> fc2: dense(64) |> relu |> fc3: dense(2);
        optimizer adam(lr = 1.5e-3, beta1 = 0.5, beta2 = 0.9);
    }
}

const SEED: u64 = 3;
const BATCH: u64 = 128;
const STEPS: u64 = 4000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let (mut critic, mut generator) = (Critic::new(SEED), Generator::new(SEED));

    let mut turn = 0;
    for step in 0..=STEPS {
        // At last ever smaller steps, so that the two, which chase each other, come to rest.
        let slower = (3.0 * (1.0 - step as f64 / (STEPS + 1) as f64)).min(1.0);
        (critic.hyper().lr_scale, generator.hyper().lr_scale) = (slower, slower);
        // The critic is to be ahead of the generator: five steps for one.
        let mut distance = 0.0;
        for _ in 0..5 {
            turn += 1;
            distance = critic.train_step(&truths(turn), &generator.predict_batch(&noise(turn)))?.distance;
        }
        // The generator's loss is -score: its points go up the critic's slope.
        turn += 1;
        let noise = noise(turn);
        let points = generator.predict_batch(&noise);
        let slopes = critic.predict_batch(&points, &points)?;
        let d_points: Vec<[f32; 2]> = slopes.iter().map(|slope| slope.map(|s| -s / BATCH as f32)).collect();
        generator.backward(&noise, &d_points)?;
        generator.apply();
        if step % 500 == 0 {
            println!("step {step:>4}   distance {:.4}", -distance);
        }
    }

    let noise: Vec<_> = (0..20).flat_map(|i| noise(1_000_000 + i)).collect();
    let points = generator.predict_batch(&noise);
    let mut near = [0; 8];
    for point in &points {
        let distance = |k: &usize| f64::hypot(f64::from(point[0]) - middle(*k)[0], f64::from(point[1]) - middle(*k)[1]);
        let closest = (0..8).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(0);
        near[closest] += usize::from(distance(&closest) < 4.0 * SPREAD);
    }
    let good = 100.0 * near.iter().sum::<usize>() as f64 / points.len() as f64;
    println!("of {} points, near each of the eight middles: {near:?}", points.len());
    println!("seed {SEED}: {good:.1} % lie within four deviations of a middle; {:.1} s", start.elapsed().as_secs_f64());
    assert!(good >= 80.0 && near.iter().all(|&count| count >= points.len() / 20), "every middle should be found");
    Ok(())
}

const SPREAD: f64 = 0.1;

/// The middle of Gaussian `k`.
fn middle(k: usize) -> [f64; 2] {
    let angle = TAU * k as f64 / 8.0;
    [2.0 * angle.cos(), 2.0 * angle.sin()]
}

fn truths(turn: u64) -> Vec<[f32; 2]> {
    let random = Stream::new(SEED, 1);
    let truth = |i| {
        let [x, y] = middle((8.0 * random.uniform::<f64>(turn, i, 9)) as usize);
        [(x + SPREAD * random.normal::<f64>(turn, i, 0)) as f32, (y + SPREAD * random.normal::<f64>(turn, i, 1)) as f32]
    };
    (0..BATCH).map(truth).collect()
}

fn noise(turn: u64) -> Vec<[f32; 4]> {
    (0..BATCH).map(|i| std::array::from_fn(|k| Stream::new(SEED, 2).normal(turn, i, k))).collect()
}
