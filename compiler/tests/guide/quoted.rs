//! What the guide quotes stands where it comes from.

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

/// The page on the gradient quotes the code of the README's network.
#[test]
fn the_gradient_code() {
    let readme = read(&folder().join("../../README.md"));
    let mut sources = Sources::new();
    let root = sources.add("moons.nn", blocks(&readme, "nn")[0]);
    let made = compile(&mut sources, root, &mut NoFiles, &Options { emit: Some(Emit::Kernels), ..Options::default() });
    let page = read(&folder().join("gradient.md"));
    assert_eq!(strange(&page, "text", &made.networks[0].text), [""; 0]);
}
