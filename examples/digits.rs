//! Handwritten digits, 784-128-64-10, from the MNIST files.
//!
//! `cargo run --release --example digits -- FOLDER`

use std::path::{Path, PathBuf};

use tapeless::data::idx::{self, Idx};
use tapeless::{Trainable, Trainer};

tapeless::nn! {
    network Digits {
        input  pixels: [784];
        target label: [] in 0..10;

        let h = pixels |> fc1: dense(128) |> relu |> fc2: dense(64) |> relu;
        output scores = h |> head: dense(10);

        loss cross_entropy(scores, label);
        metric accuracy = accuracy(scores, label);
        // 60,000 images in steps of 64: 938 steps an epoch.
        optimizer adam(lr = cosine(2e-3, 5 * 938));
    }
}

const HELP: &str = "\
usage: digits FOLDER

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

    let mut net = Digits::new(1);
    let history = Trainer::new().epochs(5).batch_size(64).seed(1).validation(&test).fit(&mut net, &train)?;

    for epoch in &history.epochs {
        let accuracy = epoch.validation.as_ref().map_or(0.0, |test| test.metrics[0]);
        println!("epoch {}   loss {:.4}   test accuracy {:.2} %   {:.1} s", epoch.number + 1, epoch.total, 100.0 * accuracy, epoch.seconds);
    }
    println!("checksum of the parameters: {:016x}", checksum(net.parts().parameters));
    Ok(())
}

fn load(folder: &Path, set: &str) -> Result<digits::Data, Box<dyn std::error::Error>> {
    let pixels = read(folder, &format!("{set}-images-idx3-ubyte"))?.rows()?;
    let label = read(folder, &format!("{set}-labels-idx1-ubyte"))?.labels(10)?;
    Ok(digits::Data { pixels, label })
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
