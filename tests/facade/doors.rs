//! The same program through the macro, the macro of a file, and the build script: the same code, token by token.

use std::str::FromStr;

use proc_macro2::TokenStream;
use tapeless::check::gradient_check;
use tapeless::checkpoint::{from_bytes, to_bytes};
use tapeless::train::Progress;
use tapeless::{Dataset, Trainable, Trainer};

mod inline {
    tapeless::nn! {
        /// A small network with one of everything.
        network Doors {
            input x: [3];
            input kind: [] in 0..4;
            target y: [2];
            buffer centre: [3] = zeros();
            let h = concat([x - centre, kind |> embed: embedding(4, 2)]) |> fc: dense(5) |> tanh;
            centre = 0.9 * centre + 0.1;
            output p = h |> head: dense(2);
            loss data = mse(p, y);
            loss decay = 1e-3 * l2(weights);
            metric error = mean_absolute_error(p, y);
            optimizer momentum(lr = 1e-1);
        }
    }
}

mod file {
    tapeless::nn_file!("tests/facade/nets/doors.nn");
}

/// Without comments, which quote the program's lines as each door has them.
fn tokens(text: &str) -> String {
    TokenStream::from_str(text).unwrap().to_string()
}

#[test]
fn all_doors_write_the_same_tokens() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("doors");
    let config =
        tapeless_build::Config::new().threads(cfg!(feature = "threads")).cargo(false).base(env!("CARGO_MANIFEST_DIR")).out_dir(&folder);
    let written = std::fs::read_to_string(config.compile("tests/facade/nets/doors.nn").unwrap()).unwrap();
    assert_eq!(tokens(inline::doors::SOURCE), tokens(file::doors::SOURCE));
    // The file holds itself as `SOURCE` besides.
    assert!(written.contains(file::doors::SOURCE));
}

fn data() -> file::doors::Data {
    let wave = |i: usize| (i as f32 * 0.7).sin();
    file::doors::Data {
        x: (0..40).map(|i| [wave(i), wave(i + 1), wave(3 * i)]).collect(),
        kind: (0..40).map(|i| i % 4).collect(),
        y: (0..40).map(|i| [wave(i) * wave(i + 1), (i % 4) as f32 / 4.0]).collect(),
    }
}

fn trainer<'a>() -> Trainer<'a, file::Doors> {
    Trainer::new().epochs(4).batch_size(10).seed(2).progress(Progress::Off)
}

#[test]
fn a_generated_network_trains_and_resumes_to_the_bit() {
    let (data, mut whole) = (data(), file::Doors::new(7));
    let history = trainer().epochs(8).validation(&data).fit(&mut whole, &data).unwrap();
    assert!(history.epochs[7].total < history.epochs[0].total);
    assert!(history.metric("error").is_some_and(|errors| errors.len() == 8));

    let mut half = file::Doors::new(7);
    trainer().fit(&mut half, &data).unwrap();
    let mut resumed = file::Doors::new(8);
    from_bytes(&mut resumed, &to_bytes(&half), "half").unwrap();
    trainer().first_epoch(4).fit(&mut resumed, &data).unwrap();
    assert_eq!(to_bytes(&resumed), to_bytes(&whole));
    assert!(resumed.parts().buffers.iter().all(|x| *x != 0.0));
}

#[test]
fn a_bad_sample_changes_nothing() {
    let (mut data, mut net) = (data(), file::Doors::new(7));
    data.kind[33] = 4;
    let before = to_bytes(&net);
    let error = trainer().batch_size(0).shuffled(false).fit(&mut net, &data).unwrap_err();
    assert_eq!(error.to_string(), "epoch 0, batch 0: `kind` of sample 33 is 4, outside 0..4");
    assert_eq!(to_bytes(&net), before);
    data.kind.pop();
    assert!(data.check().is_err());
}

#[test]
fn its_gradients_are_right() {
    gradient_check::<file::doors::Net>(&Default::default()).assert_ok();
}
