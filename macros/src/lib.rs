//! The macros of Tapeless: `nn! { … }` and `nn_file!("…")`. Tokens in, tokens out: the compiler does the work.
//!
//! They are called through the shells `tapeless::nn!` and `tapeless::nn_file!`, which put `($crate)` before the program: a path to the
//! facade that holds even where the dependency has another name.

use std::str::FromStr;

use proc_macro2::{Delimiter, Literal, Span, TokenStream, TokenTree};
use tapeless_compiler::Options;
use tapeless_compiler::loader::Disk;
use tapeless_grammar::span::Sources;
use tapeless_grammar::tokens::{SpanTable, text_with_lines};

mod output;
mod places;
mod stub;

use output::Output;
use stub::Stub;

/// `nn_expand! { ($crate) program }`
#[proc_macro]
pub fn nn_expand(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (facade, program) = split(input.into());
    let (text, table) = text_with_lines(program.clone(), &|span| Some(span.unwrap().line()));
    expand("nn!", text, Place { table, otherwise: Span::call_site() }, facade, stub::networks(program)).into()
}

/// `nn_file_expand! { ($crate) "nets/moons.nn" }`
#[proc_macro]
pub fn nn_file_expand(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let (facade, path) = split(input.into());
    let ends = || path.clone().into_iter().map(|tree| tree.span());
    let (first, last) = (ends().next().unwrap_or_else(Span::call_site), ends().last().unwrap_or_else(Span::call_site));
    let Some(path) = literal(path) else {
        return output::error("expected the path of a file in quotes: `nn_file!(\"nets/moons.nn\")`", first, last).into();
    };
    let (name, span) = (path.to_string().trim_matches('"').to_owned(), path.span());
    match Disk::text(&base(), &name) {
        Ok(text) => {
            let networks = stub::networks(TokenStream::from_str(&text).unwrap_or_default());
            expand(&name, text, Place { table: SpanTable::default(), otherwise: span }, facade, networks).into()
        }
        Err(why) => {
            output::error(&format!("the file `{name}`, seen from the folder of Cargo.toml, cannot be read: {why} [E0192]"), span, span)
                .into()
        }
    }
}

/// The first token, where it is a literal; what another macro hands over may be wrapped.
fn literal(stream: TokenStream) -> Option<Literal> {
    match stream.into_iter().next()? {
        TokenTree::Literal(literal) => Some(literal),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => literal(group.stream()),
        _ => None,
    }
}

/// Where the program's text comes from in the user's source.
struct Place {
    table: SpanTable,
    otherwise: Span,
}

fn expand(name: &str, text: String, place: Place, facade: TokenStream, networks: Vec<Stub>) -> TokenStream {
    let mut sources = Sources::new();
    let root = sources.add(name, text);
    let mut disk = Disk::new(base(), root, name);
    let alloc = cfg!(feature = "alloc");
    let threads = cfg!(feature = "threads");
    let options =
        Options { root: "::tapeless::rt".to_owned(), facade: "::tapeless".to_owned(), alloc, tests: alloc, threads, ..Options::default() };
    let compilation = tapeless_compiler::compile(&mut sources, root, &mut disk, &options);

    let mut output = Output::new(&sources, root, place, facade);
    for generated in &compilation.networks {
        output.network(generated);
    }
    for diagnostic in &compilation.diagnostics {
        output.diagnostic(diagnostic);
    }
    let written = |stub: &Stub| compilation.networks.iter().any(|generated| generated.name == stub.name);
    let missing: Vec<Stub> = networks.into_iter().filter(|stub| !written(stub)).collect();
    if name != "nn!" {
        output.file(name);
    }
    disk.files().iter().for_each(|file| output.file(file));
    let taken = compilation.networks.iter().map(|generated| generated.module.clone()).collect();
    output.finish(&missing, taken)
}

/// The folder of the user's Cargo.toml; where there is none, the current one.
fn base() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(Default::default, Into::into)
}

/// The path in the leading brackets, and the program after it.
fn split(input: TokenStream) -> (TokenStream, TokenStream) {
    let mut trees = input.into_iter();
    match trees.next() {
        Some(TokenTree::Group(facade)) if facade.delimiter() == Delimiter::Parenthesis => (facade.stream(), trees.collect()),
        first => (TokenStream::from_str("::tapeless").unwrap_or_default(), first.into_iter().chain(trees).collect()),
    }
}
