//! Shape patterns in signatures: `x: [t, n]` names dimensions.

use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{PatternPart, ShapePattern};

/// A dimension that a signature has named.
#[derive(Clone, Debug)]
pub(super) struct Dimension {
    pub(super) name: String,
    pub(super) extent: usize,
    pub(super) span: Span,
}

/// Matches `shape`, naming dimensions; `known` gives what a name already means. The error says what does not fit.
pub(super) fn fit(
    pattern: &ShapePattern,
    shape: &[usize],
    dimensions: &mut Vec<Dimension>,
    known: &dyn Fn(&str) -> Option<i64>,
) -> Result<(), String> {
    let rest = pattern.parts.iter().position(|part| matches!(part, PatternPart::Rest(_)));
    let fixed = pattern.parts.iter().filter(|part| !matches!(part, PatternPart::Rest(_))).count();
    let axes = |n: usize| super::show::count(n, "axis", "axes");
    let wanted = |n: usize| format!("{} {} wanted", axes(n), if n == 1 { "was" } else { "were" });
    match rest {
        None if shape.len() != fixed => return Err(format!("{} and {} came", wanted(fixed), axes(shape.len()))),
        Some(_) if shape.len() < fixed => return Err(format!("at least {} and {} came", wanted(fixed), axes(shape.len()))),
        _ => {}
    }
    let head = rest.unwrap_or(fixed);
    let tail = fixed - head.min(fixed);
    let tail_parts = pattern.parts.iter().skip(head).filter(|part| !matches!(part, PatternPart::Rest(_)));
    let pairs = pattern.parts[..head].iter().zip(shape).chain(tail_parts.zip(&shape[shape.len() - tail..]));
    for (part, &extent) in pairs {
        match part {
            PatternPart::Number(n, _) if *n != extent as u64 => return Err(format!("{n} was wanted and {extent} came")),
            PatternPart::Number(..) | PatternPart::Rest(_) => {}
            PatternPart::Name(name) => {
                let before = dimensions.iter().find(|dimension| dimension.name == name.text).map(|dimension| dimension.extent as i64);
                match before.or_else(|| known(&name.text)) {
                    Some(n) if n != extent as i64 => return Err(format!("`{}` is {n} already and {extent} came", name.text)),
                    Some(_) => {}
                    None => dimensions.push(Dimension { name: name.text.clone(), extent, span: name.span }),
                }
            }
        }
    }
    Ok(())
}

/// A pattern as written.
pub(super) fn text(pattern: &ShapePattern) -> String {
    let parts: Vec<String> = pattern
        .parts
        .iter()
        .map(|part| match part {
            PatternPart::Name(name) => name.text.clone(),
            PatternPart::Number(n, _) => n.to_string(),
            PatternPart::Rest(_) => "..".to_owned(),
        })
        .collect();
    format!("[{}]", parts.join(", "))
}
