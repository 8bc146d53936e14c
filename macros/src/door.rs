//! The door: a macro's tokens become the first file of a compilation, and what is to be said about it becomes errors and warnings on
//! those tokens.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::{FileId, Sources};
use tapeless_grammar::tokens::{SpanTable, text_with_lines};

/// The body of `nn! { … }` as a file named `nn!`, with its lines and columns in the Rust file, and the table of its tokens.
pub(crate) fn open(body: TokenStream) -> (Sources, FileId, SpanTable) {
    let first = body.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span());
    let place = |span: Span| span.unwrap().start();
    let (text, table) = text_with_lines(body, &|span| Some(place(span).line()));
    let mut sources = Sources::new();
    let origin = (to_u32(place(first).line()), to_u32(place(first).column()));
    let file = sources.add_at("nn!", text, origin);
    (sources, file, table)
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(1)
}

/// Each diagnostic on its tokens: `compile_error!` for an error, the use of a deprecated item for a warning. What belongs to another
/// file is told at the whole macro, with its place in words.
pub(crate) fn report(diagnostics: &[Diagnostic], sources: &Sources, body: FileId, table: &SpanTable) -> TokenStream {
    diagnostics.iter().map(|diagnostic| told(diagnostic, sources, body, table)).collect()
}

fn told(diagnostic: &Diagnostic, sources: &Sources, body: FileId, table: &SpanTable) -> TokenStream {
    let at = diagnostic.span();
    let ends = if at.file == body { table.ends(at.start..at.end) } else { None };
    let (start, end) = ends.unwrap_or_else(|| (Span::call_site(), Span::call_site()));
    let text = words(diagnostic, sources, body);
    if diagnostic.is_error() {
        return compile_error(&text, start, end);
    }
    let code = Ident::new(diagnostic.code, start);
    quote_spanned! {start=>
        const _: () = {
            #[deprecated(note = #text)]
            #[allow(non_upper_case_globals)]
            const #code: () = ();
            #code
        };
    }
}

/// The message, its other places and its help, in lines.
fn words(diagnostic: &Diagnostic, sources: &Sources, body: FileId) -> String {
    let mut text = format!("{} [{}]", diagnostic.message, diagnostic.code);
    for (i, label) in diagnostic.labels.iter().enumerate() {
        let primary = i == 0;
        let elsewhere = label.span.file != body;
        if label.text.is_empty() && !(primary && elsewhere) {
            continue;
        }
        let (line, column) = sources.place(label.span.file, label.span.start);
        let place = match (primary, elsewhere) {
            (true, false) => String::new(),
            (_, true) => format!("{}:{line}:{column}: ", sources.file(label.span.file).name),
            (false, false) => format!("line {line}, `{}`: ", sources.text(label.span)),
        };
        text.push_str(&format!("\n  {place}{}", label.text));
    }
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    text
}

/// `::core::compile_error! { "…" }`, from `start` to `end`.
fn compile_error(text: &str, start: Span, end: Span) -> TokenStream {
    let punct = |c, spacing| {
        let mut punct = Punct::new(c, spacing);
        punct.set_span(start);
        TokenTree::Punct(punct)
    };
    let mut literal = Literal::string(text);
    literal.set_span(end);
    let mut group = Group::new(Delimiter::Brace, TokenTree::Literal(literal).into());
    group.set_span(end);
    TokenStream::from_iter([
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        TokenTree::Ident(Ident::new("core", start)),
        punct(':', Spacing::Joint),
        punct(':', Spacing::Alone),
        TokenTree::Ident(Ident::new("compile_error", start)),
        punct('!', Spacing::Alone),
        TokenTree::Group(group),
    ])
}
