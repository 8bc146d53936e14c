//! Wrong programs through the macro: each error on the right token, with its message, its code and what to write instead, and nothing
//! told twice. `TRYBUILD=overwrite cargo test --test ui` writes what rustc says beside each program; look at it before it is kept.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn wrong_programs() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// The programs with what rustc is to say.
fn expected() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "stderr"));
    paths.sort();
    paths.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn they_cover_the_codes() {
    let mut codes = BTreeSet::new();
    let programs = expected();
    for (_, said) in &programs {
        let starts = said.match_indices(" [E0").chain(said.match_indices(" [W0")).map(|(at, _)| at + 2);
        codes.extend(starts.filter_map(|at| said.get(at..at + 5)).filter(|code| tapeless_grammar::codes::code(code).is_some()));
    }
    assert!(programs.len() >= 50, "{} programs", programs.len());
    assert!(codes.len() >= 40, "{} codes: {codes:?}", codes.len());
}

#[test]
fn nothing_follows_up() {
    // What rustc says of its own accord where a name, a type or a method is missing; two programs ask for it.
    let own = ["cannot find", "E0412", "E0425", "E0433", "E0432", "E0599", "E0282", "type annotations needed", "unresolved"];
    for (name, said) in expected().iter().filter(|(name, _)| name != "form_empty_call") {
        let found: Vec<&&str> = own.iter().filter(|text| said.contains(**text)).collect();
        assert!(found.is_empty(), "{name}: {found:?} in\n{said}");
    }
}
