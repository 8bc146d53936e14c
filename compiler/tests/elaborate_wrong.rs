//! Wrong programs: `wrong/*.nn` carry `//~ E0123 text` on each line that earns a diagnostic, and nothing else may be told.

use std::collections::BTreeSet;
use std::path::Path;

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_grammar::codes;
use tapeless_grammar::span::Sources;

/// What a program's marks expect: line, code, a part of what is said.
fn marks(text: &str) -> Vec<(u32, String, String)> {
    let lines = text.lines().enumerate().filter_map(|(i, line)| line.split_once("//~ ").map(|(_, mark)| (i as u32 + 1, mark)));
    lines
        .map(|(line, mark)| {
            let (code, said) = mark.split_once(' ').unwrap_or((mark, ""));
            (line, code.to_owned(), said.trim().to_owned())
        })
        .collect()
}

#[test]
fn wrong_programs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wrong");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let wanted = marks(&text);
        let mut sources = Sources::new();
        let root = sources.add(name.clone(), text);
        let made = elaborate(&mut sources, root, &mut NoFiles);
        let mut told: Vec<(u32, String, String)> = made
            .diagnostics
            .iter()
            .map(|d| {
                let labels: Vec<&str> = d.labels.iter().map(|label| label.text.as_str()).collect();
                let said = format!("{} | {} | {}", d.message, labels.join(" | "), d.help.as_deref().unwrap_or(""));
                (if d.span().file == root { sources.line_column(root, d.span().start).0 } else { 0 }, d.code.to_owned(), said)
            })
            .collect();
        told.sort();
        let fits = told.len() == wanted.len() && told.iter().zip(&wanted).all(|(t, w)| t.0 == w.0 && t.1 == w.1 && t.2.contains(&w.2));
        if !fits {
            faults.push(format!("{name}\n  wanted {wanted:?}\n  told   {told:?}"));
        }
        seen.extend(wanted.into_iter().map(|(_, code, _)| code));
    }
    assert!(faults.is_empty(), "{} of {} programs:\n{}", faults.len(), paths.len(), faults.join("\n"));
    assert!(paths.len() >= 150, "{} wrong programs", paths.len());
    assert!(seen.len() >= 45, "{} codes: {seen:?}", seen.len());
    let unknown: Vec<&String> = seen.iter().filter(|code| codes::code(code).is_none()).collect();
    assert!(unknown.is_empty(), "codes without a page: {unknown:?}");
}

/// The programs after `Wrong:` and `Right:` in a page.
fn example(page: &str, which: &str) -> Option<String> {
    let (_, rest) = page.split_once(which)?;
    let (_, rest) = rest.split_once("```nn\n")?;
    rest.split_once("```").map(|(text, _)| text.to_owned())
}

#[test]
fn pages_of_the_codes() {
    let mut faults = Vec::new();
    for info in codes::all().filter(|info| ("E0100".."E0200").contains(&info.code) || ("W0001".."W0004").contains(&info.code)) {
        let told = |text: String| {
            let mut sources = Sources::new();
            let root = sources.add("page.nn", text);
            let made = elaborate(&mut sources, root, &mut NoFiles);
            made.diagnostics.into_iter().map(|d| format!("{} {}", d.code, d.message)).collect::<Vec<_>>()
        };
        if let Some(wrong) = example(info.page, "Wrong:\n").map(told)
            && !wrong.iter().any(|said| said.starts_with(info.code))
        {
            faults.push(format!("{}: the wrong example tells {wrong:?}", info.code));
        }
        if let Some(right) = example(info.page, "Right:\n").map(told)
            && !right.is_empty()
        {
            faults.push(format!("{}: the right example tells {right:?}", info.code));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
