//! What is done with one program, and what must hold of it.

use std::str::FromStr;

use proc_macro2::TokenStream;
use tapeless_compiler::elaborate::Loader;
use tapeless_compiler::emit::emit;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::{FileId, Sources};
use tapeless_grammar::{codes, format, parse, render, tokens::text_of};

use crate::mutate::Pool;

/// Networks are also written in the form the compiler did not choose, up to this many operations a sample.
const BOTH: usize = 3_000;

/// How far a program came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Came {
    /// It is no program.
    NoText,
    /// It parses.
    Parsed,
    /// All its networks are Rust.
    Compiled,
}

/// `use` finds the programs of the repository by the ends of their names.
struct Files<'a>(&'a Pool);

impl Loader for Files<'_> {
    fn load(&mut self, _: FileId, path: &str) -> Result<(String, String), String> {
        let end = format!("/{}", path.trim_start_matches(['.', '/']));
        let found = self.0.files.iter().find(|(name, _)| name.ends_with(&end));
        found.cloned().ok_or_else(|| "there is no such file".to_owned())
    }
}

/// Everything there is, on one text.
pub(crate) fn tried(text: &str, pool: &Pool) -> Came {
    let before = tree(text);
    formatted(text, before.as_deref());
    door(text, before.as_deref());
    compiled(text, pool, before.is_some())
}

/// The tree without its places; nothing where the text is no program.
fn tree(text: &str) -> Option<String> {
    let mut sources = Sources::new();
    let file = sources.add("fuzz.nn", text);
    match parse(&sources, file) {
        Ok(program) => Some(without_spans(&format!("{program:?}"))),
        Err(errors) => {
            assert!(!errors.is_empty(), "an error that says nothing");
            errors.iter().for_each(|error| sound(error, &sources));
            None
        }
    }
}

/// A tree's debug form without what stands in `Span { … }`.
fn without_spans(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split("Span {");
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        // `FileId(0), start: 1, end: 2 }`
        out.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    out
}

/// A formatted program is the same program, and formatting it again changes nothing.
fn formatted(text: &str, before: Option<&str>) {
    match (format(text), before) {
        (Ok(formatted), Some(before)) => {
            let after = tree(&formatted);
            assert!(after.as_deref() == Some(before), "formatting changes the program to\n{formatted}");
            assert!(format(&formatted).as_deref() == Ok(formatted.as_str()), "formatting again changes\n{formatted}");
        }
        (Err(_), None) => {}
        (result, before) => panic!("the parser says {}, the formatter {result:?}", before.is_some()),
    }
}

/// A program is Rust tokens, and the same program through the macro's door; what is no program is none there.
fn door(text: &str, before: Option<&str>) {
    match (TokenStream::from_str(text), before) {
        (Ok(stream), _) => {
            let (written, table) = text_of(stream);
            let through = tree(&written);
            assert!(
                through.as_deref() == before,
                "through the macro's door it is {}:\n{written}",
                if through.is_some() { "another program" } else { "none" }
            );
            let end = u32::try_from(written.len()).unwrap();
            assert!(written.trim().is_empty() || table.ends(0..end).is_some());
        }
        (Err(error), Some(_)) => panic!("a program that is no Rust tokens: {error}"),
        (Err(_), None) => {}
    }
}

fn compiled(text: &str, pool: &Pool, parsed: bool) -> Came {
    let mut sources = Sources::new();
    let root = sources.add("fuzz.nn", text);
    let made = compile(&mut sources, root, &mut Files(pool), &Options::default());
    made.diagnostics.iter().for_each(|diagnostic| sound(diagnostic, &sources));
    for (generated, network) in made.networks.iter().zip(&made.elaborated) {
        rust(&generated.text);
        if generated.report.train_operations <= BOTH {
            let other = if generated.report.emit == Emit::Unrolled { Emit::Kernels } else { Emit::Unrolled };
            match emit(network, &sources, &Options { emit: Some(other), ..Options::default() }) {
                Ok(generated) => rust(&generated.text),
                Err(error) => sound(&error, &sources),
            }
        }
    }
    match (parsed, made.has_errors()) {
        (false, false) => panic!("no program, and no error"),
        (false, true) => Came::NoText,
        (true, true) => Came::Parsed,
        (true, false) => Came::Compiled,
    }
}

/// Its code has a page, its places exist, and it can be shown.
fn sound(diagnostic: &Diagnostic, sources: &Sources) {
    assert!(codes::code(diagnostic.code).is_some(), "{} has no page", diagnostic.code);
    assert!(!diagnostic.message.is_empty() && !diagnostic.labels.is_empty(), "{diagnostic:?}");
    for label in &diagnostic.labels {
        let text = &sources.file(label.span.file).text;
        let inside = text.get(label.span.start as usize..label.span.end as usize);
        assert!(inside.is_some(), "a place outside its text: {diagnostic:?}");
    }
    let one = std::slice::from_ref(diagnostic);
    assert!(!render::render_plain(sources, one).is_empty() && !render::json(sources, one).is_empty());
}

/// What was written is a file of Rust.
fn rust(text: &str) {
    if let Err(error) = syn::parse_file(text) {
        panic!("written, but no Rust: {error} in\n{text}");
    }
}
