//! A network in a file of its own: `nets/moons.nn`, compiled by `build.rs`, included here.
//!
//! `cargo run -p from_file`

use tapeless::{Dataset, Trainer};

tapeless::include_nn!("moons");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let points = tapeless::data::moons(1000, 0.15, 7);
    let (train, test) = moons::Data { x: points.x(), y: points.y() }.split(800);

    let mut net = Moons::new(7);
    let history = Trainer::new().epochs(30).validation(&test).fit(&mut net, &train)?;
    for epoch in history.epochs.iter().step_by(10).chain(history.last()) {
        println!("epoch {:>2}   loss {:.4} (data {:.4}, decay {:.4})", epoch.number + 1, epoch.total, epoch.losses[0], epoch.losses[1]);
    }
    let test = net.evaluate(&test.x, &test.y)?;
    println!("test: loss {:.4}, accuracy {:.3}", test.losses.data, test.metrics.accuracy);
    Ok(())
}
