//! Compiles random programs in both forms into modules, and writes the tests that compare them, in groups.
//!
//! The first programs; `TAPELESS_RANDOM_BATCH=n` takes the n-th two hundred. Every sixteenth is compared in f32 too: what is not called is not
//! compiled.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Compilation, Options, compile};
use tapeless_grammar::span::Sources;

#[allow(dead_code, unreachable_pub, reason = "written for the library")]
#[path = "src/generate/mod.rs"]
mod generate;

/// Programs of a batch.
const PROGRAMS: u64 = 200;
/// Programs of the ordinary run: what it takes to compile them is most of what the ordinary tests of random programs take.
const ORDINARY: u64 = 144;
/// Test binaries, which are compiled side by side.
const GROUPS: u64 = 8;
/// A program of more operations a step and sample is not unrolled; there is hardly one.
const UNROLL: usize = 1000;

fn compiled(seed: u64, text: &str, emit: Emit) -> Compilation {
    let mut sources = Sources::new();
    let root = sources.add(format!("random_{seed}.nn"), text);
    // What is compared needs neither the object nor the check of the gradients, which would be the most of it.
    let options = Options { emit: Some(emit), alloc: false, tests: false, ..Options::default() };
    let made = compile(&mut sources, root, &mut NoFiles, &options);
    let told = made.diagnostics.iter().filter(|d| d.is_error()).map(|d| format!("{}: {}", d.code, d.message));
    let errors: Vec<String> = told.collect();
    assert!(errors.is_empty(), "the program of seed {seed} does not compile: {}\n{text}", errors.join("\n"));
    made
}

fn main() {
    println!("cargo::rerun-if-changed=src/generate");
    println!("cargo::rerun-if-env-changed=TAPELESS_RANDOM_BATCH");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let batch: Option<u64> = env::var("TAPELESS_RANDOM_BATCH").ok().map(|text| text.parse().expect("the number of a batch"));
    // What an earlier batch left.
    for entry in fs::read_dir(&out).expect("OUT_DIR is a folder").flatten() {
        if entry.file_name().to_string_lossy().starts_with("random_") {
            fs::remove_file(entry.path()).expect("OUT_DIR is writable");
        }
    }
    let mut groups = vec![String::new(); GROUPS as usize];
    let (mut unrolled, mut statements) = (0, 0);
    let seeds = batch.map_or(0..ORDINARY, |batch| batch * PROGRAMS..(batch + 1) * PROGRAMS);
    let programs = seeds.end - seeds.start;
    for seed in seeds {
        let program = generate::program(seed, generate::Size::Small);
        let group = &mut groups[(seed % GROUPS) as usize];
        let kernels = compiled(seed, &program.text, Emit::Kernels);
        let operations = kernels.networks.iter().map(|network| network.report.train_operations).max().unwrap_or(0);
        let mut forms = vec![("kernels", kernels)];
        if operations <= UNROLL {
            unrolled += 1;
            forms.push(("unrolled", compiled(seed, &program.text, Emit::Unrolled)));
        }
        for (form, made) in forms {
            let file = format!("random_{seed}_{form}.rs");
            fs::write(Path::new(&out).join(&file), made.text()).expect("OUT_DIR is writable");
            let network = made.networks.first().expect("a network");
            statements += network.report.statements;
            let module = &network.module;
            // Writing to a string does not fail.
            let _ = writeln!(group, "mod random_{seed}_{form} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{file}\"));\n");
            let tests: &[&str] = if (seed / GROUPS).is_multiple_of(16) { &["agrees", "agrees_in_f32"] } else { &["agrees"] };
            for test in tests {
                let _ = writeln!(
                    group,
                    "    #[test]\n    fn {test}() {{\n        tapeless_tests_random::{test}::<{module}::Net>({seed});\n    }}"
                );
            }
            group.push_str("}\n");
        }
    }
    for (i, text) in groups.iter().enumerate() {
        fs::write(Path::new(&out).join(format!("group_{i}.rs")), text).expect("OUT_DIR is writable");
    }
    fs::write(Path::new(&out).join("told.txt"), format!("{programs} programs, {unrolled} of them unrolled, {statements} statements"))
        .expect("OUT_DIR is writable");
}
