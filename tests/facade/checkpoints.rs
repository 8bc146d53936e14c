//! Checkpoints: whole or not at all.

use std::fs;
use std::path::PathBuf;

use tapeless::checkpoint::{CheckpointError, from_bytes, load, load_matching, save, to_bytes};
use tapeless::train::{Progress, Trainer};

use crate::line::{Fit, points};

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn trained(epochs: usize) -> Fit {
    let mut net = Fit::new(1);
    train(&mut net, 0, epochs);
    net
}

fn train(net: &mut Fit, first: usize, epochs: usize) {
    Trainer::new().first_epoch(first).epochs(epochs).batch_size(7).progress(Progress::Off).fit(net, &points(50)).unwrap();
}

/// The file with its header changed.
fn with_header(bytes: &[u8], change: impl Fn(String) -> String) -> Vec<u8> {
    let len = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = change(String::from_utf8(bytes[8..8 + len].to_vec()).unwrap());
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &bytes[8 + len..]].concat()
}

/// Refused with this in the message, and nothing changed.
fn refused(bytes: &[u8], what: &str) {
    let mut net = Fit::new(9);
    let before = net.clone();
    let error = from_bytes(&mut net, bytes, "net.safetensors").expect_err(what).to_string();
    assert!(error.contains(what), "expected {what}, found {error}");
    assert_eq!(net, before);
}

#[test]
fn resuming_gives_the_bits_of_not_stopping() {
    let path = folder("resuming").join("net.safetensors");
    let mut first = trained(5);
    first.hyper = [0.1 + 0.2, 0.85, 1.0 / 3.0];
    save(&first, &path).unwrap();
    let mut second = Fit::new(2);
    load(&mut second, &path).unwrap();
    first.grads = second.grads;
    assert_eq!(first, second);
    train(&mut first, 5, 5);
    train(&mut second, 5, 5);
    assert_eq!(first, second);
}

#[test]
fn the_file_is_plain_safetensors_and_the_same_each_time() {
    let bytes = to_bytes(&trained(2));
    assert_eq!(bytes, to_bytes(&trained(2)));
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names = file.names();
    names.sort_unstable();
    let expected = [
        "buffer.seen",
        "fit.bias",
        "fit.weight",
        "optimizer.momentum.buf.fit.bias",
        "optimizer.momentum.buf.fit.weight",
        "optimizer.scalar.momentum.product",
    ];
    assert_eq!(names, expected);
    assert_eq!(file.tensor("fit.weight").unwrap().shape(), [1, 1]);
    assert_eq!(file.tensor("optimizer.scalar.momentum.product").unwrap().dtype(), safetensors::Dtype::F64);
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = metadata.metadata().clone().unwrap();
    assert_eq!((metadata["network"].as_str(), metadata["step"].as_str(), metadata["hyper.lr"].as_str()), ("Line", "16", "0.05"));
}

#[test]
fn cut_short_anywhere_it_is_refused() {
    let whole = to_bytes(&trained(1));
    for len in 0..whole.len() {
        refused(&whole[..len], "not a whole safetensors file");
    }
    refused(&[&whole[..], &[0]].concat(), "not a whole safetensors file");
}

#[test]
fn a_difference_is_named() {
    let bytes = to_bytes(&trained(1));
    let replaced = |from: &str, to: &str| with_header(&bytes, |header| header.replacen(from, to, 1));
    refused(&replaced("\"shape\":[1, 1]", "\"shape\":[1]"), "`fit.weight` is F32 [1], expected F32 [1, 1]");
    refused(&replaced("\"fit.weight\"", "\"fat.weight\""), "`fit.weight` [1, 1] is missing\n  `fat.weight` [1, 1] is unexpected");
    refused(&replaced("\"Line\"", "\"Curve\""), "`network` is `Curve`, expected `Line`");
    refused(&replaced("\"tapeless.format\":\"1\"", "\"tapeless.format\":\"2\""), "`tapeless.format` is `2`, expected `1`");
    refused(&replaced("\"step\":\"", "\"step\":\"-"), "`step` is not a whole number");
    refused(&replaced("\"hyper.lr\"", "\"hyper.rate\""), "`hyper.lr` is missing from the metadata\n  `hyper.rate` is unexpected");
    refused(&replaced("\"F64\"", "\"I64\""), "`optimizer.scalar.momentum.product` is of another type [], expected F64 []");
    refused(&replaced("\"fit.weight\"", "\"fit.bias\""), "invalid offset for tensor `fit.bias`");
    refused(&replaced("\"seed\":\"1\"", "\"seed\":\"1\",\"seed\":\"2\""), "two entries of one name");
    let twice = |header: String| {
        let start = header.find("\"fit.bias\"").unwrap();
        let entry = header[start..=start + header[start..].find('}').unwrap()].to_owned();
        header.replacen("\"fit.weight\"", &format!("{entry},\"fit.weight\""), 1)
    };
    refused(&with_header(&bytes, twice), "two entries of one name");
}

#[test]
fn an_extra_tensor_is_refused() {
    let mut bytes = to_bytes(&trained(1));
    let end = bytes.len() - 8 - u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let extra = format!(",\"more\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{end},{}]}}}}", end + 4);
    bytes = with_header(&bytes, |header| format!("{}{extra}", header.trim_end().strip_suffix('}').unwrap()));
    bytes.extend([0; 4]);
    refused(&bytes, "`more` [1] is unexpected");
    // What only takes what it knows takes it.
    let path = folder("extra").join("net.safetensors");
    fs::write(&path, &bytes).unwrap();
    let mut net = Fit::new(9);
    let matched = load_matching(&mut net, &path).unwrap();
    assert_eq!(matched.copied, ["fit.weight", "fit.bias", "buffer.seen"]);
    assert_eq!(matched.unused.last().map(String::as_str), Some("optimizer.scalar.momentum.product"));
    assert_eq!((net.params, net.buffers, net.steps), (trained(1).params, [50.0], 0));
}

#[test]
fn part_of_another_network_can_be_taken() {
    let path = folder("part").join("net.safetensors");
    let change = |header: String| header.replacen("\"shape\":[1, 1]", "\"shape\":[1]", 1).replacen("buffer.seen", "buffer.tried", 1);
    fs::write(&path, with_header(&to_bytes(&trained(1)), change)).unwrap();
    let mut net = Fit::new(9);
    let matched = load_matching(&mut net, &path).unwrap();
    assert_eq!(matched.copied, ["fit.bias"]);
    assert_eq!(matched.missing, ["buffer.seen"]);
    assert_eq!(matched.different, ["`fit.weight` is F32 [1], expected [1, 1]"]);
    assert_eq!(net.params, [Fit::new(9).params[0], trained(1).params[1]]);
}

#[test]
fn an_old_file_stays_where_a_new_one_cannot_be_written() {
    let folder = folder("staying");
    let path = folder.join("net.safetensors");
    save(&trained(1), &path).unwrap();
    save(&trained(2), &path).unwrap();
    // Nothing but the file is left.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let mut net = Fit::new(9);
    load(&mut net, &path).unwrap();
    assert_eq!(net.params, trained(2).params);
    // Another folder cannot be replaced by a file.
    let taken = folder.join("taken");
    fs::create_dir(&taken).unwrap();
    assert!(matches!(save(&net, &taken), Err(CheckpointError::Io(..))));
    assert!(matches!(save(&net, folder.join("no/such/folder.safetensors")), Err(CheckpointError::Io(..))));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    assert!(matches!(load(&mut net, folder.join("none")), Err(CheckpointError::Io(..))));
}
