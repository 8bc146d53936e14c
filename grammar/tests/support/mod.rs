//! What the tests share: the programs of the repository, and trees as short texts without spans.

#![allow(dead_code, reason = "each test uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::parse;
use tapeless_grammar::span::Sources;
use tapeless_grammar::tree::*;

/// The tree of a text.
pub(crate) fn tree(text: &str) -> Result<Program, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let file = sources.add("test.nn", text);
    parse(&sources, file)
}

/// All `.nn` files of the repository: names and texts, in order.
pub(crate) fn programs() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    walk(&root, 0, &mut paths);
    paths.sort();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if path.is_dir() && !name.starts_with('.') && name != "target" && depth < 8 {
            walk(&path, depth + 1, paths);
        } else if name.ends_with(".nn") {
            paths.push(path);
        }
    }
}

/// The programs that are right: those in folders of wrong ones are left out by failing to parse where their names say so.
pub(crate) fn right_programs() -> Vec<(String, String)> {
    programs().into_iter().filter(|(name, text)| !name.contains("wrong") && !name.contains("/ui/") && !text.contains("//~")).collect()
}

/// The value of a short function, as a text.
pub(crate) fn value(text: &str) -> String {
    let program = tree(&format!("fn f(x) = {text};")).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    match &program.items[0].kind {
        ItemKind::Fn(function) => expr(function.body.value.as_ref().unwrap()),
        other => panic!("{other:?}"),
    }
}

/// The whole tree as a text.
pub(crate) fn program(program: &Program) -> String {
    program.items.iter().map(|item| format!("{}{}\n", doc(&item.doc), item_text(&item.kind))).collect()
}

fn doc(lines: &[String]) -> String {
    if lines.is_empty() { String::new() } else { format!("{lines:?} ") }
}

fn item_text(kind: &ItemKind) -> String {
    match kind {
        ItemKind::Use { path, .. } => format!("(use {path:?})"),
        ItemKind::Const { name, value } => format!("(const {} {})", name.text, expr(value)),
        ItemKind::Fn(f) => function("fn", f),
        ItemKind::Layer(f) => function("layer", f),
        ItemKind::Optimizer(f) => function("optimizer", f),
        ItemKind::Network(n) => format!("(network {} {})", n.name.text, block(&n.body)),
    }
}

fn function(word: &str, f: &Function) -> String {
    let parameters: Vec<String> = f.parameters.iter().map(parameter).collect();
    let result = f.result.as_ref().map_or(String::new(), |result| {
        let patterns: Vec<String> = result.patterns.iter().map(pattern).collect();
        format!(" -> {}{}", if result.tuple { "tuple " } else { "" }, patterns.join(" "))
    });
    format!("({word} {} ({}){result} {}{})", f.name.text, parameters.join(" "), if f.short { "= " } else { "" }, block(&f.body))
}

fn parameter(p: &Parameter) -> String {
    let kind = match &p.kind {
        None => String::new(),
        Some(ParameterKind::Fn) => ":fn".to_owned(),
        Some(ParameterKind::Shape(shape)) => format!(":{}", pattern(shape)),
    };
    let default = p.default.as_ref().map_or(String::new(), |value| format!("={}", expr(value)));
    format!("{}{}{kind}{default}", if p.constant { "const " } else { "" }, p.name.text)
}

fn pattern(p: &ShapePattern) -> String {
    let parts: Vec<String> = p
        .parts
        .iter()
        .map(|part| match part {
            PatternPart::Name(name) => name.text.clone(),
            PatternPart::Number(number, _) => number.to_string(),
            PatternPart::Rest(_) => "..".to_owned(),
        })
        .collect();
    format!("[{}]", parts.join(" "))
}

fn block(b: &Block) -> String {
    let mut parts: Vec<String> = b.statements.iter().map(statement).collect();
    parts.extend(b.value.as_ref().map(|value| format!("-> {}", expr(value))));
    format!("{{{}}}", parts.join(" "))
}

fn names(names: &[Name], tuple: bool) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    if tuple { format!("({})", names.join(" ")) } else { names.join(" ") }
}

fn statement(s: &Statement) -> String {
    use StatementKind as S;
    let text = match &s.kind {
        S::Input(p) => port("input", p),
        S::Target(p) => port("target", p),
        S::Let { mutable, names: n, tuple, value } => {
            format!("let {}{} {}", if *mutable { "mut " } else { "" }, names(n, *tuple), expr(value))
        }
        S::Assign { names: n, tuple, value } => format!("= {} {}", names(n, *tuple), expr(value)),
        S::Param(s) => stored("param", s),
        S::Buffer(s) => stored("buffer", s),
        S::State(s) => stored("state", s),
        S::Const(s) => stored("const", s),
        S::Shared { name, value } => format!("shared {} {}", name.text, expr(value)),
        S::Output { name, value } => format!("output {} {}", name.text, expr(value)),
        S::Loss { name, value } => format!("loss {} {}", name.as_ref().map_or("-", |name| &name.text), expr(value)),
        S::Metric { name, value } => format!("metric {} {}", name.text, expr(value)),
        S::Optimizer { call, target } => {
            format!("optimizer {}{}", expr(call), target.as_ref().map_or(String::new(), |target| format!(" for {}", expr(target))))
        }
        S::Freeze { target } => format!("freeze {}", expr(target)),
        S::Batch(e) => format!("batch {}", expr(e)),
        S::Precision(name) => format!("precision {}", name.text),
        S::Unroll(e) => format!("unroll {}", expr(e)),
        S::Emit(name) => format!("emit {}", name.text),
        S::Budget { what, bytes } => format!("budget {} {}", what.text, expr(bytes)),
        S::Assert { condition, message } => {
            format!("assert {}{}", expr(condition), message.as_ref().map_or(String::new(), |(text, _)| format!(" {text:?}")))
        }
        S::Yield(e) => format!("yield {}", expr(e)),
        S::Expr(e) => expr(e),
    };
    format!("{}({text})", doc(&s.doc))
}

fn port(word: &str, p: &Port) -> String {
    let range = p.range.as_ref().map_or(String::new(), |range| format!(" in {}", expr(range)));
    format!("{word} {} {}{range}", p.name.text, expr(&p.shape))
}

fn stored(word: &str, s: &Stored) -> String {
    let shape = s.shape.as_ref().map_or(String::new(), |shape| format!(": {}", expr(shape)));
    format!("{word} {}{shape} {}", s.name.text, expr(&s.value))
}

/// An expression as a text: operators before their operands.
pub(crate) fn expr(e: &Expr) -> String {
    let all = |parts: &[Expr]| parts.iter().map(expr).collect::<Vec<_>>().join(" ");
    match &e.kind {
        ExprKind::Int(n) => n.to_string(),
        ExprKind::Float { text, .. } => text.clone(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Str(s) => format!("{s:?}"),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Tuple(parts) => format!("(tuple {})", all(parts)).replace(" )", ")"),
        ExprKind::List(parts) => format!("[{}]", all(parts)),
        ExprKind::Unary { op, operand } => format!("({} {})", if *op == UnaryOp::Neg { "neg" } else { "not" }, expr(operand)),
        ExprKind::Binary { op, left, right, .. } => format!("({} {} {})", operator(*op), expr(left), expr(right)),
        ExprKind::Pipe { value, call } => format!("(|> {} {})", expr(value), expr(call)),
        ExprKind::Call { label, callee, args, bare } => {
            let label = label.as_ref().map_or(String::new(), |label| format!("{}:", label.text));
            let args: Vec<String> = args
                .iter()
                .map(|arg| format!("{}{}", arg.name.as_ref().map_or(String::new(), |name| format!("{}=", name.text)), expr(&arg.value)))
                .collect();
            if *bare { format!("{label}{}", callee.text) } else { format!("{label}{}({})", callee.text, args.join(" ")) }
        }
        ExprKind::Index { value, indices } => {
            let end = |e: &Option<Expr>| e.as_ref().map_or(String::new(), expr);
            let indices: Vec<String> = indices
                .iter()
                .map(|index| match index {
                    Index::At(value) => expr(value),
                    Index::Range { start, end: to, .. } => format!("{}..{}", end(start), end(to)),
                })
                .collect();
            format!("(at {} {})", expr(value), indices.join(" "))
        }
        ExprKind::Field { value, field } => format!("{}.{}", expr(value), field.text),
        ExprKind::Range { start, end } => format!("(.. {} {})", expr(start), expr(end)),
        ExprKind::If { condition, then, otherwise } => {
            format!(
                "(if {} {}{})",
                expr(condition),
                block(then),
                otherwise.as_ref().map_or(String::new(), |other| format!(" {}", block(other)))
            )
        }
        ExprKind::For { name, over, body } => format!("(for {} {} {})", name.text, expr(over), block(body)),
        ExprKind::Block(b) => block(b),
    }
}

fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::Rem => "%",
        BinaryOp::MatMul => "@",
        BinaryOp::Pow => "^",
    }
}

/// The comments and documentation of a text, without blanks at the ends of lines.
pub(crate) fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['/', '"']) {
        rest = &rest[at..];
        if rest.starts_with('"') {
            let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
            rest = &rest[end..];
        } else if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            found.push(rest[..end].trim_end().to_owned());
            rest = &rest[end..];
        } else if rest.starts_with("/*") {
            let (mut depth, mut end) = (0, 0);
            while end < rest.len() {
                if rest[end..].starts_with("/*") {
                    depth += 1;
                    end += 2;
                } else if rest[end..].starts_with("*/") {
                    depth -= 1;
                    end += 2;
                    if depth == 0 {
                        break;
                    }
                } else {
                    end += rest[end..].chars().next().map_or(1, char::len_utf8);
                }
            }
            found.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            rest = &rest[1..];
        }
    }
    found
}
