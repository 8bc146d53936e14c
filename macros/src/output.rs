//! What the macros write: the networks with the program's own spans, errors and warnings at the program's own tokens.

use std::collections::BTreeMap;
use std::str::FromStr;

use proc_macro2::{Group, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use tapeless_compiler::emit::Generated;
use tapeless_grammar::diagnostic::{Diagnostic, Label};
use tapeless_grammar::span::{FileId, Sources};

use crate::Place;
use crate::places::placed;
use crate::stub::{self, Stub};

/// What has been written so far.
pub(crate) struct Output<'a> {
    sources: &'a Sources,
    root: FileId,
    place: Place,
    /// The path to the facade.
    facade: TokenStream,
    items: TokenStream,
    /// Messages with the spans of their first and last token.
    errors: Vec<(String, Span, Span)>,
}

impl<'a> Output<'a> {
    pub(crate) fn new(sources: &'a Sources, root: FileId, place: Place, facade: TokenStream) -> Output<'a> {
        Output { sources, root, place, facade, items: TokenStream::new(), errors: Vec::new() }
    }

    /// A network's items. The names that come from the program get its spans, so that an editor finds one from the other.
    pub(crate) fn network(&mut self, generated: &Generated) {
        let mut names = BTreeMap::new();
        for (name, span) in &generated.names {
            if span.file == self.root
                && let Some(span) = self.place.table.at(span.start)
            {
                names.entry(name.as_str()).or_insert(span);
            }
        }
        // By rustc alone: `proc_macro2` would read the text once before, by its own lexer, which here runs unoptimised.
        match proc_macro::TokenStream::from_str(&generated.text) {
            Ok(stream) => self.items.extend(placed(stream.into(), &self.facade, &names)),
            Err(error) => {
                let message = format!("the code written for `{}` is no Rust: {error}; please report this", generated.name);
                self.errors.push((message, self.place.otherwise, self.place.otherwise));
            }
        }
    }

    /// An error, or a warning: a macro cannot warn, but what it writes can use something deprecated.
    pub(crate) fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        let (first, last) = self.ends(diagnostic);
        let message = self.message(diagnostic);
        if diagnostic.is_error() {
            self.errors.push((message, first, last));
        } else {
            let name = quote_spanned!(first.resolved_at(Span::call_site())=> nn_warning);
            self.items.extend(quote! {
                const _: () = {
                    #[deprecated(note = #message)]
                    #[allow(non_upper_case_globals, reason = "named for how it reads in the warning")]
                    const nn_warning: () = ();
                    #name
                };
            });
        }
    }

    /// A file that was read: cargo has to look at it.
    pub(crate) fn file(&mut self, name: &str) {
        let name = format!("/{name}");
        self.items.extend(quote! {
            const _: &[u8] = ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #name));
        });
    }

    /// All of it; `missing` are the networks that have errors, `taken` the modules of the others.
    pub(crate) fn finish(self, missing: &[Stub], taken: Vec<String>) -> TokenStream {
        let mut errors = self.errors.into_iter();
        let mut items = self.items;
        if !missing.is_empty() {
            let (message, first, last) = errors.next().unwrap_or_else(|| {
                let why = format!(
                    "no code was written for `{}` and no error was given; please report this",
                    missing.iter().map(|stub| stub.name.as_str()).collect::<Vec<_>>().join("`, `")
                );
                (why, self.place.otherwise, self.place.otherwise)
            });
            let stubs = stub::items(missing, taken, &error(&message, first, last));
            items.extend(placed(stubs, &self.facade, &BTreeMap::new()));
        }
        errors.for_each(|(message, first, last)| items.extend(error(&message, first, last)));
        items
    }

    fn ends(&self, diagnostic: &Diagnostic) -> (Span, Span) {
        let span = diagnostic.span();
        let ends = if span.file == self.root { self.place.table.ends(span.start..span.end) } else { None };
        ends.unwrap_or((self.place.otherwise, self.place.otherwise))
    }

    /// The message; then what rustc does not show by itself: the other places, and the first where it lies in another file.
    fn message(&self, diagnostic: &Diagnostic) -> String {
        let mut message = format!("{} [{}]", diagnostic.message, diagnostic.code);
        for (i, label) in diagnostic.labels.iter().enumerate() {
            let shown = i == 0 && label.span.file == self.root && self.place.table.ends(label.span.start..label.span.end).is_some();
            match (shown, label.text.as_str()) {
                (true, "") => {}
                (true, text) => message.push_str(&format!("\n  here: {text}")),
                (false, text) => {
                    message.push_str(&format!("\n  {}{}", self.quoted(label), if text.is_empty() { "" } else { " ← " }.to_owned() + text))
                }
            }
        }
        if let Some(help) = &diagnostic.help {
            message.push_str(&format!("\n  help: {help}"));
        }
        message
    }

    /// `nets/moons.nn:3:5: the line`; in the macro's body `line 12: the line`.
    fn quoted(&self, label: &Label) -> String {
        let file = label.span.file;
        let (line, column) = self.sources.line_column(file, label.span.start);
        let (_, text) = self.sources.line(file, label.span.start);
        let token = if file == self.root { self.place.table.at(label.span.start) } else { None };
        match token {
            Some(token) => format!("line {}: {}", token.unwrap().line(), text.trim()),
            None => format!("{}:{line}:{column}: {}", self.sources.file(file).name, text.trim()),
        }
    }
}

/// `compile_error!` that underlines all from the one span to the other.
pub(crate) fn error(message: &str, first: Span, last: Span) -> TokenStream {
    let mut text = Literal::string(message);
    text.set_span(last);
    let mut body = Group::new(proc_macro2::Delimiter::Brace, TokenTree::from(text).into());
    body.set_span(last);
    let mut out = quote_spanned!(first=> ::core::compile_error!);
    out.extend([TokenTree::from(body)]);
    out
}
