//! Values and gradients recorded from PyTorch (tests/parity in the workspace), for both engines, both ways to emit, both precisions.

use std::path::{Path, PathBuf};

use crate::support::{Folder, Tensors, tensors};

#[test]
fn mlp_l2() {
    case("mlp_l2", "1");
}

#[test]
fn cross_entropy_index() {
    case("cross_entropy_index", "1");
}

#[test]
fn cross_entropy_smooth() {
    case("cross_entropy_smooth", "1");
}

#[test]
fn activations() {
    case("activations", "1");
}

#[test]
fn losses() {
    case("losses", "1");
}

#[test]
fn adam_5_steps() {
    case("adam_5_steps", "5");
}

#[test]
fn pinn_heat() {
    case("pinn_heat", "1");
}

fn case(name: &str, steps: &str) {
    let here: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/parity").join(name);
    let folder = Folder::new(&format!("parity_{name}"));
    let path = |file: &str| here.join(file).display().to_string();
    let (model, data, expected) = (path("model.nn"), path("in.safetensors"), tensors(&here.join("out.safetensors")));
    for engine in [&["--engine", "evaluator"][..], &["--emit", "unrolled"], &["--emit", "kernels"]] {
        for (precision, tolerance) in [("f32", 2e-4), ("f64", 1e-8)] {
            let common = ["eval", &model, "--data", &data, "--out", "out.safetensors", "--steps", steps, "--precision", precision];
            let ran = folder.run(&[&common, engine].concat());
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
