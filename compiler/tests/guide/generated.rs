//! The generated pages, and that the committed ones are they.

use std::fs;

use crate::{codes, operations, pages, prelude};

/// A page: its path in the guide, its title, its text.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// Generated pages by the page that they stand under.
fn sections() -> [(&'static str, Vec<Page>); 2] {
    let mut reference = prelude::pages();
    reference.extend(operations::pages());
    [("reference.md", reference), ("errors.md", codes::pages())]
}

/// The summary with its generated lines: those of a section stand under its page.
fn summary(text: &str) -> String {
    let mut out = String::new();
    let sections = sections();
    let folder = |page: &str| format!("({}/", page.trim_end_matches(".md"));
    for line in text.lines().filter(|line| !sections.iter().any(|(page, _)| line.contains(&folder(page)))) {
        out.push_str(line);
        out.push('\n');
        for (_, pages) in sections.iter().filter(|(page, _)| line.contains(&format!("({page})"))) {
            pages.iter().for_each(|page| out.push_str(&format!("  - [{}]({})\n", page.title, page.path)));
        }
    }
    out
}

#[test]
fn generated_pages_are_fresh() {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for page in sections().into_iter().flat_map(|(_, pages)| pages) {
        let head = "<!-- Written by the test `guide` of tapeless-compiler; not to be edited. -->\n\n";
        wanted.push((page.path, format!("{head}# {}\n\n{}\n", page.title, page.text.trim_end())));
    }
    wanted.push(("SUMMARY.md".to_owned(), summary(&pages::read(&pages::folder().join("SUMMARY.md")))));

    if std::env::var_os("TAPELESS_BLESS").is_some() {
        for (path, text) in &wanted {
            let path = pages::folder().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let committed = pages::all();
    let stale = wanted.iter().filter(|page| !committed.contains(page)).map(|(path, _)| path.as_str());
    let made = |path: &str| wanted.iter().any(|(known, _)| known == path);
    let left = committed
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| (path.starts_with("reference/") || path.starts_with("errors/")) && !made(path));
    let faults: Vec<&str> = stale.chain(left).collect();
    let bless = "TAPELESS_BLESS=1 cargo test -p tapeless-compiler --features evaluate --test guide";
    assert!(faults.is_empty(), "stale, or left over: {faults:?}; bless with `{bless}`");
}

#[test]
fn the_summary_names_every_page() {
    let summary = pages::read(&pages::folder().join("SUMMARY.md"));
    let pages = pages::all();
    let missing = pages.iter().map(|(path, _)| path).filter(|path| !matches!(path.as_str(), "SUMMARY.md" | "../../README.md"));
    let missing: Vec<&String> = missing.filter(|path| !summary.contains(&format!("({path})"))).collect();
    assert!(missing.is_empty(), "not in SUMMARY.md: {missing:?}");
}
