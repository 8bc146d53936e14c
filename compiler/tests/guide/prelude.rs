//! The reference of the prelude: a page for each of its files, of what stands over each item.

use tapeless_compiler::elaborate::documentation;
use tapeless_grammar::span::Sources;
use tapeless_grammar::tree::{Item, ItemKind};

use crate::generated::Page;

/// The pages, in the order of the files.
pub(crate) fn pages() -> Vec<Page> {
    documentation().iter().map(|(path, text)| page(path, text)).collect()
}

fn page(path: &str, text: &str) -> Page {
    let name = path.trim_start_matches("prelude/").trim_end_matches(".nn");
    let mut sources = Sources::new();
    let root = sources.add(path, text);
    let file = tapeless_grammar::parse(&sources, root).unwrap_or_else(|errors| panic!("{path}: {errors:?}"));
    let head: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("// ")).collect();
    assert!(!head.is_empty(), "{path} begins with no comment");
    let items: Vec<(String, String)> = file.items.iter().map(|item| (title(item), entry(&sources, item))).collect();
    let index: Vec<String> = items.iter().map(|(title, _)| format!("[`{title}`](#{title})")).collect();
    let body: String = items.into_iter().map(|(_, entry)| entry).collect();
    let text = format!("{}\n\n{}\n\n{body}", head.join("\n"), index.join(" · "));
    Page { path: format!("reference/{name}.md"), title: capital(name), text }
}

fn title(item: &Item) -> String {
    match &item.kind {
        ItemKind::Fn(function) | ItemKind::Layer(function) | ItemKind::Optimizer(function) => function.name.text.clone(),
        ItemKind::Const { name, .. } => name.text.clone(),
        _ => panic!("the prelude has only fns, layers, optimizers and consts"),
    }
}

/// Heading, signature, documentation, definition.
fn entry(sources: &Sources, item: &Item) -> String {
    let title = title(item);
    assert!(!item.doc.is_empty(), "`{title}` has no `///`");
    let definition = sources.text(item.span).trim();
    let doc: Vec<&str> = item.doc.iter().map(|line| line.trim()).collect();
    let signature = signature(definition);
    format!(
        "## {title}\n\n```text\n{signature}\n```\n\n{}\n\n<details><summary>Definition</summary>\n\n```text\n{definition}\n```\n\n</details>\n\n",
        doc.join("\n").trim()
    )
}

/// The definition up to its body.
fn signature(definition: &str) -> &str {
    let mut depth = 0;
    for (at, c) in definition.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return definition[..at].trim_end(),
            '=' if depth == 0 => return definition[..at].trim_end(),
            _ => {}
        }
    }
    definition
}

pub(crate) fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
