//! Random programs without rustc: what must hold of each, and how often everything occurs in them.

use std::collections::BTreeMap;

use tapeless_compiler::elaborate::documentation;
use tapeless_compiler::ops;
use tapeless_grammar::span::Sources;
use tapeless_grammar::tree::ItemKind;
use tapeless_tests_random::generate::{Program, Size, program};
use tapeless_tests_random::{check, networks, operations, shrunk};

/// Programs of the ordinary run; `TAPELESS_RANDOM_COUNT` says another number, `TAPELESS_RANDOM_FROM` the first seed.
const COUNT: u64 = 100;
/// Programs in which everything must occur: those of the slow suite.
const ALL: u64 = 2_000;
/// As often as this.
const LEAST: usize = 20;

#[test]
fn programs_hold() {
    let from = number("TAPELESS_RANDOM_FROM", 0);
    let count = number("TAPELESS_RANDOM_COUNT", COUNT);
    let (mut entries, mut kinks) = (0, 0);
    let mut faults = Vec::new();
    for seed in from..from + count {
        for size in [Size::Small, Size::Large] {
            let program = program(seed, size);
            match tried(&program.text) {
                Ok(looked) => {
                    entries += looked.0;
                    kinks += looked.1;
                }
                Err(error) => faults.push(format!("seed {seed}, {size:?}: {error}\n{}", smallest(&program, &error))),
            }
        }
    }
    println!("{} programs, {entries} entries of gradients compared with differences, {kinks} at kinks", 2 * count);
    assert!(faults.is_empty(), "{} of {} programs:\n{}", faults.len(), 2 * count, faults.join("\n\n"));
}

fn tried(text: &str) -> Result<(usize, usize), String> {
    let looked = std::panic::catch_unwind(|| check(text)).unwrap_or_else(|_| Err("it panics".to_owned()))?;
    Ok((looked.entries, looked.kinks))
}

/// A program with the same fault and fewer lines; one that is not valid as it is.
fn smallest(program: &Program, error: &str) -> String {
    if networks(&program.text).is_err() {
        return program.text.clone();
    }
    let begin = |error: &str| error.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
    let same = |text: &str| networks(text).is_ok() && tried(text).is_err_and(|other| begin(&other) == begin(error));
    shrunk(&program.text, &same)
}

/// Every operation, item of the prelude and kind of statement.
#[test]
fn everything_occurs() {
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for op in ops::ALL {
        counts.insert(("operation", op.name.to_owned()), 0);
    }
    for (file, text) in documentation() {
        let mut sources = Sources::new();
        let id = sources.add(*file, *text);
        for item in tapeless_grammar::parse(&sources, id).expect("the prelude parses").items {
            let (ItemKind::Fn(function) | ItemKind::Layer(function) | ItemKind::Optimizer(function)) = &item.kind else { continue };
            if !item.doc[0].starts_with("For ") {
                counts.insert(("prelude", function.name.text.clone()), 0);
            }
        }
    }
    for word in STATEMENTS {
        counts.insert(("statement", (*word).to_owned()), 0);
    }
    for seed in 0..ALL {
        let program = program(seed, Size::Small);
        // In how many programs, not how often in one.
        let mut here: Vec<(&str, String)> = Vec::new();
        let names = operations(&program.text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", program.text));
        here.extend(names.into_iter().map(|name| ("operation", name.to_owned())));
        for item in names_of(&program.text) {
            here.push(("prelude", item.to_owned()));
        }
        for word in STATEMENTS {
            if program.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == *word) {
                here.push(("statement", (*word).to_owned()));
            }
        }
        here.sort();
        here.dedup();
        for key in here {
            counts.entry(key).and_modify(|count| *count += 1);
        }
    }
    for ((kind, name), count) in &counts {
        println!("{kind} {name}: {count}");
    }
    let rare: Vec<String> = counts
        .iter()
        .filter(|((kind, name), count)| **count < LEAST && !ELSEWHERE.contains(&(*kind, name.as_str())))
        .map(|((kind, name), count)| format!("{kind} {name}: {count}"))
        .collect();
    assert!(rare.is_empty(), "in fewer than {LEAST} of {ALL} programs:\n{}", rare.join("\n"));
}

/// Words that begin statements or stand in them.
const STATEMENTS: &[&str] = &[
    "input",
    "target",
    "let",
    "mut",
    "param",
    "const",
    "shared",
    "buffer",
    "output",
    "loss",
    "metric",
    "optimizer",
    "freeze",
    "precision",
    "budget",
    "assert",
    "for",
    "if",
    "else",
    "yield",
    "training",
    "fn",
    "layer",
    "state",
    "unroll",
    "batch",
];

/// What no graph holds when it is derived: an index becomes a real where a plan asks for it.
const ELSEWHERE: &[(&str, &str)] = &[("operation", "real_of_index")];

/// The words of a text.
fn names_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
