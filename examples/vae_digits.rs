//! A variational autoencoder: learns to draw digits that nobody wrote.
//!
//! The training pass draws its code around the encoder's mean (`random_normal`, in training alone). Where it predicts, the code comes in as an
//! input: noise, and the network draws; the mean of an image, and it copies.
//!
//! `cargo run --release --example vae_digits -- [FOLDER]`, with the folder of the MNIST files (see `digits`); without it the digits are drawn.

use std::time::Instant;

use tapeless::Trainer;
use tapeless::rt::Stream;

#[path = "common/digits.rs"]
mod digits;

tapeless::nn! {
    const code_size = 8;

    network Vae {
        input pixels: [784];
        input code: [code_size];

        let h = pixels |> enc1: dense(256) |> relu;
        output mean = h |> mean: dense(code_size);
        let log_var = h |> log_var: dense(code_size);

        let z = if training { mean + exp(0.5 * log_var) * random_normal([code_size]) } else { code };
        let logits = z |> dec1: dense(256) |> relu |> dec2: dense(784);
        output image = sigmoid(logits);

        loss reconstruction = 784 * bce_with_logits(logits, pixels);
        loss divergence = 0.5 * sum(mean ^ 2 + exp(log_var) - 1 - log_var);
        optimizer adam(lr = 1e-3);
    }
}

const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (train, test) = digits::images(std::env::args().nth(1))?;
    println!("{} training images, {} test images, seed {SEED}", train.len(), test.len());

    let start = Instant::now();
    let mut net = Vae::new(SEED);
    let epochs = (160_000 / train.len()).clamp(3, 40);
    let unused = vec![[0.0; 8]; train.len()];
    let train = vae::Data { pixels: train, code: unused };
    let history = Trainer::new().epochs(epochs).batch_size(64).seed(SEED).fit(&mut net, &train)?;
    for epoch in history.epochs.iter().step_by(epochs.div_ceil(8)).chain(history.last()) {
        println!("epoch {:>2}   reconstruction {:.2}   divergence {:.2} nats", epoch.number + 1, epoch.losses[0], epoch.losses[1]);
    }

    println!("\ndrawn from noise:");
    let noise = Stream::new(SEED, 99);
    let drawn = |i| net.predict(&[0.0; 784], &std::array::from_fn(|k| noise.normal(0, i, k))).image;
    digits::print(&(0..4).map(drawn).collect::<Vec<_>>());

    // Copies of images that it has not seen, by way of their means.
    let means: Vec<_> = test.iter().map(|image| net.predict(image, &[0.0; 8]).mean).collect();
    let copies = net.evaluate(&test, &means)?.losses;
    println!(
        "seed {SEED}: test images: reconstruction {:.2}, divergence {:.2} nats; {:.1} s",
        copies.reconstruction,
        copies.divergence,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
