//! The README tells the truth: its Rust stands here and is compiled, and the gradient code it shows is what the compiler writes. (Programs
//! and pages of the guide: `compiler/tests/guide`.)

use std::fs;
use std::path::Path;

use tapeless::{Dataset, Trainer};
use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Compilation, Options, compile};
use tapeless_grammar::span::Sources;

tapeless::nn! {
    /// Two-moons classifier.
    network Moons {
        input  x: [2];
        target y: [1];

        let h = x |> fc1: dense(16) |> relu;
        output p = h |> head: dense(1) |> sigmoid;

        loss mse(p, y);
        metric accuracy = binary_accuracy(p, y);
        optimizer adam(lr = 1e-2);
    }
}

fn train() -> Result<(), Box<dyn std::error::Error>> {
    let points = tapeless::data::moons(500, 0.1, 1);
    let (train, held_out) = moons::Data { x: points.x(), y: points.y() }.split(400);

    let mut net = Moons::new(1);
    let losses = net.train_step(&train.x, &train.y)?;
    println!("{} before the step, p = {:?}", losses.total, net.predict(&[0.5, -1.0]));

    let trainer = Trainer::new().epochs(20).batch_size(32).validation(&held_out).early_stopping(5, 1e-4);
    let history = trainer.fit(&mut net, &train)?;
    println!("{} epochs, accuracy {}", history.epochs.len(), net.evaluate(&held_out.x, &held_out.y)?.metrics.accuracy);
    tapeless::checkpoint::save(&net, "moons.safetensors")?;
    Ok(())
}

fn without_alloc(params: &[f32; moons::PARAMETERS], x: &[f32; 2]) -> [f32; 1] {
    let mut workspace = [0.0; moons::PREDICT_WORKSPACE];
    let mut output = [0.0; 1];
    moons::predict(params, &[], x, &mut workspace, &mut output);
    output
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between fences of a language.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let open = format!("\n```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

fn compiled(name: &str, text: &str) -> Compilation {
    let mut sources = Sources::new();
    let root = sources.add(name, text);
    compile(&mut sources, root, &mut NoFiles, &Options { emit: Some(Emit::Kernels), ..Options::default() })
}

/// Lines without their margins.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_readmes_rust_stands_here() {
    let here = trimmed(include_str!("docs.rs"));
    let readme = read(&root().join("README.md"));
    let mut rust = blocks(&readme, "rust");
    rust.retain(|block| block.starts_with("fn "));
    assert_eq!(rust.len(), 2);
    for block in rust {
        assert!(here.contains(&trimmed(block)), "not in tests/docs.rs:\n{block}");
    }
}

#[test]
fn the_readmes_gradient_is_the_generated_one() {
    let path = root().join("README.md");
    let readme = read(&path);
    let made = compiled("moons.nn", blocks(&readme, "nn")[0]);
    let source = &made.networks[0].text;
    let (_, pass) = source.split_once("struct GradientsPass<").unwrap();
    let (_, backward) = pass.split_once("// ---- backward ----\n\n").unwrap();
    let (backward, _) = backward.split_once("if asked {").unwrap();
    let margin = backward.len() - backward.trim_start().len();
    let lines: Vec<&str> = backward.trim_end().lines().map(|line| line.get(margin..).unwrap_or_default()).collect();
    let wanted = format!("{}\n", lines.join("\n"));

    let (before, rest) = readme.split_once("writes it anew. -->\n```rust\n").unwrap();
    let (shown, after) = rest.split_once("```").unwrap();
    if std::env::var_os("TAPELESS_BLESS").is_some() {
        fs::write(&path, format!("{before}writes it anew. -->\n```rust\n{wanted}```{after}")).unwrap();
        return;
    }
    assert_eq!(shown, wanted, "bless with `TAPELESS_BLESS=1 cargo test --test docs`");
}

#[test]
fn the_readmes_rust_runs() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    fs::create_dir_all(&folder).unwrap();
    std::env::set_current_dir(&folder).unwrap();
    train().unwrap();
    assert!(fs::metadata("moons.safetensors").is_ok());
    let net = Moons::new(3);
    assert_eq!(without_alloc(net.params().as_array(), &[0.5, -1.0]), net.clone().predict(&[0.5, -1.0]));
}
