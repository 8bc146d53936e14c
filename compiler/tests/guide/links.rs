//! Every link inside the guide and the README leads to a file of the project and, with `#`, to a heading of it.

use std::collections::BTreeSet;

use crate::pages;

/// The targets of `[text](target)`.
fn targets(text: &str) -> Vec<String> {
    let prose = pages::prose(text);
    prose.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target.to_owned())).collect()
}

/// The anchors of a page, as mdBook and GitHub make them of headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = pages::prose(text).lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    headings.iter().map(|heading| anchor(heading.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c),
        _ => None,
    };
    heading.to_lowercase().chars().filter_map(kept).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut faults = Vec::new();
    let mut count = 0;
    for (name, text) in pages::all() {
        let here = pages::folder().join(&name);
        for target in targets(&text).into_iter().filter(|target| !target.contains("://")) {
            count += 1;
            let (path, anchor) = target.split_once('#').map_or((target.as_str(), None), |(path, anchor)| (path, Some(anchor)));
            let file = if path.is_empty() { here.clone() } else { here.parent().unwrap().join(path) };
            let there = file.exists() && anchor.is_none_or(|anchor| anchors(&pages::read(&file)).contains(anchor));
            if !there {
                faults.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(count >= 50, "{count} links");
}
