//! Weights in PyTorch's layouts.

use std::fs;
use std::path::PathBuf;

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use tapeless::checkpoint::CheckpointError;
use tapeless::checkpoint::pytorch::{load, save};

tapeless::nn! {
    network Square {
        input x: [2];
        target y: [2];
        output p = x |> fc: dense(2);
        loss mse(p, y);
        optimizer momentum(lr = 0.1);
    }
}

fn file(name: &str, weight: &[usize]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pytorch");
    fs::create_dir_all(&folder).unwrap();
    let bytes: Vec<u8> = [1.0_f32, 2.0, 3.0, 4.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    let views = [
        ("0.weight", TensorView::new(Dtype::F32, weight.to_vec(), &bytes).unwrap()),
        ("0.bias", TensorView::new(Dtype::F32, vec![2], &bytes[..8]).unwrap()),
    ];
    fs::write(folder.join(name), serialize(views, None).unwrap()).unwrap();
    folder.join(name)
}

/// A `Linear` computes W·x + b, and what is written is the file that was read.
#[test]
fn a_square_linear_is_transposed() {
    let path = file("square.safetensors", &[2, 2]);
    let mut net = Square::new(1);
    net.train_step(&[[1.0, 0.0]], &[[0.0, 0.0]]).unwrap();
    let table = load(&mut net, &path, &[("0", "fc")]).unwrap();
    assert_eq!(
        table.to_string(),
        "ours              theirs\nfc.weight [2, 2]  0.weight [2, 2]  transposed\nfc.bias [2]       0.bias [2]       as it is\n"
    );
    assert_eq!(net.predict(&[1.0, 10.0]), [1.0 + 20.0 + 1.0, 3.0 + 40.0 + 2.0]);
    assert_eq!(net.steps(), 1);

    let again = path.with_file_name("again.safetensors");
    save(&net, &again, &[("0", "fc")]).unwrap();
    let (first, again) = (fs::read(&path).unwrap(), fs::read(&again).unwrap());
    let (first, again) = (SafeTensors::deserialize(&first).unwrap(), SafeTensors::deserialize(&again).unwrap());
    for name in ["0.weight", "0.bias"] {
        assert_eq!(first.tensor(name).unwrap().data(), again.tensor(name).unwrap().data());
    }
}

#[test]
fn what_does_not_fit_changes_nothing() {
    let mut net = Square::new(1);
    let before = *net.params().as_array();
    let mut refused = |path: &PathBuf, names: &[(&str, &str)], what: &[&str]| {
        let Err(CheckpointError::Mismatch(_, why)) = load(&mut net, path, names) else { panic!("taken") };
        assert_eq!(why, what);
        assert_eq!(*net.params().as_array(), before);
    };
    refused(&file("wrong.safetensors", &[4, 1]), &[("0", "fc")], &["`fc.weight` [2, 2] wants `0.weight` as [2, 2], found [4, 1]"]);
    let missing = [
        "`fc.weight` [2, 2] is missing: no `fc.weight` [2, 2]",
        "`fc.bias` [2] is missing: no `fc.bias` [2]",
        "`0.bias` [2] is left over",
        "`0.weight` [2, 2] is left over",
        "perhaps (\"0\", \"fc\")",
    ];
    refused(&file("names.safetensors", &[2, 2]), &[], &missing);
    refused(&file("names.safetensors", &[2, 2]), &[("0", "fc"), ("1", "fc")], &["`fc` cannot be both `0` and `1`"]);
}
