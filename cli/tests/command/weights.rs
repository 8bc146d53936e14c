use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use crate::support::{Folder, tensors};

/// Recorded by `tests/pytorch/make.py`; the first line of `model.nn` holds the pairs of names.
fn recorded(name: &str) -> (PathBuf, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pytorch").join(name);
    let text = std::fs::read_to_string(folder.join("model.nn")).unwrap();
    let pairs = text.lines().next().unwrap().trim_start_matches("//").split_whitespace();
    let map = pairs.flat_map(|pair| ["--map".to_owned(), pair.to_owned()]).collect();
    (folder, map)
}

/// The tensors of two files in one.
fn joined(a: &Path, b: &Path, to: &Path) {
    let bytes = [a, b].map(|path| std::fs::read(path).unwrap());
    let files = [0, 1].map(|i| SafeTensors::deserialize(&bytes[i]).unwrap());
    let views = files.iter().flat_map(|file| file.iter().collect::<Vec<_>>());
    let copied: Vec<(&str, Dtype, Vec<usize>, &[u8])> = views.map(|(name, v)| (name, v.dtype(), v.shape().to_vec(), v.data())).collect();
    let views = copied.into_iter().map(|(name, dtype, shape, data)| (name, TensorView::new(dtype, shape, data).unwrap()));
    std::fs::write(to, serialize(views, None).unwrap()).unwrap();
}

/// The network with the imported weights gives what PyTorch's gave, and exporting them gives PyTorch's file again.
fn as_pytorch(name: &str, outputs: &[&str]) {
    let (from, map) = recorded(name);
    let map: Vec<&str> = map.iter().map(String::as_str).collect();
    let folder = Folder::new(&format!("weights_{name}"));
    let (model, theirs) = (from.join("model.nn").display().to_string(), from.join("weights.safetensors"));
    let file = theirs.display().to_string();
    let ran = folder.run(&[&["import-weights", &model, "--from", "pytorch", &file, "--out", "ours.safetensors"][..], &map].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));

    joined(&folder.path("ours.safetensors"), &from.join("data.safetensors"), &folder.path("in.safetensors"));
    let eval = ["eval", &model, "--data", "in.safetensors", "--out", "out.safetensors", "--mode", "predict", "--engine", "evaluator"];
    assert_eq!(folder.run(&eval).status, 0);
    let found = folder.tensors("out.safetensors");
    // The file with the inputs has indices too.
    let expected = reals(&from.join("data.safetensors"));
    for output in outputs {
        let ((shape, ours), theirs) = (&found[*output], &expected[*output]);
        assert_eq!(shape, &theirs.0);
        let worst = ours.iter().zip(&theirs.1).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{name} {output} {shape:?}: {worst:.1e}");
        assert!(worst < 1e-5, "{name} {output}: {worst}");
    }

    let ran =
        folder.run(&[&["export-weights", &model, "--to", "pytorch", "ours.safetensors", "--out", "back.safetensors"][..], &map].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let (mut back, mut first) = (folder.tensors("back.safetensors"), reals(&theirs));
    // Two biases come back as their sum and zeros.
    let (hidden, kept): (Vec<String>, Vec<String>) = first.keys().cloned().partition(|name| is_second_bias(name, &back));
    for name in hidden {
        let sum = |list: &mut crate::support::Tensors| {
            let (a, b) = (list.remove(&name.replace("_hh", "_ih")).unwrap().1, list.remove(&name).unwrap().1);
            a.iter().zip(b).map(|(a, b)| (a + b) as f32).collect::<Vec<_>>()
        };
        assert_eq!(sum(&mut back), sum(&mut first), "{name}");
    }
    for name in kept {
        assert_eq!(back.remove(&name), first.remove(&name), "{name}");
    }
    assert!(back.is_empty(), "{:?}", back.keys());
}

fn is_second_bias(name: &str, back: &crate::support::Tensors) -> bool {
    name.contains("bias_hh") && back[name].1.iter().all(|x| *x == 0.0)
}

/// The real tensors of a file.
fn reals(path: &Path) -> crate::support::Tensors {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let real = file.iter().filter(|(_, view)| view.dtype() == Dtype::F32);
    real.map(|(name, view)| {
        let numbers = view.data().as_chunks().0.iter().map(|&word| f64::from(f32::from_le_bytes(word))).collect();
        (name.to_owned(), (view.shape().to_vec(), numbers))
    })
    .collect()
}

#[test]
fn dense_layers_and_a_square_one() {
    as_pytorch("mlp", &["p"]);
}

#[test]
fn recurrent_layers_and_a_stack_in_both_directions() {
    as_pytorch("recurrent", &["h", "g", "r", "stacked"]);
}

#[test]
fn cells() {
    as_pytorch("cells", &["last"]);
}

#[test]
fn convolutions_and_norms_of_channels() {
    as_pytorch("images", &["a", "b", "s"]);
    let (from, _) = recorded("images");
    let [model, weights] = ["model.nn", "weights.safetensors"].map(|name| from.join(name).display().to_string());
    let ran = Folder::new("weights_count").run(&["import-weights", &model, "--from", "pytorch", &weights]);
    let last = ran.stdout.lines().last().unwrap().split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect::<Vec<_>>();
    assert_eq!(last, ["–", "seen.num_batches_tracked []", "left out: a batch norm here keeps no count"]);
}

#[test]
fn attention_and_transformer_blocks() {
    as_pytorch("attention", &["a", "b", "c", "d"]);
}

const NET: &str = "\
network Small {
    input x: [2];
    target y: [1];
    output p = x |> fc: dense(2) |> tanh |> head: dense(1);
    loss mse(p, y);
    optimizer adam(lr = 0.01);
}
";

#[test]
fn a_checkpoint_before_the_first_step() {
    let folder = Folder::new("weights_checkpoint");
    folder.write("net.nn", NET);
    let theirs: [(&str, &[usize], &[f64]); 4] = [
        ("fc.weight", &[2, 2], &[1.0, 2.0, 3.0, 4.0]),
        ("fc.bias", &[2], &[5.0, 6.0]),
        ("head.weight", &[1, 2], &[7.0, 8.0]),
        ("head.bias", &[1], &[9.0]),
    ];
    folder.write_tensors("torch.safetensors", &theirs);
    let import = ["import-weights", "net.nn", "--from", "pytorch", "torch.safetensors"];
    let table = "\
ours                theirs
fc.weight [2, 2]    fc.weight [2, 2]    transposed
fc.bias [2]         fc.bias [2]         as it is
head.weight [2, 1]  head.weight [1, 2]  transposed
head.bias [1]       head.bias [1]       as it is
";
    let ran = folder.run(&import);
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (0, table, ""));
    let ran = folder.run(&[&import[..], &["--out", "net.safetensors", "--seed", "3"]].concat());
    assert_eq!((ran.status, ran.stdout.as_str()), (0, table));
    let found = tensors(&folder.path("net.safetensors"));
    assert_eq!(found["fc.weight"], (vec![2, 2], vec![1.0, 3.0, 2.0, 4.0]));
    assert_eq!(found["optimizer.adam.m.fc.weight"], (vec![2, 2], vec![0.0; 4]));
    assert_eq!(found.len(), 12);
    let bytes = std::fs::read(folder.path("net.safetensors")).unwrap();
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let metadata = metadata.metadata().clone().unwrap();
    let said = |key: &str| metadata[key].as_str();
    assert_eq!((said("network"), said("step"), said("seed"), said("hyper.lr")), ("Small", "0", "3", "0.01"));
}

#[test]
fn what_does_not_fit_is_named_and_nothing_is_written() {
    let folder = Folder::new("weights_refused");
    folder.write("net.nn", NET);
    let theirs: [(&str, &[usize], &[f64]); 4] =
        [("0.weight", &[2, 2], &[0.0; 4]), ("0.bias", &[2], &[0.0; 2]), ("head.weight", &[2, 1], &[0.0; 2]), ("count#", &[], &[7.0])];
    folder.write_tensors("torch.safetensors", &theirs);
    let import = ["import-weights", "net.nn", "--from", "pytorch", "torch.safetensors", "--out", "net.safetensors", "--map", "4=tail"];
    let ran = folder.run(&import);
    let said = "\
error: `torch.safetensors` does not fit `Small`; nothing was written
  `fc.weight` [2, 2] is missing: no `fc.weight` [2, 2]
  `fc.bias` [2] is missing: no `fc.bias` [2]
  `head.weight` [2, 1] wants `head.weight` as [1, 2], found [2, 1]
  `head.bias` [1] is missing: no `head.bias` [1]
  `0.bias` [2] is left over
  `0.weight` [2, 2] is left over
  `count` [] is left over
  `4=tail` names nothing: the network has nothing under `tail`
perhaps: --map 0=fc
";
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", said));
    assert!(!folder.path("net.safetensors").exists());
    let ran = folder.run(&["export-weights", "net.nn", "--to", "pytorch", "torch.safetensors", "--out", "back.safetensors"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("`fc.weight` [2, 2] is missing\n") && ran.stderr.contains("`count` [] is unexpected"), "{}", ran.stderr);
}

/// The page `From PyTorch` shows this network on both sides, and what the command says.
#[test]
fn the_guides_network() {
    as_pytorch("tagger", &["scores"]);
    let (from, map) = recorded("tagger");
    let read = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let page = read("../docs/src/pytorch.md");
    let block = |start: &str| page[page.find(start).unwrap()..].split("```").next().unwrap();
    assert!(read("tests/pytorch/tagger/model.nn").ends_with(block("network Tagger")));
    assert!(read("tests/pytorch/make.py").contains(block("class Tagger")));
    let [model, weights] = ["model.nn", "weights.safetensors"].map(|name| from.join(name).display().to_string());
    let mut args = vec!["import-weights", &model, "--from", "pytorch", &weights];
    args.extend(map.iter().map(String::as_str));
    assert_eq!(block("ours "), Folder::new("weights_guide").run(&args).stdout);
}
