//! No text makes the parser or the formatter panic: seeded mutations of all programs, and noise.

mod support;

use std::time::{Duration, Instant};

use support::{comments, program, right_programs, tree};
use tapeless_grammar::{format, parse_item_index, span::Sources};

/// A small generator of numbers: splitmix64.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }
}

const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ":",
    "=",
    "==",
    "|>",
    "..",
    ".",
    "-",
    "->",
    "!",
    "^",
    "@",
    "let ",
    "if ",
    "else ",
    "for ",
    "in ",
    "param ",
    "yield ",
    "network ",
    "layer ",
    "fn ",
    "1",
    "0.5",
    "1e",
    "x",
    "\"",
    "'",
    "//",
    "///",
    "/*",
    "*/",
    "/**",
    "\n",
    " ",
    "é",
    "×",
    "\\",
    "\u{feff}",
    "\0",
    "self",
    "_",
    "const ",
    "optimizer ",
    "loss ",
    "a: ",
    "1.",
    "999999999999999999999",
];

fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..1 + numbers.next(4) {
        let at = numbers.next(chars.len() + 1);
        match numbers.next(4) {
            0 => {
                let end = (at + 1 + numbers.next(6)).min(chars.len());
                chars.drain(at.min(end)..end);
            }
            1 => {
                let piece = PIECES[numbers.next(PIECES.len())];
                chars.splice(at..at, piece.chars());
            }
            2 => {
                let from = numbers.next(chars.len() + 1);
                let part: Vec<char> = chars[from..(from + numbers.next(30)).min(chars.len())].to_vec();
                chars.splice(at..at, part);
            }
            _ if at < chars.len() => {
                let other = numbers.next(chars.len());
                chars.swap(at, other);
            }
            _ => {}
        }
    }
    chars.into_iter().collect()
}

/// Everything there is, on one text; where it parses, formatting keeps its tree.
fn tried(text: &str) -> bool {
    let mut sources = Sources::new();
    let file = sources.add("garbage.nn", text);
    let _ = parse_item_index(&sources, file);
    match tree(text) {
        Ok(before) => {
            let formatted = format(text).unwrap_or_else(|errors| panic!("{text}\n{errors:?}"));
            let after = tree(&formatted).unwrap_or_else(|errors| panic!("{text}\n=>\n{formatted}\n{errors:?}"));
            assert_eq!(program(&before), program(&after), "{text}\n=>\n{formatted}");
            assert_eq!(comments(text), comments(&formatted), "{text}\n=>\n{formatted}");
            assert_eq!(format(&formatted).unwrap(), formatted, "{text}");
            true
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                let span = error.span();
                assert!(span.start <= span.end && span.end as usize <= text.len(), "{error:?}\n{text}");
                assert!(tapeless_grammar::codes::code(error.code).is_some(), "{} has no page", error.code);
                let (line, column) = sources.place(span.file, span.start);
                assert!(line > 0 && column > 0);
            }
            false
        }
    }
}

#[test]
fn mutations_of_programs() {
    let programs = right_programs();
    let set = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let mut numbers = Numbers(set("TAPELESS_FUZZ_SEED").unwrap_or(1));
    let limit = set("TAPELESS_FUZZ_COUNT").unwrap_or(3_000);
    let begin = Instant::now();
    let (mut count, mut parsed) = (0, 0);
    while count < limit && begin.elapsed() < Duration::from_secs(600) {
        let (_, text) = &programs[numbers.next(programs.len())];
        parsed += usize::from(tried(&mutated(text, &mut numbers)));
        count += 1;
    }
    println!("{count} mutations, {parsed} of them programs");
}

#[test]
fn noise() {
    let mut numbers = Numbers(2);
    for _ in 0..5_000 {
        let pieces = numbers.next(40);
        let text: String = (0..pieces).map(|_| PIECES[numbers.next(PIECES.len())]).collect();
        tried(&text);
        tried(&format!("network N {{ {text} }}"));
        tried(&format!("fn f(x) = {text};"));
    }
}
