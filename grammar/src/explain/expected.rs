//! The parser's rules in words people know.

use super::Stop;
use crate::generated::Rule;

/// What one of the rules stands for; `None` where others say it better.
fn name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::semi => "`;`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::open_paren => "`(`",
        Rule::open_bracket => "`[`",
        Rule::open_brace | Rule::block => "`{`",
        Rule::close_paren => "`)`",
        Rule::close_bracket => "`]`",
        Rule::close_brace => "`}`",
        Rule::in_kw => "`in`",
        Rule::word | Rule::tuple_names | Rule::path => "a name",
        Rule::string => "a string",
        Rule::axis_no => "a number",
        Rule::expr | Rule::call | Rule::number | Rule::paren | Rule::list | Rule::prefix | Rule::arg | Rule::if_expr | Rule::for_expr => {
            "an expression"
        }
        Rule::axis => "an index",
        Rule::statement | Rule::let_statement | Rule::plain => "a statement",
        Rule::pattern => "a shape pattern",
        Rule::result | Rule::tuple_result => "a result pattern",
        Rule::parameter | Rule::parameters => "an argument",
        _ => return None,
    })
}

/// "`,` or `)`", "a name", …; empty where nothing can be said.
pub(super) fn words(stop: &Stop<'_>) -> String {
    let expression =
        [Rule::expr, Rule::call, Rule::number, Rule::paren, Rule::list, Rule::prefix, Rule::arg].iter().any(|&rule| stop.expects(rule));
    let statement = stop.expects(Rule::statement) || stop.expects(Rule::let_statement);
    let mut names: Vec<&str> = Vec::new();
    for &rule in &stop.positives {
        let Some(name) = name(rule) else { continue };
        let covered = match rule {
            // A name, a string, a block or a bracket begins an expression; an expression may be a statement.
            Rule::word | Rule::string | Rule::block | Rule::open_brace | Rule::equals => expression,
            Rule::tuple_names => expression || statement,
            _ => false,
        };
        let part_of_statement = statement && !matches!(rule, Rule::statement | Rule::let_statement | Rule::plain | Rule::close_brace);
        if !covered && !part_of_statement && !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| name.starts_with('`'));
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [firsts @ .., last] => format!("{} or {last}", firsts.join(", ")),
    }
}

/// What came, in words.
pub(super) fn found(stop: &Stop<'_>) -> String {
    use crate::scan::TokenKind::{Doc, Number, Str};
    let word = stop.word(stop.at);
    match stop.kind(stop.at) {
        None => "the end".to_owned(),
        Some(Doc) => "documentation".to_owned(),
        Some(Str) => format!("the string {word}"),
        Some(Number) => format!("the number `{word}`"),
        Some(_) => format!("`{word}`"),
    }
}
