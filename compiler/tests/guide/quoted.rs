//! What the guide quotes stands where it comes from.

use std::fs;

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::span::Sources;

use crate::pages::{blocks, folder, read};

/// The page's lines of a language that `source` does not have.
fn strange<'t>(page: &'t str, language: &str, source: &str) -> Vec<&'t str> {
    let known: Vec<&str> = source.lines().map(str::trim).collect();
    blocks(page, language).into_iter().flat_map(str::lines).map(str::trim).filter(|line| !known.contains(line)).collect()
}

#[test]
fn the_embedded_example() {
    let page = read(&folder().join("embedded.md"));
    let source = read(&folder().join("../../examples/embedded/src/lib.rs"));
    assert_eq!(strange(&page, "rust,ignore", &source), [""; 0]);
    assert_eq!(strange(&page, "nn", &source), [""; 0]);
}

fn generated(program: &str, name: &str, emit: Emit) -> String {
    let mut sources = Sources::new();
    let root = sources.add(name, program);
    let options = Options { emit: Some(emit), ..Options::default() };
    compile(&mut sources, root, &mut NoFiles, &options).networks.remove(0).text
}

/// The page on the gradient quotes the code of the README's network, and shows all of a small one.
#[test]
fn the_gradient_code() {
    let readme = read(&folder().join("../../README.md"));
    let moons = generated(blocks(&readme, "nn")[0], "moons.nn", Emit::Kernels);
    let path = folder().join("gradient.md");
    let page = read(&path);
    assert_eq!(strange(&page, "text", &moons), [""; 0]);

    let line = generated(blocks(&page, "nn")[0], "line.nn", Emit::Unrolled);
    let (_, pass) = line.split_once("struct GradientsPass<").unwrap();
    let (_, from) = pass.split_once("// ---- forward ----\n").unwrap();
    let (body, _) = from.split_once("lanes.store(simd, [p_0]").unwrap();
    let lines: Vec<&str> = body.trim_end().lines().map(|line| line.strip_prefix("                ").unwrap_or(line)).collect();
    let wanted = format!("// ---- forward ----\n{}\n", lines.join("\n"));
    let (before, rest) = page.split_once("```rust\n").unwrap();
    let (shown, after) = rest.split_once("```").unwrap();
    if std::env::var_os("TAPELESS_BLESS").is_some() {
        fs::write(&path, format!("{before}```rust\n{wanted}```{after}")).unwrap();
        return;
    }
    assert_eq!(shown, wanted, "bless with `TAPELESS_BLESS=1 cargo test -p tapeless-compiler --features evaluate --test guide`");
}
