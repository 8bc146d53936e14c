//! How long the compiler takes from text to text, for the networks of Rust files (in `nn! { … }`) and of `.nn` files: the fastest of five.
//!
//! Users' builds run the macro unoptimised, so that is what to measure:
//! `cargo run -p tapeless-compiler --example expansion --config profile.dev.opt-level=0 -- examples/*.rs benches/networks/*.nn`.
//! It fails where a file takes longer than [`MOST`].

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use proc_macro2::{TokenStream, TokenTree};
use tapeless_compiler::loader::Disk;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::span::Sources;
use tapeless_grammar::tokens::text_of;

/// The bar.
const MOST: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in std::env::args().skip(1) {
        let path = Path::new(&file);
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let programs = match path.extension().is_some_and(|extension| extension == "rs") {
            true => programs(text.parse().unwrap_or_default()),
            false => vec![text],
        };
        if programs.is_empty() {
            continue;
        }
        let fastest = (0..5).map(|_| programs.iter().map(|program| time(path, program)).sum::<Duration>()).min().unwrap_or_default();
        let over = fastest > MOST;
        println!("{file:<40} {:>6.1} ms{}", fastest.as_secs_f64() * 1e3, if over { "  too long" } else { "" });
        if over {
            code = ExitCode::FAILURE;
        }
    }
    code
}

fn time(path: &Path, program: &str) -> Duration {
    let mut sources = Sources::new();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let root = sources.add(&name, program.to_owned());
    let mut files = Disk::new(path.parent().map(Path::to_owned).unwrap_or_default(), root, &name);
    let start = Instant::now();
    let done = compile(&mut sources, root, &mut files, &Options::default());
    let time = start.elapsed();
    assert!(!done.has_errors(), "{}: {:?}", path.display(), done.diagnostics);
    time
}

/// What stands in the file's `nn! { … }`.
fn programs(stream: TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let program = |window: &[TokenTree]| match window {
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(body)] if name == "nn" => Some(text_of(body.stream()).0),
        _ => None,
    };
    trees.windows(3).filter_map(program).collect()
}
