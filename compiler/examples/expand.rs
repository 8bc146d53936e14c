//! Prints the Rust of a `.nn` file: `cargo run -p tapeless-compiler --example expand -- FILE [kernels|unrolled|auto] [threads]`.

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::span::Sources;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap_or_default();
    let emit = match args.next().as_deref() {
        Some("kernels") => Some(Emit::Kernels),
        Some("unrolled") => Some(Emit::Unrolled),
        _ => None,
    };
    let threads = args.next().as_deref() == Some("threads");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let mut sources = Sources::new();
    let root = sources.add(path, text);
    let start = std::time::Instant::now();
    let done = compile(&mut sources, root, &mut NoFiles, &Options { emit, threads, ..Options::default() });
    eprintln!("{:?}", start.elapsed());
    for diagnostic in &done.diagnostics {
        eprintln!(
            "{} {:?}: {} {:?}",
            diagnostic.code,
            sources.line_column(diagnostic.span().file, diagnostic.span().start),
            diagnostic.message,
            diagnostic.help
        );
    }
    print!("{}", done.text());
}
