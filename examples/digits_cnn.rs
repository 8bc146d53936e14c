//! Handwritten digits by convolutions, from the MNIST files: two layers of 3×3 kernels, each with a pool, and a dense one.
//!
//! `cargo run --release --example digits_cnn -- FOLDER`

use std::array;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tapeless::data::idx::{self, Idx};
use tapeless::{Trainable, Trainer};

tapeless::nn! {
    network DigitsCnn {
        input  image: [1, 28, 28];
        target label: [] in 0..10;

        let a = image |> c1: conv2d(8, 3) |> relu |> max_pool2d(2);
        let b = a |> c2: conv2d(16, 3) |> relu |> max_pool2d(2);
        output scores = b |> flatten |> head: dense(10);

        loss cross_entropy(scores, label);
        metric accuracy = accuracy(scores, label);
        // 60,000 images in steps of 64: 938 steps an epoch.
        optimizer adam(lr = cosine(4e-3, 5 * 938));
    }
}

/// Of the parameters and of the order of the images.
const SEED: u64 = 1;

const HELP: &str = "\
usage: digits_cnn FOLDER

FOLDER holds the four MNIST files, gzipped or not:
  train-images-idx3-ubyte[.gz]  train-labels-idx1-ubyte[.gz]  t10k-images-idx3-ubyte[.gz]  t10k-labels-idx1-ubyte[.gz]
They can be had from https://ossci-datasets.s3.amazonaws.com/mnist/ (about 11 MB):
  for f in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
    curl -O https://ossci-datasets.s3.amazonaws.com/mnist/$f-ubyte.gz
  done";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        println!("{HELP}");
        return Ok(());
    };
    let train = load(&folder, "train")?;
    let test = load(&folder, "t10k")?;
    println!("{} training images, {} test images", train.label.len(), test.label.len());

    let start = Instant::now();
    let mut net = DigitsCnn::new(SEED);
    let history = Trainer::new().epochs(5).batch_size(64).seed(SEED).validation(&test).fit(&mut net, &train)?;

    for epoch in &history.epochs {
        let accuracy = epoch.validation.as_ref().map_or(0.0, |test| test.metrics[0]);
        println!("epoch {}   loss {:.4}   test accuracy {:.2} %   {:.1} s", epoch.number + 1, epoch.total, 100.0 * accuracy, epoch.seconds);
    }
    println!(
        "seed {SEED}, {:.1} s in all, checksum of the parameters {:016x}",
        start.elapsed().as_secs_f64(),
        checksum(net.parts().parameters)
    );
    Ok(())
}

fn load(folder: &Path, set: &str) -> Result<digits_cnn::Data, Box<dyn std::error::Error>> {
    let pixels = read(folder, &format!("{set}-images-idx3-ubyte"))?.rows::<f32, 784>()?;
    // One channel of 28 lines.
    let image = pixels.iter().map(|pixels| [array::from_fn(|line| array::from_fn(|column| pixels[28 * line + column]))]).collect();
    let label = read(folder, &format!("{set}-labels-idx1-ubyte"))?.labels(10)?;
    Ok(digits_cnn::Data { image, label })
}

/// A file, or the same file gzipped.
fn read(folder: &Path, name: &str) -> Result<Idx, idx::IdxError> {
    let gzipped = folder.join(format!("{name}.gz"));
    idx::read(if gzipped.exists() { gzipped } else { folder.join(name) })
}

/// FNV-1a over the bits: two runs with the same seed show the same one.
fn checksum(parameters: &[f32]) -> u64 {
    let bytes = parameters.iter().flat_map(|parameter| parameter.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
