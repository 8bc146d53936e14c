//! Predictions that are written out though training steps are kernels: small there, and large with their gradients.

tapeless::nn! {
    /// 1,538 operations of a prediction, 4,557 of a training step.
    network Small {
        input x: [2];
        target y: [1];
        output p = x |> fc1: dense(32) |> relu |> fc2: dense(16) |> relu |> fc3: dense(8) |> relu |> fc4: dense(1) |> sigmoid;
        loss mse(p, y);
        optimizer sgd(lr = 0.5);
    }

    /// The same, as the program says.
    network Said {
        input x: [2];
        target y: [1];
        output p = x |> fc1: dense(32) |> relu |> fc2: dense(16) |> relu |> fc3: dense(8) |> relu |> fc4: dense(1) |> sigmoid;
        loss mse(p, y);
        optimizer sgd(lr = 0.5);
        emit kernels;
    }
}

/// The text of a pass.
fn pass<'a>(source: &'a str, name: &str) -> &'a str {
    let from = source.find(&format!("rt::Pass<T> for {name}<'_, T> {{")).expect("the pass is there");
    let pass = &source[from..];
    &pass[..pass.find("\n    }\n").expect("it ends")]
}

#[test]
fn a_small_prediction_is_written_out_though_the_step_is_not() {
    assert!(pass(small::SOURCE, "PredictPass").contains("rt::Lanes::of("));
    assert!(pass(small::SOURCE, "EvaluatePass").contains("rt::matmul_map("));
    assert!(pass(small::SOURCE, "GradientsPass").contains("rt::matmul_map("));
    assert!(pass(said::SOURCE, "PredictPass").contains("rt::matmul_map("));
}

#[test]
fn both_forms_predict_the_same() {
    let (mut small, mut said) = (Small::new(5), Said::new(5));
    for count in [1, 2, 7, 15, 16, 17, 31, 32, 33, 100] {
        let xs: Vec<[f32; 2]> = (0..count).map(|i| [(i as f32 * 0.7).sin(), (i as f32 * 1.3).cos()]).collect();
        let ys: Vec<[f32; 1]> = xs.iter().map(|x| [f32::from(x[0] > x[1])]).collect();
        let (ours, theirs) = (small.predict_batch(&xs), said.predict_batch(&xs));
        for (i, (our, their)) in ours.iter().zip(&theirs).enumerate() {
            assert!((our[0] - their[0]).abs() < 2e-7, "{count} samples, {i}: {} and {}", our[0], their[0]);
            let alone = small.predict(&xs[i]);
            assert!((our[0] - alone[0]).abs() < 2e-7, "{count} samples, {i}: {} and alone {}", our[0], alone[0]);
        }
        let mse = ours.iter().zip(&ys).map(|(p, y)| (p[0] - y[0]).powi(2)).sum::<f32>() / count as f32;
        let evaluated = small.evaluate(&xs, &ys).expect("good data").losses.total;
        assert!((mse - evaluated).abs() < 1e-6, "{count} samples: {mse} and {evaluated}");
        // The next count meets other parameters.
        small.train_step(&xs, &ys).expect("good data");
        said.train_step(&xs, &ys).expect("good data");
    }
}
