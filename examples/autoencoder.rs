//! An autoencoder: 784 pixels through a bottleneck of 16 numbers, and back.
//!
//! `cargo run --release --example autoencoder -- [FOLDER]`, with the folder of the MNIST files (see `digits`); without it the digits are drawn.

use std::time::Instant;

use tapeless::Trainer;

#[path = "common/digits.rs"]
mod digits;

tapeless::nn! {
    network Autoencoder {
        input pixels: [784];

        let code = pixels |> enc1: dense(128) |> relu |> enc2: dense(16);
        let logits = code |> dec1: dense(128) |> relu |> dec2: dense(784);
        output copy = sigmoid(logits);

        loss bce_with_logits(logits, pixels);
        metric error = mse(copy, pixels);
        optimizer adam(lr = 2e-3);
    }
}

const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (train, test) = digits::images(std::env::args().nth(1))?;
    println!("{} training images, {} test images, seed {SEED}", train.len(), test.len());

    let start = Instant::now();
    let mut net = Autoencoder::new(SEED);
    let epochs = (120_000 / train.len()).clamp(3, 20);
    let (train, test) = (autoencoder::Data { pixels: train }, autoencoder::Data { pixels: test });
    let history = Trainer::new().epochs(epochs).batch_size(64).seed(SEED).validation(&test).fit(&mut net, &train)?;
    for epoch in &history.epochs {
        let error = epoch.validation.as_ref().map_or(f64::NAN, |test| test.metrics[0]);
        println!("epoch {:>2}   loss {:.4}   reconstruction error {error:.5}", epoch.number + 1, epoch.total);
    }

    println!("\nimages it has not seen, and what came through the 16 numbers:");
    let shown = &test.pixels[..4];
    digits::print(shown);
    digits::print(&net.predict_batch(shown));

    let error = net.evaluate(&test.pixels)?.metrics.error;
    let simple = mean_image_error(&train, &test);
    println!("seed {SEED}: reconstruction error {error:.5}, of the mean image {simple:.5}; {:.1} s", start.elapsed().as_secs_f64());
    assert!(error < simple / 4.0, "it should be a quarter of the mean image's");
    Ok(())
}

/// What it takes no network to reach.
fn mean_image_error(train: &autoencoder::Data, test: &autoencoder::Data) -> f32 {
    let mean = |pixel: usize| train.pixels.iter().map(|image| image[pixel]).sum::<f32>() / train.pixels.len() as f32;
    let mean: [f32; 784] = std::array::from_fn(mean);
    let error = |image: &[f32; 784]| image.iter().zip(&mean).map(|(x, mean)| (x - mean).powi(2)).sum::<f32>() / 784.0;
    test.pixels.iter().map(error).sum::<f32>() / test.pixels.len() as f32
}
