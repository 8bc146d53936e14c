//! Parts of a generated text. The text is laid out in one style, so its lines say where an item of the module begins and ends.

use crate::args::Part;

/// The items of a part, without the module around them.
pub(super) fn cut(text: &str, part: Part) -> String {
    let items = items(text);
    let about = |words: &[&str]| {
        let wanted = |item: &&Item<'_>| words.iter().any(|word| item.head.contains(word));
        items.iter().filter(wanted).map(|item| dedented(&item.lines)).collect::<Vec<_>>()
    };
    let mut parts = match part {
        Part::Forward => {
            let mut parts = about(&["struct PredictPass", "for PredictPass"]);
            parts.extend(section(&items, "// ---- forward ----", "// ---- backward ----"));
            parts
        }
        Part::Backward => {
            let tile = section(&items, "// ---- backward ----", "// ---- after the last tile ----");
            tile.into_iter().chain(section(&items, "// ---- after the last tile ----", "")).collect()
        }
        Part::Update => about(&["struct Update", "for Update", "pub fn update", "fn update_by"]),
        Part::Params => {
            let passes = ["Pass<", "Pass ", "struct Update", "for Update"];
            let views = |item: &&Item<'_>| {
                let words = ["static LAYOUT", "struct Params", "> Params<", "type Grads", "View", "struct Parameters", "> Parameters"];
                words.iter().any(|word| item.head.contains(word)) && !passes.iter().any(|word| item.head.contains(word))
            };
            items.iter().filter(views).map(|item| dedented(&item.lines)).collect()
        }
    };
    let called = called(&items, &parts.concat());
    parts.extend(called);
    parts.join("\n")
}

/// The kernels that a text calls, where kernels are functions.
fn called(items: &[Item<'_>], text: &str) -> Vec<String> {
    let Some(kernels) = items.iter().find(|item| item.head.trim() == "mod kernels {") else { return Vec::new() };
    let mut functions: Vec<Vec<&str>> = vec![Vec::new()];
    for line in kernels.lines.iter().skip_while(|line| line.trim() != "mod kernels {").skip(1) {
        let own = !line.is_empty() && !line.trim_start().starts_with("use ");
        if let Some(function) = functions.last_mut().filter(|_| own) {
            function.push(line);
        }
        if *line == "        }" {
            functions.push(Vec::new());
        }
    }
    let name = |function: &[&str]| {
        let head = function.iter().find_map(|line| line.trim_start().strip_prefix("pub(super) fn "))?;
        head.split('<').next().map(|name| format!("kernels::{name}("))
    };
    let wanted = |function: &&Vec<&str>| name(function).is_some_and(|call| text.contains(&call));
    functions.iter().filter(wanted).map(|function| dedented(function)).collect()
}

/// An item of the module with its documentation.
struct Item<'t> {
    /// Its first line that is neither documentation nor an attribute.
    head: &'t str,
    lines: Vec<&'t str>,
}

fn items(text: &str) -> Vec<Item<'_>> {
    let mut out: Vec<Item<'_>> = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    let inside = text.lines().skip_while(|line| !line.starts_with("pub mod ")).skip(1);
    for line in inside.take_while(|line| *line != "}") {
        if lines.is_empty() && line.is_empty() {
            continue;
        }
        lines.push(line);
        let outermost = line.strip_prefix("    ").filter(|rest| !rest.starts_with(' '));
        let ends = |rest: &str| !rest.starts_with("//") && !rest.starts_with('#') && rest.ends_with([';', '}']) && !rest.starts_with(')');
        if outermost.is_some_and(ends) {
            let own = |line: &&&str| !line.trim_start().starts_with("//") && !line.trim_start().starts_with('#');
            let head = lines.iter().find(own).copied().unwrap_or_default();
            out.push(Item { head, lines: std::mem::take(&mut lines) });
        }
    }
    out
}

/// The statements between two marks of the pass that computes gradients.
fn section(items: &[Item<'_>], from: &str, to: &str) -> Option<String> {
    let pass = items.iter().find(|item| item.head.contains("for GradientsPass"))?;
    let start = pass.lines.iter().position(|line| line.trim() == from)?;
    let len = pass.lines[start..].iter().position(|line| !to.is_empty() && line.trim() == to);
    // Without an end: to the end of the function, whose brace and that of the impl are left out.
    let end = len.map_or(pass.lines.len().saturating_sub(2), |len| start + len);
    let lines = &pass.lines[start..end];
    // Braces around the section, closed behind it, are no part of it.
    let own = |line: &&str| !line.is_empty() && indent(line) >= indent(lines[0]);
    let last = lines.iter().rposition(own).map_or(0, |last| last + 1);
    Some(dedented(&lines[..last]))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines without the indentation that they share.
fn dedented(lines: &[&str]) -> String {
    let shared = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    lines.iter().map(|line| format!("{}\n", line.get(shared..).unwrap_or("").trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
// Generated.

/// The network.
pub mod a {
    use ::tapeless::rt;

    /// Places.
    pub static LAYOUT: &[rt::Entry] = &[
        rt::Entry {
            path: \"w\",
        },
    ];

    /// The update.
    pub fn update<T: rt::Real>(
        step: u64,
    ) {
        update_by(step);
    }

    /// By parts.
    fn update_by(step: u64) {
        one();
    }

    /// Gradients.
    struct GradientsPass<'a, T> {
        x: &'a [T],
    }

    impl<T: rt::Real> rt::Pass<T> for GradientsPass<'_, T> {
        fn run(self) {
            for tile in tiles {
                // ---- forward ----

                let h = x;

                // ---- backward ----

                let d_h = y;
            }

            // ---- after the last tile ----

            last();
        }
    }
}
";

    #[test]
    fn parts_are_cut() {
        assert_eq!(cut(TEXT, Part::Forward), "// ---- forward ----\n\nlet h = x;\n");
        let backward = "// ---- backward ----\n\nlet d_h = y;\n\n// ---- after the last tile ----\n\nlast();\n";
        assert_eq!(cut(TEXT, Part::Backward), backward);
        let update = "/// The update.\npub fn update<T: rt::Real>(\n    step: u64,\n) {\n    update_by(step);\n}\n";
        assert_eq!(cut(TEXT, Part::Update), format!("{update}\n/// By parts.\nfn update_by(step: u64) {{\n    one();\n}}\n"));
        assert_eq!(
            cut(TEXT, Part::Params),
            "/// Places.\npub static LAYOUT: &[rt::Entry] = &[\n    rt::Entry {\n        path: \"w\",\n    },\n];\n"
        );
    }

    #[test]
    fn kernels_that_a_part_calls_come_with_it() {
        let calls = TEXT.replace("let d_h = y;", "kernels::d_h(simd, y);").replace(
            "            last();\n        }\n    }\n",
            "            last();\n        }\n    }\n\n    /// Kernels.\n    mod kernels {\n        use super::rt;\n\n        // a.nn:1: x\n        pub(super) fn h<T>(\n            x: T,\n        ) {\n            one();\n        }\n\n        // a.nn:2: y\n        pub(super) fn d_h<T>(y: T) {\n            two();\n        }\n    }\n",
        );
        let backward = cut(&calls, Part::Backward);
        assert!(backward.ends_with("last();\n\n// a.nn:2: y\npub(super) fn d_h<T>(y: T) {\n    two();\n}\n"), "{backward}");
        assert!(!cut(&calls, Part::Forward).contains("fn "));
    }
}
