use std::path::Path;

use crate::support::Folder;

const LINE: &str = "\
network Line {
    input x: [2];
    target y: [];
    param w: [2] = [1, -1];
    param fixed: [] = constant(0.5);
    freeze fixed;
    output p = sum(x * w) + fixed;
    loss fit = (p - y) ^ 2;
    loss 0.5 * sum(w * w);
    optimizer sgd(lr = 0.1);
}
";

fn line(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.write("line.nn", LINE);
    folder.write_tensors("in.safetensors", &[("x", &[2, 2], &[1.0, 2.0, 3.0, 4.0]), ("y", &[2], &[0.0, 1.0])]);
    folder
}

const EVAL: [&str; 6] = ["eval", "line.nn", "--data", "in.safetensors", "--out", "out.safetensors"];

/// p = −0.5 and −0.5; d = p − y = −0.5 and −1.5; fit = (0.25 + 2.25)/2; the gradient of w is mean(2·d·x) + w.
#[test]
fn a_step_worked_out_by_hand() {
    let folder = line("eval_line");
    for engine in [&["--engine", "evaluator"][..], &[]] {
        let ran = folder.run(&[&EVAL, engine, &["--precision", "f64", "--steps", "1"]].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        let found = folder.tensors("out.safetensors");
        let expected: [(&str, &[usize], &[f64]); 9] = [
            ("grad.fixed", &[], &[0.0]),
            ("grad.w", &[2], &[-4.0, -8.0]),
            ("grad.x", &[2, 2], &[-0.5, 0.5, -1.5, 1.5]),
            ("grad.y", &[2], &[0.5, 1.5]),
            ("loss", &[], &[2.25]),
            ("loss.fit", &[], &[1.25]),
            ("p", &[2], &[-0.5, -0.5]),
            ("updated.fixed", &[], &[0.5]),
            ("updated.w", &[2], &[1.4, -0.2]),
        ];
        assert_eq!(found.keys().map(String::as_str).collect::<Vec<_>>(), expected.iter().map(|row| row.0).collect::<Vec<_>>());
        for (name, shape, values) in expected {
            let (found_shape, found) = &found[name];
            let close = found.iter().zip(values).all(|(a, b)| (a - b).abs() < 1e-12);
            assert!(found_shape == shape && close, "{name} {engine:?}: {found:?}");
        }
    }
}

#[test]
fn outputs_only() {
    let folder = line("eval_outputs");
    folder.write_tensors("in.safetensors", &[("x", &[1, 2], &[1.0, 2.0])]);
    for mode in ["train", "predict"] {
        for engine in ["evaluator", "generated"] {
            let ran = folder.run(&[&EVAL, &["--mode", mode, "--engine", engine][..]].concat());
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
            let found = folder.tensors("out.safetensors");
            assert_eq!(found.into_iter().collect::<Vec<_>>(), [("p".to_owned(), (vec![1], vec![-0.5]))], "{mode} {engine}");
        }
    }
}

/// Both engines draw the same parameters and the same dropout from the seed.
#[test]
fn a_seed_decides() {
    let folder = Folder::new("eval_seed");
    folder.write(
        "line.nn",
        "network Drop {\n    input x: [6];\n    target y: [3];\n    output p = x |> dropout(p = 0.4) |> fc: dense(3);\n    loss mse(p, y);\n    optimizer sgd(lr = 0.1);\n}\n",
    );
    let numbers: Vec<f64> = (0..24).map(|i| f64::from(i) / 8.0 + 1.0).collect();
    folder.write_tensors("in.safetensors", &[("x", &[4, 6], &numbers), ("y", &[4, 3], &numbers[..12])]);
    let run = |engine: &str, seed: &str| {
        let ran = folder.run(&[&EVAL, &["--precision", "f64", "--steps", "3", "--engine", engine, "--seed", seed][..]].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        folder.tensors("out.safetensors")
    };
    let (one, same, other) = (run("evaluator", "7"), run("generated", "7"), run("evaluator", "8"));
    assert!(one["grad.x"].1.contains(&0.0), "dropout drops: {:?}", one["grad.x"].1);
    for (name, (shape, values)) in &one {
        assert_eq!(shape, &same[name].0);
        let close = values.iter().zip(&same[name].1).all(|(a, b)| (a - b).abs() <= 1e-10 * (1.0 + a.abs()));
        assert!(close, "{name}: {values:?} and {:?}", same[name].1);
    }
    assert_ne!(one["p"], other["p"]);
}

#[test]
fn no_engine_goes_on_with_a_loss_that_is_not_finite() {
    let folder = line("eval_diverges");
    folder.write_tensors("in.safetensors", &[("x", &[1, 2], &[1e10, 0.0]), ("y", &[1], &[0.0])]);
    for (engine, message) in [("evaluator", "error: `loss` is inf at step 2\n"), ("generated", "error: loss `fit` is infinite or NaN")] {
        assert_eq!(folder.run(&[&EVAL, &["--engine", engine][..]].concat()).status, 0);
        let ran = folder.run(&[&EVAL, &["--engine", engine, "--steps", "5"][..]].concat());
        assert!(ran.status == 1 && ran.stderr.starts_with(message), "{}", ran.stderr);
    }
}

#[test]
fn wrong_data_is_told() {
    let folder = line("eval_wrong");
    let told = |tensors: &[(&str, &[usize], &[f64])], status: i32, message: &str| {
        folder.write_tensors("in.safetensors", tensors);
        let ran = folder.run(&[&EVAL, &["--engine", "evaluator"][..]].concat());
        assert_eq!((ran.status, ran.stderr.as_str()), (status, message));
    };
    let y: (&str, &[usize], &[f64]) = ("y", &[2], &[0.0, 1.0]);
    told(&[y], 2, "error: the input `x`, the batch and then [2], is not there\n");
    told(&[("x", &[2], &[0.0; 2]), y], 2, "error: `x` should have the batch and then [2] as its shape, it has [2]\n");
    told(&[("x", &[1, 2], &[0.0; 2]), y], 2, "error: `x` holds 1 samples, `y` 2\n");
    told(&[("x", &[2, 2], &[0.0, 0.0, f64::NAN, 0.0]), y], 2, "error: `x` of sample 1 is NaN\n");
    told(&[("x#", &[2, 2], &[0.0; 4]), y], 2, "error: `x` is real: F32 or F64 are wanted\n");
    told(&[("x", &[2, 2], &[0.0; 4]), y, ("w", &[3], &[0.0; 3])], 2, "error: `w` should have the shape [2], it has [3]\n");
    let w: (&str, &[usize], &[f64]) = ("w", &[2], &[1e30, 0.0]);
    told(&[("x", &[2, 2], &[0.0; 4]), y, w], 1, "error: `loss` is inf\n");
    let ran = folder.run(&[&EVAL[..3], &["none", "--out", "o"]].concat());
    assert_eq!(ran.status, 2);
    folder.write("line.nn", "network A {\n    input i: [2] in 0..4;\n    output p = real(i);\n}\n");
    told(&[("i#", &[1, 2], &[3.0, 4.0])], 2, "error: `i` of sample 0 is 4, outside 0..4\n");
    told(&[("i", &[1, 2], &[3.0, 1.0])], 2, "error: `i` is an index: integers are wanted\n");
    told(&[("i#", &[1, 2], &[3.0, 1.0]), ("k", &[1], &[0.0])], 0, "warning: `A` has no use for the tensor `k`\n");
}

#[test]
fn one_network_of_several() {
    let folder = Folder::new("eval_several");
    folder.write(
        "line.nn",
        "network One {\n    input x: [];\n    output p = x + 1;\n}\nnetwork Two {\n    input x: [];\n    output p = x + 2;\n}\n",
    );
    folder.write_tensors("in.safetensors", &[("x", &[1], &[1.0])]);
    let ran = folder.run(&[&EVAL, &["--engine", "evaluator"][..]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (2, "error: `line.nn` holds several networks: say --network with one of One, Two\n"));
    let ran = folder.run(&[&EVAL, &["--engine", "evaluator", "--network", "Two"][..]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(folder.tensors("out.safetensors")["p"], (vec![1], vec![3.0]));
}

#[test]
fn without_a_compiler_it_says_so() {
    let folder = line("eval_no_cargo");
    let ran = folder.run_with(&EVAL, "", &[("PATH", "")]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.starts_with("error: cannot run cargo: ") && ran.stderr.contains("needs cargo and rustc"), "{}", ran.stderr);
    assert!(!folder.path("out.safetensors").exists());
    assert_eq!(folder.run_with(&[&EVAL, &["--engine", "evaluator"][..]].concat(), "", &[("PATH", "")]).status, 0);
}

#[test]
fn the_crate_can_be_kept() {
    let folder = line("eval_keep");
    let ran = folder.run(&[&EVAL, &["--keep", "kept"][..]].concat());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    for file in ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/run.rs", "src/network.rs", "runtime/src/lib.rs", "in.bin", "out.bin"] {
        assert!(folder.path("kept").join(Path::new(file)).is_file(), "{file}");
    }
    assert!(folder.read("kept/src/network.rs").contains("pub mod line {"));
}

#[test]
fn gradients_are_checked() {
    let folder = line("gradcheck");
    let ran = folder.run(&["gradcheck", "line.nn", "--samples", "2", "--seed", "3"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("Line: gradient check passed\n"), "{}", ran.stdout);
    folder.write("line.nn", "network A {\n    input x: [];\n    output p = x;\n}\n");
    let ran = folder.run(&["gradcheck", "line.nn"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (2, "error: `A` has no loss: there is no gradient to check\n"));
}
