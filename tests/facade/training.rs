//! The training loop.

use tapeless::train::{Flow, Progress, Trainer};
use tapeless::{DataError, Trainable};

use crate::line::{Data, Fit, points};

fn trainer<'a>() -> Trainer<'a, Fit> {
    Trainer::new().epochs(30).batch_size(8).seed(3).progress(Progress::Off)
}

#[test]
fn a_line_is_fitted() {
    let (data, held_out, mut net) = (points(50), points(13), Fit::new(1));
    let history = trainer().epochs(60).validation(&held_out).evaluate_every(7).fit(&mut net, &data).unwrap();
    assert_eq!((history.epochs.len(), net.steps, net.buffers), (60, 60 * 7, [60.0 * 50.0]));
    assert!(history.last().is_some_and(|epoch| epoch.total < 0.05 && epoch.samples == 50));
    // After every seventh, and after the last.
    let evaluated: Vec<usize> = history.metric("close").unwrap().iter().map(|(epoch, _)| *epoch).collect();
    assert_eq!(evaluated, [6, 13, 20, 27, 34, 41, 48, 55, 59]);
    assert!(history.metric("none").is_none() && history.loss("data").is_some_and(|losses| losses.len() == 60));
    let last = history.last().unwrap();
    assert!((last.losses[0] + last.losses[1] - last.total).abs() < 1e-6);
}

#[test]
fn the_seed_decides_the_bits() {
    let run = |seed| {
        let mut net = Fit::new(1);
        trainer().seed(seed).fit(&mut net, &points(50)).unwrap();
        net
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5).params, run(6).params);
}

#[test]
fn going_on_gives_the_bits_of_not_stopping() {
    let (data, mut whole, mut halves) = (points(50), Fit::new(1), Fit::new(1));
    trainer().epochs(20).fit(&mut whole, &data).unwrap();
    trainer().epochs(13).fit(&mut halves, &data).unwrap();
    trainer().epochs(7).first_epoch(13).fit(&mut halves, &data).unwrap();
    assert_eq!(whole, halves);
}

#[test]
fn batches_are_as_asked() {
    let count = |trainer: Trainer<'_, Fit>| {
        let mut net = Fit::new(1);
        let history = trainer.epochs(1).fit(&mut net, &points(50)).unwrap();
        (net.steps, history.epochs[0].samples)
    };
    assert_eq!(count(trainer()), (7, 50));
    assert_eq!(count(trainer().drop_last(true)), (6, 48));
    assert_eq!(count(trainer().batch_size(0)), (1, 50));
    assert_eq!(count(trainer().batch_size(1000)), (1, 50));
}

#[test]
fn early_stopping_keeps_the_best() {
    // The rate grows until training goes astray; the best parameters are those of an epoch in between.
    let (data, mut net) = (points(50), Fit::new(1));
    let mut seen = Vec::new();
    let history = trainer()
        .epochs(1000)
        .validation(&data)
        .early_stopping(3, 0.0)
        .after_epoch(|net: &mut Fit, _| {
            net.hyper[0] *= 1.3;
            seen.push(net.params);
            Flow::Continue
        })
        .fit(&mut net, &data)
        .unwrap();
    let best = history.best_epoch.unwrap();
    assert!(history.stopped_early && best + 4 == history.epochs.len() - 1, "{best} of {}", history.epochs.len());
    assert_eq!(net.params, seen[best]);
    let totals: Vec<f64> = history.validation_totals().map(|(_, total)| total).collect();
    assert!(totals.iter().all(|total| *total >= totals[best]));
}

#[test]
fn hooks_and_scales() {
    let mut net = Fit::new(1);
    let mut steps = Vec::new();
    let history = trainer()
        .epochs(5)
        .lr_scale(|step| {
            steps.push(step);
            0.0
        })
        .after_epoch(|_, epoch| if epoch.number == 1 { Flow::Stop } else { Flow::Continue })
        .fit(&mut net, &points(16))
        .unwrap();
    assert_eq!((history.epochs.len(), history.stopped_early), (2, true));
    assert_eq!(steps, [0, 1, 2, 3]);
    assert_eq!((net.params, net.hyper), (Fit::new(1).params, [0.05, 0.9, 0.0]));
}

#[test]
fn bad_data_is_refused() {
    let mut net = Fit::new(1);
    let unequal = Data { y: vec![], ..points(3) };
    let error = trainer().fit(&mut net, &unequal).unwrap_err();
    assert_eq!(error.error, DataError::Lengths { name: "y", expected: 3, found: 0 });
    assert_eq!(trainer().fit(&mut net, &Data::default()).unwrap_err().error, DataError::Empty);
    let mut spoilt = points(20);
    spoilt.x[13] = [f32::NAN];
    let error = trainer().shuffled(false).fit(&mut net, &spoilt).unwrap_err();
    assert_eq!((error.epoch, error.batch, net.steps), (0, Some(1), 1));
    assert_eq!(error.to_string(), "epoch 0, batch 1: `x` of sample 5 holds an infinite or NaN number");
}

#[test]
fn the_history_is_a_table() {
    let (data, mut net) = (points(16), Fit::new(1));
    let history = trainer().epochs(2).validation(&data).evaluate_every(2).fit(&mut net, &data).unwrap();
    let csv = history.to_csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "epoch,samples,seconds,loss,loss.data,loss.decay,validation.loss,validation.loss.data,validation.loss.decay,validation.close"
    );
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("0,16,") && lines[1].ends_with(",,,,"));
    let table = tapeless::data::csv::parse("history.csv", csv.as_bytes(), true).unwrap();
    assert_eq!(table.cell(1, 3).parse(), Ok(history.epochs[1].total));
    let mut losses = [0.0; 2];
    let total = net.evaluate_on(&data, &mut losses, &mut [0.0]).unwrap();
    assert_eq!(table.cell(1, 6).parse(), Ok(total));
}
