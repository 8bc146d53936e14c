//! Trains a network that build.rs has compiled from `nets/rings.nn`.

use tapeless::{Dataset, Trainer, data};

tapeless::include_nn!("rings");

fn main() -> Result<(), tapeless::train::TrainError> {
    let points = data::circles(1000, 0.05, 0.5, 1);
    let (train, held_out) = rings::Data { x: points.x(), y: points.y() }.split(800);

    let mut net = Rings::new(1);
    let history = Trainer::new().epochs(20).seed(1).validation(&held_out).fit(&mut net, &train)?;

    if let Some(accuracy) = history.metric("accuracy").and_then(|accuracies| accuracies.last().copied()) {
        println!("after epoch {}: {:.1} % of the held-out points are right", accuracy.0 + 1, 100.0 * accuracy.1);
    }
    println!("outer ring: {:.3}, inner ring: {:.3}", net.predict(&[1.0, 0.0])[0], net.predict(&[0.0, 0.5])[0]);
    Ok(())
}
