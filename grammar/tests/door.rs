//! Every program is also a sequence of Rust tokens, and means the same through the macro's door.

#![cfg(feature = "tokens")]

mod support;

use std::str::FromStr;

use proc_macro2::TokenStream;
use support::{program, right_programs, tree};
use tapeless_grammar::tokens::{text_of, text_with_lines};

#[test]
fn every_program_is_rust_tokens_and_gives_the_same_tree() {
    let programs = right_programs();
    assert!(programs.len() >= 15);
    for (name, text) in programs {
        let stream = TokenStream::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (written, _) = text_of(stream);
        let through = tree(&written).unwrap_or_else(|errors| panic!("{name}: {errors:?}\n{written}"));
        assert_eq!(program(&tree(&text).unwrap()), program(&through), "{name}\n{written}");
    }
}

#[test]
fn the_text_written() {
    let rows = [
        ("let h=x|>fc1:dense(16);", "let h = x |> fc1: dense(16);"),
        ("block.0.1.weight[0,..,2..5,-1]", "block.0.1.weight[0, .., 2..5, -1]"),
        ("a&&!b||c!=d", "a && !b || c != d"),
        ("- - a ^ -2", "--a ^ -2"),
        ("yield [1]", "yield [1]"),
        ("f(a)[0](b)", "f(a)[0](b)"),
        ("/// one \"two\"\nlet a = 1;", "/// one \"two\"\nlet a = 1;"),
        ("/** a\n b */ let a = 1;", "/** a\n b */\nlet a = 1;"),
        ("//! inner\nlet a = 1;", "//! inner\nlet a = 1;"),
        ("#[doc = \"x\\ty\"] let", "///x\ty\nlet"),
        ("#[doc = r\"\\x\"] let", "///\\x\nlet"),
        ("1e-3 + 0.5 * 65_536", "1e-3 + 0.5 * 65_536"),
    ];
    for (text, expected) in rows {
        assert_eq!(text_of(TokenStream::from_str(text).unwrap()).0.trim_end(), expected, "{text}");
    }
}

#[test]
fn lines_are_kept_where_they_are_known() {
    let text = "network A {\n    input x: [2];\n\n    let h = x\n    |> relu;\n    /// Doc.\n    output p = h;\n}";
    let stream = TokenStream::from_str(text).unwrap();
    assert_eq!(text_with_lines(stream, &|span| Some(span.start().line)).0, text);
}

#[test]
fn errors_find_their_tokens() {
    use tapeless_grammar::{parse, span::Sources};
    let text = "network A { let a = x |> relu + 1; let b = 3 }";
    let (written, table) = text_of(TokenStream::from_str(text).unwrap());
    let mut sources = Sources::new();
    let file = sources.add("nn!", written);
    let errors = parse(&sources, file).unwrap_err();
    let found: Vec<(&str, String)> = errors
        .iter()
        .map(|error| {
            let (start, end) = table.ends(error.span().start..error.span().end).unwrap();
            (error.code, text[start.byte_range().start..end.byte_range().end].to_owned())
        })
        .collect();
    assert_eq!(found, [("E0015", "relu + 1".to_owned()), ("E0002", "3".to_owned())]);
    assert!(table.at(0).is_some());
    assert!(table.ends(10_000..10_000).is_some());
}
