//! The pages as files.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the guide's text.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src")
}

/// All pages by their path in the guide, sorted, and the README by `../../README.md`.
pub(crate) fn all() -> Vec<(String, String)> {
    let mut out = Vec::new();
    collect(&folder(), "", &mut out);
    out.sort();
    out.push(("../../README.md".to_owned(), read(&folder().join("../../README.md"))));
    out
}

fn collect(folder: &Path, prefix: &str, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), out);
        } else if name.ends_with(".md") {
            out.push((name, read(&path)));
        }
    }
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between fences of a language.
pub(crate) fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let open = format!("\n```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

/// The text without its fenced blocks.
pub(crate) fn prose(text: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if !inside {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
