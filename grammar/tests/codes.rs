//! The pages of the codes: their wrong examples earn the code, their right ones parse.

mod support;

use support::tree;
use tapeless_grammar::codes::{all, code};

/// The `nn` examples of a page under a heading.
fn example(page: &str, heading: &str) -> Option<String> {
    let rest = &page[page.find(heading)? + heading.len()..];
    let rest = &rest[rest.find("```nn\n")? + 6..];
    Some(rest[..rest.find("```")?].to_owned())
}

#[test]
fn codes_are_in_order_and_found() {
    let codes: Vec<&str> = all().map(|info| info.code).collect();
    for pair in codes.windows(2) {
        assert!(pair[0] < pair[1], "{pair:?}");
    }
    assert_eq!(code("E0001").map(|info| info.code), Some("E0001"));
    assert!(code("E9999").is_none());
}

#[test]
fn examples_of_syntax_earn_their_codes() {
    for info in all().filter(|info| info.code.starts_with("E00")) {
        let right = example(info.page, "Right:").unwrap_or_else(|| panic!("{} has no right example", info.code));
        assert!(tree(&right).is_ok(), "{}: {:?}", info.code, tree(&right));
        let Some(wrong) = example(info.page, "Wrong:") else {
            assert!(matches!(info.code, "E0021" | "E0022"), "{} has no wrong example", info.code);
            continue;
        };
        let errors = tree(&wrong).unwrap_err();
        assert_eq!(errors[0].code, info.code, "{wrong}\n{errors:?}");
    }
}
