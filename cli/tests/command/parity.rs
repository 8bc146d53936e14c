//! Values and gradients recorded from PyTorch (tests/parity in the workspace): all by the interpreter, a part by generated code in both
//! forms; in both precisions.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;

use crate::support::{Folder, Tensors, tensors};

const EVALUATOR: &[&str] = &["--engine", "evaluator"];
const UNROLLED: &[&str] = &["--emit", "unrolled"];
const KERNELS: &[&str] = &["--emit", "kernels"];

#[test]
fn by_the_interpreter() {
    let mut count = 0;
    for entry in std::fs::read_dir(recorded("")).unwrap() {
        let entry = entry.unwrap();
        if entry.path().join("model.nn").exists() {
            count += 1;
            case(&entry.file_name().to_string_lossy(), &[EVALUATOR]);
        }
    }
    assert!(count > 30, "{count} cases");
}

#[test]
fn mlp_l2() {
    case("mlp_l2", &[UNROLLED, KERNELS]);
}

#[test]
fn cross_entropy_index() {
    case("cross_entropy_index", &[UNROLLED, KERNELS]);
}

#[test]
fn cross_entropy_smooth() {
    case("cross_entropy_smooth", &[UNROLLED, KERNELS]);
}

#[test]
fn activations() {
    case("activations", &[UNROLLED, KERNELS]);
}

#[test]
fn losses() {
    case("losses", &[UNROLLED, KERNELS]);
}

#[test]
fn adam_5_steps() {
    case("adam_5_steps", &[UNROLLED, KERNELS]);
}

#[test]
fn cnn() {
    case("cnn", &[KERNELS]);
}

#[test]
fn conv1d() {
    case("conv1d", &[UNROLLED, KERNELS]);
}

#[test]
fn convolutions() {
    case("convolutions", &[KERNELS]);
}

#[test]
fn pinn_heat() {
    case("pinn_heat", &[UNROLLED, KERNELS]);
}

#[test]
fn cells() {
    case("cells", &[UNROLLED, KERNELS]);
}

#[test]
fn losses_of_classes() {
    case("losses_of_classes", &[UNROLLED]);
}

#[test]
fn optimizers_clipped() {
    case("optimizers_clipped", &[KERNELS]);
}

#[test]
fn schedules() {
    case("schedules", &[UNROLLED]);
}

#[test]
fn tensors_of_all_shapes() {
    case("tensors", &[KERNELS]);
}

#[test]
fn transformer_blocks() {
    case("transformer_blocks", &[KERNELS]);
}

#[test]
fn recurrence() {
    case("recurrence", &[UNROLLED, KERNELS]);
}

#[test]
fn batch_norm_train() {
    case("batch_norm_train", &[UNROLLED, KERNELS]);
}

#[test]
fn batch_norm_on_vectors_signals_and_images() {
    case("batch_norm", &[UNROLLED, KERNELS]);
}

#[test]
fn batch_norm_in_predictions() {
    case("batch_norm_predict", &[UNROLLED, KERNELS]);
}

fn recorded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/parity").join(name)
}

fn case(name: &str, engines: &[&[&str]]) {
    let here = recorded(name);
    let folder = Folder::new(&format!("parity_{name}_{}", engines.concat().join("_")));
    let path = |file: &str| here.join(file).display().to_string();
    let (model, data, expected) = (path("model.nn"), path("in.safetensors"), tensors(&here.join("out.safetensors")));
    let bytes = std::fs::read(path("out.safetensors")).unwrap();
    let said = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    let (mode, steps) = (said["mode"].as_str(), said["steps"].as_str());
    for engine in engines {
        for (precision, tolerance) in [("f32", 2e-4), ("f64", 1e-8)] {
            let files = ["eval", &model, "--data", &data, "--out", "out.safetensors"];
            let ran = folder.run(&[&files[..], &["--mode", mode, "--steps", steps, "--precision", precision], engine].concat());
            assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{name} {engine:?} {precision}");
            let wrong = compare(&folder.tensors("out.safetensors"), &expected, tolerance);
            assert!(wrong.is_empty(), "{name} {engine:?} {precision}: {}", wrong.join("; "));
        }
    }
}

/// What is missing, has another shape, or an error above `tolerance`. The error of a tensor is max |a − b| / max(max |b|, 1e-6, 1e-2 of the
/// largest |b| among the tensors of its kind), so that a gradient that is zero in theory is not compared with rounding.
fn compare(found: &Tensors, expected: &Tensors, tolerance: f64) -> Vec<String> {
    let kind =
        |name: &str| name.split_once('.').map(|(kind, _)| kind).filter(|kind| ["grad", "updated"].contains(kind)).unwrap_or("").to_owned();
    let most = |values: &[f64]| values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let mut wrong = Vec::new();
    for (name, (shape, values)) in expected {
        let Some((found_shape, found)) = found.get(name) else {
            wrong.push(format!("{name} is missing"));
            continue;
        };
        if found_shape != shape {
            wrong.push(format!("{name} has the shape {found_shape:?} instead of {shape:?}"));
            continue;
        }
        let same_kind = expected.iter().filter(|(other, _)| kind(other) == kind(name));
        let largest = same_kind.fold(0.0_f64, |largest, (_, (_, values))| largest.max(most(values)));
        let apart = found.iter().zip(values).map(|(a, b)| (a - b).abs());
        let apart = apart.fold(0.0, |apart: f64, one| if one.is_nan() { f64::INFINITY } else { apart.max(one) });
        let error = apart / most(values).max(1e-6).max(1e-2 * largest);
        if error.is_nan() || error > tolerance {
            wrong.push(format!("{name} has an error of {error:.1e}"));
        }
    }
    wrong
}
