//! Nothing that a text says makes the parser overflow, run long or panic.

use std::time::{Duration, Instant};

use tapeless_grammar::{parse, span::Sources};

/// The code of the first error and the time, in a thread with the small stack that tests and build scripts have.
fn outcome(text: String) -> Result<usize, &'static str> {
    let begin = Instant::now();
    let run = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let mut sources = Sources::new();
        let file = sources.add("limits.nn", text);
        parse(&sources, file).map(|program| program.items.len()).map_err(|errors| errors[0].code)
    });
    let outcome = run.unwrap().join().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(1), "took {:?}", begin.elapsed());
    outcome
}

fn nested(before: &str, open: &str, inner: &str, close: &str, after: &str, times: usize) -> String {
    format!("{before}{}{inner}{}{after}", open.repeat(times), close.repeat(times))
}

const SHAPES: &[(&str, &str, &str)] = &[
    ("(", "x", ")"),
    ("[", "x", "]"),
    ("{", "x", "}"),
    ("f(", "x", ")"),
    ("f(a = ", "x", ")"),
    ("a[", "x", "]"),
    ("if c { ", "x", " } else { 1 }"),
    ("if c { 1 } else { ", "x", " }"),
    ("for i in a { yield ", "x", "; }"),
    ("for i in a { ", "x", " }"),
    ("{ let a = ", "x", "; a }"),
    ("x |> f(", "x", ")"),
    ("1 + (", "x", ")"),
    ("- (", "x", ")"),
    ("(2 ^ ", "x", ")"),
];

#[test]
fn nesting_up_to_the_limit_parses_and_beyond_is_a_named_error() {
    for (open, inner, close) in SHAPES {
        let text = |times| nested("fn f(x) = ", open, inner, close, ";", times);
        assert_eq!(outcome(text(49)), Ok(1), "{open}");
        assert_eq!(outcome(text(20_000)), Err("E0021"), "{open}");
    }
    assert_eq!(outcome(nested("fn f(x) = ", "(", "x", ")", ";", 99)), Ok(1));
    assert_eq!(outcome(nested("fn f(x) = ", "(", "x", ")", ";", 101)), Err("E0021"));
    assert_eq!(outcome("/*".repeat(20_000) + &"*/".repeat(20_000)), Err("E0021"));
}

#[test]
fn an_error_deep_inside_takes_no_longer() {
    for (open, _, close) in SHAPES {
        for inner in ["", "3 4", "+", "a =", "let", "x y z"] {
            let text = nested("fn f(x) { let y = ", open, inner, close, "; y }", 48);
            let _ = outcome(text);
            let text = nested("network N { output y = ", open, inner, close, "; }", 48);
            let _ = outcome(text);
        }
    }
}

#[test]
fn long_rows_are_a_named_error() {
    let rows =
        [("x", " + x"), ("x", " ^ x"), ("x", " |> f"), ("x", " && x"), ("x", "[0]"), ("x", ".a"), ("if c { 1 }", " else if c { 1 }")];
    for (first, more) in rows {
        let end = if first.starts_with("if") { " else { 2 };" } else { ";" };
        let text = |times| format!("fn f(x) = {first}{}{end}", more.repeat(times));
        assert_eq!(outcome(text(200)), Ok(1), "{more}");
        assert_eq!(outcome(text(5_000)), Err("E0021"), "{more}");
    }
    assert_eq!(outcome(format!("fn f(x) = {}x;", "- ".repeat(200))), Ok(1));
    assert_eq!(outcome(format!("fn f(x) = {}x;", "- ".repeat(20_000))), Err("E0021"));
    assert_eq!(outcome(format!("network N {{ freeze a{}; }}", ".b".repeat(20_000))), Err("E0021"));
    // Rows within the limit inside each other are not within it together.
    let row = format!("{}x", "x + ".repeat(200));
    assert_eq!(outcome(format!("fn f(x) = {row} + ({row});", row = row.replace("+ x", "* (x)"))), Ok(1));
    assert_eq!(outcome(format!("fn f(x) = ({row}) {};", "+ 1 ".repeat(200))), Err("E0021"));
}

#[test]
fn a_long_text_is_a_named_error() {
    assert_eq!(outcome("// a comment\n".repeat(800_000)), Err("E0022"));
    assert_eq!(outcome("const T = 64;\n".repeat(20)), Ok(20));
}

#[test]
fn many_errors_come_to_an_end() {
    assert_eq!(outcome("network A { let = 3; }\n".repeat(2_000)), Err("E0005"));
    assert_eq!(outcome("'".repeat(100_000)), Err("E0008"));
    assert_eq!(outcome(format!("network A {{ {} }}", "let = 3;\n".repeat(3_000))), Err("E0005"));
}
