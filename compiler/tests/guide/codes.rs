//! The pages of the codes: what each means, a wrong program with what the compiler says of it, the right one.

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::codes::{CodeInfo, all};
use tapeless_grammar::render::render_plain;
use tapeless_grammar::span::Sources;

use crate::generated::Page;
use crate::pages::blocks;

/// A page for each family.
pub(crate) fn pages() -> Vec<Page> {
    let family = |path: &str, title: &str, codes: std::ops::Range<&str>| {
        let infos: Vec<&CodeInfo> = all().filter(|info| codes.contains(&info.code)).collect();
        let index: String =
            infos.iter().map(|info| format!("- [{}](#{}): {}\n", info.code, info.code.to_lowercase(), info.title)).collect();
        let entries: String = infos.iter().map(|info| entry(info)).collect();
        Page { path: format!("errors/{path}.md"), title: title.to_owned(), text: format!("{index}\n{entries}") }
    };
    vec![
        family("form", "Errors of form", "E0001".."E0100"),
        family("meaning", "Errors of meaning", "E0100".."E0200"),
        family("rust", "Errors in writing the Rust", "E0200".."E9999"),
        family("warnings", "Warnings", "W0000".."W9999"),
    ]
}

fn entry(info: &CodeInfo) -> String {
    let page = info.page.trim_end();
    let Some((before, rest)) = page.split_once("Wrong:\n") else { return format!("## {}\n\n**{}**\n\n{page}\n\n", info.code, info.title) };
    let wrong = blocks(rest, "nn")[0];
    let after = rest.split_once("\n```nn\n").map_or("", |(_, rest)| &rest[wrong.len()..]).trim_start_matches("```").trim_start();
    format!(
        "## {}\n\n**{}**\n\n{before}Wrong:\n\n```text\n{wrong}```\n\n```text\n{}\n```\n\n{after}\n\n",
        info.code,
        info.title,
        said(info.code, wrong)
    )
}

/// What the compiler says, of this code.
fn said(code: &str, program: &str) -> String {
    let mut sources = Sources::new();
    let root = sources.add("net.nn", program);
    let made = compile(&mut sources, root, &mut NoFiles, &Options::default());
    let of_code: Vec<_> = made.diagnostics.into_iter().filter(|diagnostic| diagnostic.code == code).collect();
    assert!(!of_code.is_empty(), "the wrong program of {code} does not earn it");
    let text = render_plain(&sources, &of_code);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
