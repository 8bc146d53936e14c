//! Compiles every program of `programs/` in both forms into modules, and writes the tests that compare them, in groups.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::emit::Report;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Compilation, Options, compile};
use tapeless_grammar::span::Sources;

/// A test binary for each, so that they are compiled side by side.
const GROUPS: usize = 6;

/// Up to as many operations a step and sample, a program is unrolled too.
const UNROLL: usize = 3000;

fn compiled(name: &str, text: &str, emit: Emit) -> Compilation {
    let mut sources = Sources::new();
    let root = sources.add(format!("{name}.nn"), text);
    let options = Options { emit: Some(emit), threads: true, ..Options::default() };
    let made = compile(&mut sources, root, &mut NoFiles, &options);
    for diagnostic in &made.diagnostics {
        let line = sources.line(diagnostic.span().file, diagnostic.span().start);
        // Where a warning is the point, the program says so.
        if !line.1.contains(&format!("//~ {}", diagnostic.code)) {
            println!("cargo::warning={name}.nn: {} {} at {line:?}", diagnostic.code, diagnostic.message);
        }
    }
    made
}

fn main() {
    println!("cargo::rerun-if-changed=programs");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut paths: Vec<_> = fs::read_dir("programs").expect("programs/ is there").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let mut wrong = Vec::new();
    // The work of compiling each module, and what it adds to its group.
    let mut pieces: Vec<(usize, String)> = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "nn")) {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a readable program");
        let kernels = compiled(&name, &text, Emit::Kernels);
        if kernels.has_errors() {
            wrong.push(name);
            continue;
        }
        let operations = |made: &Compilation| made.networks.iter().map(|network| network.report.train_operations).max().unwrap_or(0);
        let mut forms = vec![("kernels", kernels)];
        if operations(&forms[0].1) <= UNROLL {
            forms.push(("unrolled", compiled(&name, &text, Emit::Unrolled)));
        }
        for (form, made) in forms {
            // Unoptimised, straight-line code wants more of the stack than a thread of the pool has: there one thread does all chunks.
            let threads = if form == "unrolled" { 1 } else { 2 };
            let file = format!("{name}_{form}.rs");
            fs::write(Path::new(&out).join(&file), made.text()).expect("OUT_DIR is writable");
            let mut piece =
                format!("/// `programs/{name}.nn`.\nmod {name}_{form} {{\n    include!(concat!(env!(\"OUT_DIR\"), \"/{file}\"));\n\n");
            let mut work = 0;
            for (i, network) in made.networks.iter().enumerate() {
                let module = &network.module;
                let plain = module.trim_start_matches("r#");
                work += work_of(&network.report);
                let _ = writeln!(
                    piece,
                    "    #[test]\n    fn {plain}_agrees() {{\n        tapeless_tests_networks::agrees::<{module}::Net, {threads}>(\"{name}\", {i});\n    }}"
                );
            }
            piece.push_str("}\n");
            pieces.push((work, piece));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?} do not compile");
    pieces.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut groups = vec![(0, String::new()); GROUPS];
    for (work, piece) in pieces {
        let least = groups.iter_mut().min_by_key(|group| group.0).expect("there are groups");
        least.0 += work;
        least.1.push_str(&piece);
    }
    for (i, (_, text)) in groups.iter().enumerate() {
        fs::write(Path::new(&out).join(format!("group_{i}.rs")), text).expect("OUT_DIR is writable");
    }
}

/// What rustc has to do for a network, roughly.
fn work_of(report: &Report) -> usize {
    report.statements * if report.emit == Emit::Unrolled { 1 } else { 4 } + 200
}
