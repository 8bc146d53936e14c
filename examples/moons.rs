//! Two moons, 2-16-8-1: trains, shows the gradient code that was generated for one layer, and proves it numerically.
//!
//! `cargo run --example moons`

use tapeless::train::Flow;
use tapeless::{Dataset, Trainer};

tapeless::nn! {
    network Moons {
        input  x: [2];
        target y: [1];

        let h1 = x |> fc1: dense(16, init = he_normal()) |> relu;
        let h2 = h1 |> fc2: dense(8, init = he_normal()) |> relu;
        output p = h2 |> head: dense(1, init = he_normal()) |> sigmoid;

        loss mse(p, y);
        metric accuracy = binary_accuracy(p, y);
        optimizer sgd(lr = 0.1);
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let points = tapeless::data::moons(300, 0.2, 42);
    let (train, test) = moons::Data { x: points.x(), y: points.y() }.split(240);

    println!("training on {} points, all of them in each of 1000 steps", train.len());
    let mut net = Moons::new(42);
    let report = |_: &mut Moons, epoch: &tapeless::train::Epoch| {
        if let Some(test) = &epoch.validation {
            println!("  step {:>4}   loss {:.6}   test accuracy {:.3}", epoch.number + 1, epoch.total, test.metrics[0]);
        }
        Flow::Continue
    };
    let trainer = Trainer::new().epochs(1000).batch_size(0).validation(&test).evaluate_every(100).after_epoch(report);
    trainer.fit(&mut net, &train)?;

    println!("\nthe generated gradient of the last layer, from moons::SOURCE:\n");
    println!("{}", last_layer(moons::SOURCE).unwrap_or("not found"));

    println!("{}", moons::gradient_check());
    Ok(())
}

/// The part of the backward pass that stands under the line of the program that declares the last layer.
fn last_layer(source: &str) -> Option<&str> {
    let (_, backward) = source.split_once("// ---- backward ----\n")?;
    let comment = |line: &str| line.trim_start().starts_with("// nn!:");
    let mut starts = line_starts(backward).filter(|&at| comment(&backward[at..]));
    let begin = starts.find(|&at| backward[at..].lines().next().is_some_and(|line| line.contains("output p =")))?;
    let end = starts.next()?;
    Some(&backward[begin..end])
}

fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1))
}
