//! A network with states: one step at a time, the same as the sequence at once; pieces of a sequence, one after another.

use tapeless::rt::DataError;
use tapeless::train::Progress;
use tapeless::{Trainable, Trainer};

tapeless::nn! {
    /// A step of a recurrence.
    network Amp {
        input x: [1];
        target y: [1];
        state h: [2] = zeros();
        state c: [2] = [0.25, -0.5];
        (h, c) = cell: lstm_cell(x, h, c);
        output out = x + (h |> head: dense(1));
        loss mse(out, y);
        metric error = mean_absolute_error(out, y);
        unroll 4;
        optimizer adam(lr = 1e-2);
    }

    /// The same from states of zero, by the layer that has the loop in itself.
    network Whole {
        input x: [4, 1];
        target y: [4, 1];
        output out = x + (x |> cell: lstm(2) |> head: dense(1));
        loss mse(out, y);
        metric error = mean_absolute_error(out, y);
        optimizer adam(lr = 1e-2);
    }

    /// Several inputs, among them an index, and several outputs.
    network Mixed {
        input x: [2];
        input gain: [];
        input kind: [] in 0..3;
        state sum: [2] = zeros();
        sum = 0.5 * sum + gain * x + (kind |> table: embedding(3, 2));
        output a = sum;
        output b = mean(sum);
    }
}

fn wave(from: usize) -> [[f32; 1]; 4] {
    std::array::from_fn(|i| [((from + i) as f32 * 0.7).sin()])
}

fn driven(x: &[[f32; 1]; 4]) -> [[f32; 1]; 4] {
    x.map(|[x]| [(2.0 * x).tanh()])
}

#[track_caller]
fn close(found: impl IntoIterator<Item = f32>, wanted: impl IntoIterator<Item = f32>) {
    let (found, wanted): (Vec<f32>, Vec<f32>) = (found.into_iter().collect(), wanted.into_iter().collect());
    assert_eq!(found.len(), wanted.len());
    assert!(found.iter().zip(&wanted).all(|(a, b)| (a - b).abs() <= 1e-6), "{found:?} {wanted:?}");
}

/// Both networks with the same parameters, the amplifier from states of zero.
fn both() -> (Amp, Whole) {
    let (mut amp, whole) = (Amp::new(3), Whole::new(3));
    let paths = |layout: &[tapeless::rt::Entry]| layout.iter().map(|entry| (entry.path, entry.offset)).collect::<Vec<_>>();
    assert_eq!(paths(amp::LAYOUT), paths(whole::LAYOUT));
    amp.params_mut().as_array_mut().copy_from_slice(whole.params().as_array());
    amp.state_mut().as_array_mut().fill(0.0);
    (amp, whole)
}

#[test]
fn steps_are_the_layer_over_the_sequence() {
    let (mut amp, mut whole) = both();
    let x = wave(0);
    let wanted = whole.predict(&x);
    close(x.map(|x| amp.predict(&x)).as_flattened().iter().copied(), wanted.as_flattened().iter().copied());
    amp.state_mut().as_array_mut().fill(0.0);
    close(amp.predict_sequence(&x).into_iter().flatten(), wanted.into_iter().flatten());
}

#[test]
fn unrolled_training_is_the_layers() {
    let (mut amp, mut whole) = both();
    let x = [wave(0), wave(5), wave(9)];
    let y = x.map(|x| driven(&x));
    for _ in 0..3 {
        let mut states = [[0.0; amp::STATE]; 3];
        let evaluated = amp.evaluate_from(&mut states, &x, &y).unwrap();
        let wanted = whole.evaluate(&x, &y).unwrap();
        close([evaluated.losses.total, evaluated.metrics.error], [wanted.losses.total, wanted.metrics.error]);
        let mut states = [[0.0; amp::STATE]; 3];
        let found = amp.train_step_from(&mut states, &x, &y).unwrap();
        close([found.total], [whole.train_step(&x, &y).unwrap().total]);
        close(amp.grads().as_array().iter().copied(), whole.grads().as_array().iter().copied());
        close(amp.params().as_array().iter().copied(), whole.params().as_array().iter().copied());
    }
}

#[test]
fn sequences_begin_with_the_programs_states_and_can_begin_anew() {
    let mut amp = Amp::new(1);
    assert_eq!((amp.state().h(), amp.state().c()), (&[0.0, 0.0], &[0.25, -0.5]));
    let first = amp.predict_sequence(&wave(0));
    assert_ne!(amp.state().c(), &[0.25, -0.5]);
    assert_ne!(amp.predict_sequence(&wave(0)), first);
    amp.reset();
    assert_eq!(amp.predict_sequence(&wave(0)), first);
    // What is trained on begins so too, whatever the object carries.
    let (x, y) = ([wave(0)], [driven(&wave(0))]);
    let mut states = [amp::State::initial().into_storage()];
    let wanted = amp.gradients_from(&mut states, &x, &y).unwrap();
    assert_eq!(amp.gradients(&x, &y).unwrap(), wanted);
    // The same bits: one sample is worked on in scalars, in training as in predictions.
    assert_eq!(&states[0], amp.state().as_array());
    assert_eq!(amp::State::from_storage(states[0]).h(), amp.state().h());
}

#[test]
fn pieces_are_the_whole_sequence() {
    let mut amp = Amp::new(2);
    let pieces = [wave(0), wave(4), wave(8)];
    let outputs = amp.predict_sequence(pieces.as_flattened());
    let mut states = [amp::State::initial().into_storage()];
    for (piece, outputs) in pieces.iter().zip(outputs.chunks(4)) {
        let y = driven(piece);
        let found = amp.evaluate_from(&mut states, &[*piece], &[y]).unwrap();
        let error: f32 = outputs.iter().zip(&y).map(|([out], [y])| (out - y) * (out - y)).sum::<f32>() / 4.0;
        close([found.losses.total], [error]);
    }
    close(states[0], *amp.state().as_array());
}

#[test]
fn training_in_pieces_learns() {
    let mut amp = Amp::new(5);
    amp.hyper().lr = 5e-2;
    let stream = |amp: &mut Amp| {
        let mut states = [amp::State::initial().into_storage(); 2];
        let mut total = 0.0;
        for t in 0..8 {
            let x = [wave(4 * t), wave(4 * t + 100)];
            total += amp.train_step_from(&mut states, &x, &x.map(|x| driven(&x))).unwrap().total;
        }
        total
    };
    let first = stream(&mut amp);
    for _ in 0..30 {
        stream(&mut amp);
    }
    let last = stream(&mut amp);
    assert!(last < 0.2 * first, "{first} {last}");
    assert_eq!(amp.steps(), 32 * 8);
    // The object's own states are those of its predictions.
    assert_eq!(amp.state().as_array(), amp::State::initial().as_array());
}

#[test]
fn what_is_not_finite_leaves_the_states() {
    let mut amp = Amp::new(1);
    amp.predict(&[0.5]);
    let before = *amp.state().as_array();
    assert!(amp.predict(&[f32::NAN])[0].is_nan());
    assert_eq!(amp.state().as_array(), &before);
    let mut states = [before];
    let (x, mut y) = (wave(0), wave(1));
    y[2][0] = f32::INFINITY;
    assert_eq!(amp.train_step_from(&mut states, &[x], &[y]).unwrap_err(), DataError::NotFinite { name: "y", sample: 0 });
    assert_eq!(states, [before]);
    states[0][1] = f32::NAN;
    assert_eq!(amp.train_step_from(&mut states, &[x], &[x]).unwrap_err(), DataError::NotFinite { name: "states", sample: 0 });
    let mut states = [before; 2];
    let error = amp.evaluate_from(&mut states, &[x; 3], &[x; 3]).unwrap_err();
    assert_eq!(error, DataError::Lengths { name: "states", expected: 3, found: 2 });
}

#[test]
fn a_trainer_takes_sequences() {
    let mut amp = Amp::new(7);
    amp.hyper().lr = 5e-2;
    let x: Vec<_> = (0..40).map(|i| wave(3 * i)).collect();
    let y = x.iter().map(driven).collect();
    let data = amp::Data { x, y };
    let history = Trainer::new().epochs(15).batch_size(8).seed(1).progress(Progress::Off).fit(&mut amp, &data).unwrap();
    assert!(history.epochs[14].total < 0.5 * history.epochs[0].total);
    assert_eq!(amp.parts().steps, 15 * 5);
}

#[test]
fn several_inputs_and_outputs() {
    let mut mixed = Mixed::new(1);
    let x = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let outputs = mixed.predict_sequence(&x, &[1.0, 0.5], &[0, 2]).unwrap();
    assert_eq!(outputs.len(), 2);
    let table = mixed.params().table().weight();
    let first: [f32; 2] = std::array::from_fn(|i| x[0][i] + table[0][i]);
    close(outputs[0].a, first);
    close(outputs[1].a, std::array::from_fn::<_, 2, _>(|i| 0.5 * first[i] + 0.5 * x[1][i] + table[2][i]));
    close([outputs[1].b], [(outputs[1].a[0] + outputs[1].a[1]) / 2.0]);
    assert!(mixed.predict(&x[0], 1.0, 3).is_err());
    close(*mixed.state().sum(), outputs[1].a);
}

#[test]
fn without_an_allocator() {
    let net = Amp::new(4);
    let (params, buffers) = (net.params().as_array(), &[]);
    let mut state = amp::State::initial();
    let (mut workspace, mut out) = ([0.0; amp::PREDICT_WORKSPACE], [0.0]);
    amp::predict(params, buffers, state.as_array_mut(), &[0.5], &mut workspace, &mut out);
    assert_ne!(state.h(), &[0.0, 0.0]);
    // A step of several sequences: the same.
    let mut states = [*amp::State::initial().as_array(); 3];
    let mut outputs = [[0.0]; 3];
    amp::predict_batch(params, buffers, &mut states, &[[0.5], [0.1], [0.5]], &mut workspace, &mut outputs).unwrap();
    close(outputs[0], out);
    close(outputs[2], out);
    close(states[2], *state.as_array());
    amp::predict_batch(params, buffers, &mut [], &[[0.5]], &mut workspace, &mut outputs[..1]).unwrap();
    close(outputs[0], out);
}
