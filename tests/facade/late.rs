//! Steps in which the update makes large gradients itself: the same bits as gradients and update one after the other.

tapeless::nn! {
    /// Both weights are large: one has the input as its factor, the other a hidden layer.
    network Wide {
        input x: [200];
        target y: [180];
        output p = x |> fc1: dense(96) |> tanh |> fc2: dense(180);
        loss mse(p, y);
        optimizer adam(lr = 1e-2);
    }

    /// More columns than a piece has: it is made 64 columns at a time.
    network Broad {
        input x: [520];
        target y: [3];
        output p = x |> fc1: dense(600) |> tanh |> fc2: dense(3);
        loss mse(p, y);
        optimizer momentum(lr = 0.05);
    }

    /// An optimizer that looks at all gradients before it changes anything.
    network Clipped {
        input x: [200];
        target y: [4];
        output p = x |> fc1: dense(96) |> relu |> fc2: dense(4);
        loss mse(p, y);
        optimizer sgd(lr = 0.1, clip_norm = 0.5);
    }

    /// A sample is a sequence: each position has a row of the factors.
    network Positions {
        input x: [4, 200];
        target y: [4, 96];
        output p = x |> fc1: dense(160) |> tanh |> fc2: dense(96);
        loss mse(p, y);
        optimizer adam(lr = 1e-2);
    }

    /// Two weights that have the same gradient.
    network Twice {
        input x: [200];
        target y: [96];
        output p = (x |> fc1: dense(96)) + (x |> fc2: dense(96));
        loss mse(p, y);
        optimizer sgd(lr = 0.1);
    }

    /// Two optimizers, of which the one of the small parameters looks at all gradients.
    network Shared {
        input x: [200];
        target y: [4];
        output p = x |> fc1: dense(96) |> tanh |> fc2: dense(4);
        loss mse(p, y);
        optimizer adam(lr = 1e-2) for fc1;
        optimizer sgd(lr = 0.1, clip_norm = 0.05) for fc2;
    }
}

fn samples<const N: usize>(count: usize, from: usize) -> Vec<[f32; N]> {
    (0..count).map(|sample| std::array::from_fn(|i| ((sample * N + i + from) as f32 * 0.37).sin())).collect()
}

fn bits(xs: &[f32]) -> Vec<u32> {
    xs.iter().map(|x| x.to_bits()).collect()
}

/// Three steps at once, and by gradients and update one after the other, of batches of so many samples.
macro_rules! same_steps {
    ($network:ident, $inputs:literal, $targets:literal, $counts:expr) => {
        for count in $counts {
            let (mut at_once, mut apart) = ($network::new(3), $network::new(3));
            for step in 0..3 {
                let (xs, ys) = (samples::<$inputs>(count, step), samples::<$targets>(count, 7 * step));
                let losses = at_once.train_step(&xs, &ys).expect("good data");
                assert_eq!(losses, apart.gradients(&xs, &ys).expect("good data"));
                apart.apply();
                assert_eq!(bits(at_once.params().as_array()), bits(apart.params().as_array()), "{count} samples, step {step}");
            }
            assert_eq!(at_once.steps(), 3);
        }
    };
}

#[test]
fn a_step_is_gradients_and_update() {
    same_steps!(Wide, 200, 180, [1, 2, 5, 31, 32, 33, 70]);
}

#[test]
fn positions_have_rows_of_their_own() {
    assert!(positions::SOURCE.contains("const LATE"));
    let sequences = |flat: Vec<[f32; 800]>| -> Vec<[[f32; 200]; 4]> { flat.iter().map(|x| *tapeless::rt::rows(x)).collect() };
    let targets = |flat: Vec<[f32; 384]>| -> Vec<[[f32; 96]; 4]> { flat.iter().map(|y| *tapeless::rt::rows(y)).collect() };
    for count in [1, 3, 32] {
        let (mut at_once, mut apart) = (Positions::new(3), Positions::new(3));
        let (xs, ys) = (sequences(samples(count, 1)), targets(samples(count, 7)));
        let losses = at_once.train_step(&xs, &ys).expect("good data");
        assert_eq!(losses, apart.gradients(&xs, &ys).expect("good data"));
        apart.apply();
        assert_eq!(bits(at_once.params().as_array()), bits(apart.params().as_array()), "{count} samples");
    }
}

#[test]
fn a_gradient_that_is_wanted_twice_is_made() {
    same_steps!(Twice, 200, 96, [1, 4]);
}

#[test]
fn a_norm_is_of_the_gradients_of_all_optimizers() {
    same_steps!(Shared, 200, 4, [1, 32]);
}

#[test]
fn broad_gradients_are_made_by_parts_of_their_columns() {
    same_steps!(Broad, 520, 3, [1, 2, 17, 32]);
    let mut net = Broad::new(3);
    net.train_step(&samples::<520>(32, 0), &samples::<3>(32, 0)).expect("good data");
    assert!(net.grads().fc1().weight().as_flattened().iter().all(|g| *g == 0.0), "nobody has made it");
}

#[test]
fn what_is_left_out_is_said_and_the_rest_is_there() {
    let (mut at_once, mut apart) = (Wide::new(3), Wide::new(3));
    let (xs, ys) = (samples::<200>(4, 0), samples::<180>(4, 0));
    at_once.train_step(&xs, &ys).expect("good data");
    apart.gradients(&xs, &ys).expect("good data");
    assert_eq!(at_once.grads().fc1().bias(), apart.grads().fc1().bias());
    assert!(at_once.grads().fc1().weight().as_flattened().iter().all(|g| *g == 0.0), "nobody has made it");
    assert!(wide::SOURCE.contains("leaves out `fc1.weight`, `fc2.weight`, which its update makes itself"));
}

#[test]
fn a_loss_that_is_not_finite_changes_no_parameter() {
    let mut net = Wide::new(3);
    let before = bits(net.params().as_array());
    let (xs, ys) = (samples::<200>(4, 0), vec![[f32::MAX; 180]; 4]);
    assert!(net.train_step(&xs, &ys).is_err());
    assert_eq!((bits(net.params().as_array()), net.steps()), (before, 0));
}

#[test]
fn a_norm_of_all_gradients_needs_all() {
    let mut net = Clipped::new(3);
    net.train_step(&samples::<200>(4, 0), &samples::<4>(4, 0)).expect("good data");
    assert!(net.grads().fc1().weight().as_flattened().iter().any(|g| *g != 0.0));
    assert!(!clipped::SOURCE.contains("is_late"));
}
