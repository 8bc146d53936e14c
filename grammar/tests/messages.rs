//! Wrong programs, and everything that is said of them: line and column, code, message, help.

use std::fs;
use std::path::Path;

use tapeless_grammar::parse;
use tapeless_grammar::span::Sources;

/// All errors, a line each.
fn told(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("wrong.nn", text);
    let errors = parse(&sources, file).err().unwrap_or_default();
    let lines = errors.iter().map(|error| {
        let (line, column) = sources.place(file, error.span().start);
        let help = error.help.as_ref().map_or(String::new(), |help| format!(" | {help}"));
        format!("{line}:{column} {} {}{help}\n", error.code, error.message)
    });
    lines.collect()
}

/// A file of `tests/wrong`: a program, a line of dashes, and what is said of it.
fn golden(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong").join(name);
    let text = fs::read_to_string(&path).unwrap();
    let (program, expected) = text.split_once("----\n").unwrap();
    let found = told(program);
    if std::env::var_os("TAPELESS_BLESS").is_some() {
        fs::write(&path, format!("{program}----\n{found}")).unwrap();
        return;
    }
    assert_eq!(found, expected, "{name}: bless with `TAPELESS_BLESS=1 cargo test -p tapeless-grammar --test messages`");
}

#[test]
fn several_independent_errors_come_at_once() {
    golden("statements.txt");
    golden("items.txt");
    golden("tokens.txt");
}

#[test]
fn brackets() {
    assert_eq!(told("network A {\n    let a = (3 + [4, 5);\n}"), "2:23 E0004 expected `]`, found `)` | write `]` where the part ends\n");
    assert_eq!(told("network A {\n    let a = (3 + [4, 5];\n}"), "2:13 E0003 `(` is never closed | write `)` where the part ends\n");
    assert_eq!(told("network A {\n    for i in 0..3 {\n    let b = 3;\n}\n"), "1:11 E0003 `{` is never closed\n");
    assert_eq!(told("network A { } }"), "1:15 E0004 `}` closes nothing\n");
    assert_eq!(told("fn f(x) = [1, 2;"), "1:11 E0003 `[` is never closed\n");
}

#[test]
fn nothing_is_said_of_what_is_right() {
    assert_eq!(told(""), "");
    assert_eq!(told("// only a comment"), "");
    assert_eq!(told("network A {}"), "");
}
