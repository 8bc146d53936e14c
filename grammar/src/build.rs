//! From the parser's pairs to the tree. Here stand items; statements and expressions have their own files.
//!
//! The parser checked the form, so a pair that is not where it must be yields nothing (`None`) rather than a message. What a grammar
//! says badly is checked here: reserved words, chains of comparisons, what may stand at the right of `|>`.

mod expression;
mod operand;
mod statement;

use pest::iterators::{Pair, Pairs};

use crate::diagnostic::Diagnostic;
use crate::generated::Rule;
use crate::span::{FileId, Span};
use crate::tree::{Function, Item, ItemKind, Name, Network, Parameter, ParameterKind, PatternPart, ResultPattern, ShapePattern};
use crate::words::{REFUSED, is_reserved_word};

/// The highest tree an item may make: the tree's users walk it by recursion.
pub const MAX_HEIGHT: u32 = 256;

/// Builds one item's tree.
pub(crate) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    base: u32,
    in_optimizer: bool,
    /// What is wrong though the form is right.
    pub(crate) problems: Vec<Diagnostic>,
}

/// A part of the tree and how high it is.
type High<T> = (T, u32);

impl<'t> Builder<'t> {
    /// For an item whose text begins at the byte `base`.
    pub(crate) fn new(file: FileId, text: &'t str, base: u32) -> Builder<'t> {
        Builder { file, text, base, in_optimizer: false, problems: Vec::new() }
    }

    /// The item that the parser found.
    pub(crate) fn item(&mut self, pairs: Pairs<'_, Rule>) -> Option<Item> {
        let mut doc = Vec::new();
        for pair in pairs.into_iter().flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::doc => doc_lines(pair.as_str(), &mut doc),
                Rule::EOI => {}
                _ => {
                    let span = self.span(&pair);
                    let kind = self.item_kind(pair)?;
                    return Some(Item { doc, kind, span });
                }
            }
        }
        None
    }

    /// A statement that was parsed by itself, for what is wrong in it though its form is right.
    pub(crate) fn statement_alone(&mut self, pairs: Pairs<'_, Rule>, in_optimizer: bool) {
        self.in_optimizer = in_optimizer;
        for pair in pairs.into_iter().flat_map(Pair::into_inner) {
            if pair.as_rule() == Rule::statement {
                self.statement(pair);
            }
        }
    }

    fn item_kind(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let rule = pair.as_rule();
        self.in_optimizer = rule == Rule::optimizer;
        let mut inner = pair.into_inner();
        Some(match rule {
            Rule::use_item => {
                let (path, path_span) = self.string(&inner.next()?);
                ItemKind::Use { path, path_span }
            }
            Rule::const_item => {
                let name = self.name(&inner.next()?);
                inner.next()?;
                ItemKind::Const { name, value: self.expr(inner.next()?)?.0 }
            }
            Rule::function => {
                let layer = inner.next()?.as_str() == "layer";
                let function = self.function(inner, true)?;
                if layer { ItemKind::Layer(function) } else { ItemKind::Fn(function) }
            }
            Rule::optimizer => ItemKind::Optimizer(self.function(inner, false)?),
            Rule::network => {
                let name = self.name(&inner.next()?);
                let body = self.block(inner.next()?, false)?.0;
                ItemKind::Network(Network { name, body })
            }
            _ => return None,
        })
    }

    fn function(&mut self, mut inner: Pairs<'_, Rule>, with_value: bool) -> Option<Function> {
        let name = self.name(&inner.next()?);
        let mut parameters = Vec::new();
        for pair in inner.next()?.into_inner() {
            if pair.as_rule() == Rule::parameter {
                parameters.push(self.parameter(pair)?);
            }
        }
        let mut next = inner.next()?;
        let mut result = None;
        if next.as_rule() == Rule::result {
            result = Some(self.result(next.into_inner().next()?));
            next = inner.next()?;
        }
        if next.as_rule() == Rule::block {
            let body = self.block(next, with_value)?.0;
            return Some(Function { name, parameters, result, body, short: false });
        }
        let value = self.expr(inner.next()?)?.0;
        let span = value.span;
        let body = crate::tree::Block { statements: Vec::new(), value: Some(Box::new(value)), span };
        Some(Function { name, parameters, result, body, short: true })
    }

    fn parameter(&mut self, pair: Pair<'_, Rule>) -> Option<Parameter> {
        let mut span = self.span(&pair);
        let mut constant = false;
        let mut name = None;
        let mut kind = None;
        let mut default = None;
        for pair in pair.into_inner() {
            span.end = match pair.as_rule() {
                Rule::constant => {
                    constant = true;
                    if !self.in_optimizer {
                        let message = "every argument of a `fn` or `layer` may be static; `const` stands before an optimizer's";
                        self.problems.push(Diagnostic::error("E0001", self.span(&pair), message).help("leave `const` out"));
                    }
                    span.end
                }
                Rule::word => {
                    let word = self.name(&pair);
                    let end = word.span.end;
                    name = Some(word);
                    end
                }
                Rule::of_fn => {
                    kind = Some(ParameterKind::Fn);
                    self.span(&pair).end
                }
                Rule::pattern => {
                    let pattern = self.pattern(pair);
                    let end = pattern.span.end;
                    kind = Some(ParameterKind::Shape(pattern));
                    end
                }
                Rule::expr => {
                    let value = self.expr(pair)?.0;
                    let end = value.span.end;
                    default = Some(value);
                    end
                }
                _ => continue,
            };
        }
        Some(Parameter { constant, name: name?, kind, default, span })
    }

    fn result(&mut self, pair: Pair<'_, Rule>) -> ResultPattern {
        if pair.as_rule() == Rule::pattern {
            return ResultPattern { patterns: vec![self.pattern(pair)], tuple: false };
        }
        let patterns = pair.into_inner().filter(|pair| pair.as_rule() == Rule::pattern).map(|pair| self.pattern(pair)).collect();
        ResultPattern { patterns, tuple: true }
    }

    fn pattern(&mut self, pair: Pair<'_, Rule>) -> ShapePattern {
        let mut parts = Vec::new();
        let mut span = self.span(&pair);
        for pair in pair.into_inner() {
            let at = self.span(&pair);
            match pair.as_rule() {
                Rule::dots => parts.push(PatternPart::Rest(at)),
                Rule::number => match pair.as_str().replace('_', "").parse() {
                    Ok(number) => parts.push(PatternPart::Number(number, at)),
                    Err(_) => {
                        let message = format!("`{}` is no extent: extents are whole numbers", pair.as_str());
                        self.problems.push(Diagnostic::error("E0001", at, message));
                    }
                },
                Rule::word => parts.push(PatternPart::Name(self.name(&pair))),
                Rule::close_bracket => span.end = at.end,
                _ => {}
            }
        }
        ShapePattern { parts, span }
    }

    /// A name where one is declared or used: neither a word of the language nor one that Rust refuses.
    fn name(&mut self, pair: &Pair<'_, Rule>) -> Name {
        let (text, span) = (pair.as_str(), self.span(pair));
        if REFUSED.contains(&text) {
            let message = format!("`{text}` can't be a name: Rust keeps it for itself");
            self.problems.push(Diagnostic::error("E0006", span, message).help("choose another name"));
        } else if is_reserved_word(text) && !(self.in_optimizer && text == "param") {
            let message = format!("`{text}` can't be a name: it is a word of the language");
            self.problems.push(Diagnostic::error("E0005", span, message).help(format!("write `{text}_`, or choose another name")));
        }
        Name { text: text.to_owned(), span }
    }

    fn string(&self, pair: &Pair<'_, Rule>) -> (String, Span) {
        (pair.as_str().trim_matches('"').to_owned(), self.span(pair))
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span::new(self.file, self.base + span.start() as u32, self.base + span.end() as u32)
    }

    fn too_high(&mut self, span: Span) {
        if !self.problems.iter().any(|problem| problem.code == "E0021") {
            let message = format!("this is more than {MAX_HEIGHT} operators, calls and blocks deep");
            self.problems.push(Diagnostic::error("E0021", span, message).help("give inner parts names with `let`"));
        }
    }
}

/// The lines of a `///` or `/** */` comment, each without one leading blank and without blanks at its end.
fn doc_lines(text: &str, lines: &mut Vec<String>) {
    let content = match text.strip_prefix("/**") {
        Some(block) => block.strip_suffix("*/").unwrap_or(block),
        None => text.strip_prefix("///").unwrap_or(text),
    };
    for line in content.split('\n') {
        lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned());
    }
}
