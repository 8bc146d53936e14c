//! Batch statistics in plans: one tile for the whole batch, stages where the samples are worked through several times, epilogues.

mod plan_support;

use plan_support::{made, network};
use tapeless_compiler::plan::{Phase, Plan};

/// How many kernels a plan has in each run through the samples.
fn in_stages(plan: &Plan) -> Vec<usize> {
    (0..plan.stages).map(|stage| plan.kernels_of(stage, Phase::Tile).count()).collect()
}

const NORMAL: &str = "input x: [5]; target y: [4]; output p = x |> fc: dense(4) |> bn: batch_norm |> relu; loss mse(p, y);";

#[test]
fn in_predictions_batch_norm_is_the_epilogue_of_the_layer_before() {
    let plan = Plan::new(made(NORMAL).predict, 32);
    let tile: Vec<_> = plan.kernels_of(0, Phase::Tile).collect();
    assert_eq!(tile.len(), 1, "one kernel");
    assert!(tile[0].product.is_some(), "the product, with all that follows inside");
    assert!(plan.kernels_of(0, Phase::Once).count() > 0, "scale and shift are computed once");
}

#[test]
fn a_training_step_is_one_tile() {
    let plan = Plan::batch(made(NORMAL).train, 48, 32);
    assert_eq!((plan.whole, plan.rows, plan.stages), (true, 48, 1));
    // Without batch statistics the batch is cut.
    let plan = Plan::batch(made("input x: [5]; target y: [4]; output p = x |> fc: dense(4); loss mse(p, y);").train, 48, 32);
    assert_eq!((plan.whole, plan.rows, plan.stages), (false, 32, 1));
}

#[test]
fn a_sum_that_no_sample_needs_again_is_no_stage() {
    let body = "input x: [5]; output p = x; buffer m: [5] = zeros(); m = batch_mean(x);";
    assert_eq!(Plan::unrolled(made(body).train).stages, 1);
}

#[test]
fn written_out_there_is_a_run_for_each_level_of_statistics() {
    // The mean; the variance; loss and backward with the sums that the adjoints of both need; what comes before the layer.
    let plan = Plan::unrolled(made(NORMAL).train);
    assert!(!plan.whole);
    assert_eq!(plan.stages, in_stages(&plan).len());
    assert!(plan.stages >= 4, "{} stages", plan.stages);
    // What is computed again is counted again.
    let whole = Plan::batch(plan.program.clone(), 32, 32);
    assert!(plan.operations().0 > whole.operations().0);
}

#[test]
fn a_batch_that_is_refused() {
    let net = network("input x: [3]; output p = x |> bn: batch_norm; batch 8;");
    assert_eq!(net.batch, Some(8));
    let refused = |samples| net.refuses(samples).is_some();
    assert_eq!([1, 2, 8, 9].map(refused), [true, false, false, true]);
    // With several values for each channel one sample is enough; without statistics there is no bound.
    assert_eq!(network("input x: [3, 2]; output p = x |> bn: batch_norm;").refuses(1), None);
    assert_eq!(network("input x: [3]; output p = x; batch 8;").batch, None);
}

#[test]
fn assertions_about_the_number_of_samples() {
    let holds = |condition: &str| {
        let net = network(&format!("input x: [3]; output p = x; let n = batch_count(); const k = 3; assert {condition};"));
        (1..=6).filter(|&samples| net.refuses(samples).is_none()).collect::<Vec<_>>()
    };
    assert_eq!(holds("batch_count() > 2 * k - 2"), [5, 6]);
    assert_eq!(holds("n % 2 == 0 || n == 1"), [1, 2, 4, 6]);
    assert_eq!(holds("!(n / 2 >= 1.5) && -n < -1"), [2]);
    assert_eq!(holds("(1 - n) % k == 0 && k == 3"), [1, 4]);
    assert_eq!(holds("n * k + 1 <= 10 && true"), [1, 2, 3]);
    assert_eq!(network("input x: [1]; output p = x; assert batch_count() != 2;").refuses(2).unwrap(), "`batch_count() != 2` does not hold");
}
