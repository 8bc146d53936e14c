//! How diagnostics look.

use tapeless_grammar::parse;
use tapeless_grammar::render::{json, json_string};
use tapeless_grammar::span::Sources;

fn wrong(text: &str, origin: (u32, u32)) -> (Sources, Vec<tapeless_grammar::diagnostic::Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add_at("nets/a.nn", text, origin);
    let errors = parse(&sources, file).unwrap_err();
    (sources, errors)
}

#[test]
fn as_json() {
    let (sources, errors) = wrong("network A {\n    let a = 1 < 2 < 3;\n}\n", (1, 1));
    assert_eq!(
        json(&sources, &errors),
        "[{\"severity\": \"error\", \"code\": \"E0014\", \"message\": \"comparisons do not chain\", \"file\": \"nets/a.nn\", \
         \"line\": 2, \"column\": 19, \"start\": 30, \"end\": 31, \"help\": \"write `a < b && b < c`\"}]"
    );
    let (sources, errors) = wrong("A {", (10, 5));
    let text = json(&sources, &errors);
    assert!(text.contains("\"line\": 10, \"column\": 7, \"start\": 2, \"end\": 3, \"help\": null"), "{text}");
    assert_eq!(json_string("a\"\\\n\t\u{1}é"), "\"a\\\"\\\\\\n\\t\\u0001é\"");
    assert_eq!(json(&sources, &[]), "[]");
}

#[cfg(feature = "render")]
#[test]
fn on_a_terminal() {
    use tapeless_grammar::render::{render_ansi, render_plain};
    let (sources, errors) = wrong("network A {\n    let a = 1 < 2 < 3;\n    let b = a\n}\n", (1, 1));
    let expected = "\
error[E0014]: comparisons do not chain
 --> nets/a.nn:2:19
  |
2 |     let a = 1 < 2 < 3;
  |               -   ^
  |               |
  |               the first comparison
  |
  = help: write `a < b && b < c`

error[E0002]: expected `;` after the statement
 --> nets/a.nn:3:14
  |
3 |     let b = a
  |              ^
  |
  = help: put `;` here
";
    assert_eq!(render_plain(&sources, &errors), expected);
    assert!(render_ansi(&sources, &errors).contains("\u{1b}["));

    // Inside a Rust file, lines and columns are the file's.
    let (sources, errors) = wrong("A { }\nfn é(x) = x;", (10, 5));
    let expected = "\
error[E0017]: `A` begins no item
  --> nets/a.nn:10:5
   |
10 |     A { }
   |     ^
   |
   = help: a file holds `network`, `layer`, `fn`, `optimizer`, `const` and `use`

error[E0026]: `é` is not a name: names are made of the letters a to z and A to Z, digits and `_`
  --> nets/a.nn:11:4
   |
11 | fn é(x) = x;
   |    ^
   |
   = help: write `e`
";
    assert_eq!(render_plain(&sources, &errors), expected);
}
