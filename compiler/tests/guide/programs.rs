//! Every `nn` block of the guide and the README is a whole program that compiles without a warning.

use tapeless_compiler::elaborate::Loader;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::render::render_plain;
use tapeless_grammar::span::{FileId, Sources};

use crate::pages;

/// Whatever a program `use`s is there.
struct AnyFile;

impl Loader for AnyFile {
    fn load(&mut self, _: FileId, path: &str) -> Result<(String, String), String> {
        Ok((path.to_owned(), "fn twice(x) = x + x;\n".to_owned()))
    }
}

#[test]
fn programs_compile() {
    let mut count = 0;
    let mut faults = Vec::new();
    for (name, text) in pages::all() {
        for block in pages::blocks(&text, "nn") {
            let mut sources = Sources::new();
            let root = sources.add(name.clone(), block);
            let made = compile(&mut sources, root, &mut AnyFile, &Options::default());
            if !made.diagnostics.is_empty() {
                faults.push(render_plain(&sources, &made.diagnostics));
            }
            count += 1;
        }
    }
    assert!(faults.is_empty(), "{} of {count} programs:\n{}", faults.len(), faults.join("\n"));
    println!("{count} programs");
    assert!(count >= 100, "{count} programs");
}
