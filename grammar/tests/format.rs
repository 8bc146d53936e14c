//! The formatter keeps the tree and every comment, and is done after one go.

mod support;

use support::{program, right_programs, tree};
use tapeless_grammar::format;

/// The comments and documentation of a text, without blanks at the ends of lines.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"']) {
        rest = &rest[at..];
        if rest.starts_with('"') {
            let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
            rest = &rest[end..];
        } else if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            found.push(rest[..end].trim_end().to_owned());
            rest = &rest[end..];
        } else if rest.starts_with("/*") {
            let (mut depth, mut end) = (0, 0);
            while end < rest.len() {
                if rest[end..].starts_with("/*") {
                    depth += 1;
                    end += 2;
                } else if rest[end..].starts_with("*/") {
                    depth -= 1;
                    end += 2;
                    if depth == 0 {
                        break;
                    }
                } else {
                    end += rest[end..].chars().next().map_or(1, char::len_utf8);
                }
            }
            found.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            rest = &rest[1..];
        }
    }
    found
}

#[test]
fn every_program_keeps_its_tree_and_its_comments() {
    let programs = right_programs();
    assert!(programs.len() >= 15);
    for (name, text) in programs {
        let before = tree(&text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let formatted = format(&text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let after = tree(&formatted).unwrap_or_else(|errors| panic!("{name}: {errors:?}\n{formatted}"));
        assert_eq!(program(&before), program(&after), "{name}\n{formatted}");
        assert_eq!(comments(&text), comments(&formatted), "{name}\n{formatted}");
        assert_eq!(format(&formatted).unwrap(), formatted, "{name}: formatting again changes it");
        let long = formatted.lines().find(|line| line.chars().count() > 100 && !line.contains("//"));
        assert_eq!(long, None, "{name}");
    }
}

#[test]
fn the_style() {
    let text = include_str!("programs/comments.nn");
    println!("{}", format(text).unwrap());
}
