//! Common mistakes, the most telling first. Each looks at the tokens around the stop and either says what was meant or passes.

use super::{Stop, expected};
use crate::diagnostic::Diagnostic;
use crate::generated::Rule;
use crate::items::{ITEM_WORDS, item_kind};
use crate::scan::TokenKind;
use crate::words::{STATEMENT_WORDS, is_reserved_word, nearest};

/// What to say of a stop.
pub(super) fn explain(stop: &Stop<'_>) -> Diagnostic {
    const MISTAKES: &[fn(&Stop<'_>) -> Option<Diagnostic>] = &[
        documentation,
        outside,
        item_inside,
        keyword,
        reserved,
        equality,
        assigned_part,
        method,
        type_annotation,
        result_type,
        pattern,
        named_by_colon,
        label,
        half_range,
        missing_shape,
        unless_block,
        semicolon,
    ];
    MISTAKES.iter().find_map(|mistake| mistake(stop)).unwrap_or_else(|| plain(stop))
}

fn error(stop: &Stop<'_>, code: &'static str, message: impl Into<String>, help: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(code, stop.span(), message);
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}

fn plain(stop: &Stop<'_>) -> Diagnostic {
    let (words, found) = (expected::words(stop), expected::found(stop));
    let message = if words.is_empty() { format!("{found} does not fit here") } else { format!("expected {words}, found {found}") };
    error(stop, "E0001", message, "")
}

fn documentation(stop: &Stop<'_>) -> Option<Diagnostic> {
    let misplaced = if stop.kind(stop.at) == Some(TokenKind::Doc) { stop.at } else { stop.at.checked_sub(1)? };
    if stop.kind(misplaced) != Some(TokenKind::Doc) || stop.kind(stop.at) == Some(TokenKind::Word) {
        return None;
    }
    let message = "documentation stands before an item or a statement";
    Some(Diagnostic::error("E0023", stop.span_of(misplaced), message).help("write `//` instead of `///`"))
}

/// At the top of a file: statements, and words that begin nothing.
fn outside(stop: &Stop<'_>) -> Option<Diagnostic> {
    let first = (0..stop.tokens.len()).find(|&i| stop.kind(i) != Some(TokenKind::Doc))?;
    let word = stop.word(first);
    if stop.at > first || item_kind(word).is_some() {
        return None;
    }
    let span = stop.span_of(first);
    const ITEMS: &str = "a file holds `network`, `layer`, `fn`, `optimizer`, `const` and `use`";
    if STATEMENT_WORDS.contains(&word) {
        let help = if word == "let" { "a value for a whole file is `const T = 64;`" } else { "put it into the body of a `network`" };
        return Some(Diagnostic::error("E0018", span, format!("`{word}` stands in a body, not at the top of a file")).help(help));
    }
    if word == ";" {
        return Some(Diagnostic::error("E0001", span, "a `;` too many").help("leave it out: a body needs no `;` after its `}`"));
    }
    let foreign = match word {
        "def" | "func" | "function" | "lambda" => Some("a function is `fn f(x) = e;`"),
        "pub" => Some("everything may be used from other files: leave `pub` out"),
        "class" | "struct" | "module" | "mod" => Some("a network is `network Name { … }`, a part of one `layer name(x) { … }`"),
        "import" | "from" | "include" => Some("other files are taken in by `use \"blocks.nn\";`"),
        "static" | "var" | "val" => Some("a value for a whole file is `const T = 64;`"),
        _ => None,
    };
    let candidates = ITEM_WORDS.iter().map(|(word, _)| *word);
    let help = match (foreign, nearest(word, candidates)) {
        (Some(help), _) => help.to_owned(),
        (None, Some(meant)) => format!("did you mean `{meant}`?"),
        (None, None) => ITEMS.to_owned(),
    };
    Some(Diagnostic::error("E0017", span, format!("`{word}` begins no item")).help(help))
}

fn item_inside(stop: &Stop<'_>) -> Option<Diagnostic> {
    let start = stop.statement_start();
    let word = stop.word(start);
    if start == 0 || !matches!(word, "fn" | "layer" | "network" | "use") || stop.at > start + 1 {
        return None;
    }
    let message = format!("`{word}` stands at the top of a file, not in a body");
    let help =
        if word == "use" { "move it to the top of the file" } else { "move it out; what it needs from here is handed over as arguments" };
    Some(Diagnostic::error("E0019", stop.span_of(start), message).help(help))
}

/// A statement that begins with a word that begins none.
fn keyword(stop: &Stop<'_>) -> Option<Diagnostic> {
    let start = stop.statement_start();
    if start == 0 || stop.at != start + 1 || stop.kind(start) != Some(TokenKind::Word) {
        return None;
    }
    let word = stop.word(start);
    let span = stop.span_of(start);
    let next = stop.kind(stop.at);
    if is_reserved_word(word) || stop.on_new_line(stop.at) || !matches!(next, Some(TokenKind::Word | TokenKind::Number | TokenKind::Str)) {
        return None;
    }
    let foreign = match word {
        "var" | "val" | "auto" | "int" | "float" | "tensor" => Some("a name is bound by `let h = e;`"),
        "return" => Some("a block's value is its last expression, without `;`"),
        "while" | "loop" => Some("loops run over values: `for i in 0..4 { … }`"),
        "def" | "func" | "function" => Some("a function is `fn f(x) = e;`, at the top of the file"),
        "del" | "print" | "pass" | "import" | "match" | "break" | "continue" => Some("there is no such statement"),
        "train" => Some("how to train is said by `optimizer adam(lr = 1e-3);`"),
        "weight" | "weights" | "parameter" => Some("a parameter is `param w: [2, 3] = he_normal();`"),
        _ => None,
    };
    let help = match (nearest(word, STATEMENT_WORDS.iter().copied()), foreign) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, Some(help)) => help.to_owned(),
        (None, None) => "a name is bound by `let h = e;`".to_owned(),
    };
    Some(Diagnostic::error("E0017", span, format!("`{word}` begins no statement")).help(help))
}

/// A word of the language where a name or an expression should be.
fn reserved(stop: &Stop<'_>) -> Option<Diagnostic> {
    if stop.before(1) == "mut" && stop.at > 0 {
        let message = "`mut` stands right behind `let`, for all the names together";
        return Some(Diagnostic::error("E0001", stop.span_of(stop.at - 1), message).help("write `let mut (a, b) = …;`"));
    }
    let word = stop.word(stop.at);
    // A forgotten `;` before the next statement is told elsewhere.
    let wanted = stop.expects(Rule::word) || stop.expects(Rule::expr) || stop.expects(Rule::call);
    if !is_reserved_word(word) || !wanted || stop.on_new_line(stop.at) || matches!(word, "if" | "for" | "else") {
        return None;
    }
    let message = format!("`{word}` can't be a name: it is a word of the language");
    let help = format!("write `{word}_`, or choose another name");
    Some(error(stop, "E0005", message, &help))
}

/// `=` where a comparison stands.
fn equality(stop: &Stop<'_>) -> Option<Diagnostic> {
    if stop.word(stop.at) != "=" {
        return None;
    }
    let start = stop.statement_start();
    let first = stop.word(start);
    let enclosing = stop.enclosing().map(|open| stop.word(open));
    let condition = stop.expects(Rule::open_brace) && stop.expects(Rule::op);
    let named = stop.enclosing().is_some_and(|open| open > 0 && stop.kind(open - 1) == Some(TokenKind::Word));
    let compares = condition || matches!(first, "assert" | "if") || enclosing == Some("[") || (enclosing == Some("(") && !named);
    compares.then(|| error(stop, "E0020", "`=` gives a name its value; a comparison is written `==`", "write `==`"))
}

/// `a.b = e`, `a[0] = e`
fn assigned_part(stop: &Stop<'_>) -> Option<Diagnostic> {
    if stop.word(stop.at) != "=" {
        return None;
    }
    let start = stop.statement_start();
    let first = stop.word(start);
    if is_reserved_word(first) || stop.kind(start) != Some(TokenKind::Word) || stop.at < start + 2 {
        return None;
    }
    let help = "a part of a tensor can't be replaced: make a new one, with `where`, `concat` or `stack`";
    Some(error(stop, "E0001", "only a name can be assigned", help))
}

/// `x.relu()`
fn method(stop: &Stop<'_>) -> Option<Diagnostic> {
    if stop.word(stop.at) != "(" || stop.before(2) != "." {
        return None;
    }
    let name = stop.before(1);
    let message = "there are no methods";
    Some(Diagnostic::error("E0024", stop.span_of(stop.at - 1), message).help(format!("write `x |> {name}(…)` or `{name}(x, …)`")))
}

/// `let h: [3] = e;`
fn type_annotation(stop: &Stop<'_>) -> Option<Diagnostic> {
    let start = stop.statement_start();
    if stop.word(stop.at) != ":" || !matches!(stop.word(start), "let" | "output" | "shared" | "loss" | "metric") {
        return None;
    }
    let message = format!("`{}` takes no shape: the compiler finds it", stop.word(start));
    Some(error(stop, "E0028", message, "leave `: …` out; a shape is checked by `assert shape(h) == [3];`"))
}

/// `dense(units: 16)`
fn named_by_colon(stop: &Stop<'_>) -> Option<Diagnostic> {
    let open = stop.enclosing()?;
    let call = stop.word(open) == "(" && open > 0 && stop.kind(open - 1) == Some(TokenKind::Word);
    if !call || stop.before(1) != ":" || stop.at < 2 {
        return None;
    }
    let name = stop.before(2);
    let help = format!("write `{name} = …`");
    Some(Diagnostic::error("E0027", stop.span_of(stop.at - 1), "an argument is named with `=`").help(help))
}

/// `fn f(x) -> f32`
fn result_type(stop: &Stop<'_>) -> Option<Diagnostic> {
    if stop.before(1) != "->" {
        return None;
    }
    let help = "write the result's shape, `-> [n]` (`-> []` for a scalar), or leave `-> …` out";
    Some(error(stop, "E0028", format!("after `->` stands a shape pattern, found {}", expected::found(stop)), help))
}

/// In a signature: what a pattern may hold.
fn pattern(stop: &Stop<'_>) -> Option<Diagnostic> {
    let item = (0..stop.tokens.len()).find(|&i| stop.kind(i) != Some(TokenKind::Doc))?;
    let mut depth = 0usize;
    for i in item..stop.at {
        match stop.word(i) {
            "{" | "=" if depth == 0 => return None,
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if !matches!(stop.word(item), "fn" | "layer" | "optimizer") {
        return None;
    }
    let open = stop.enclosing()?;
    if stop.word(open) == "[" && stop.expects(Rule::close_bracket) {
        let message = format!("expected `,` or `]` in a shape pattern, found {}", expected::found(stop));
        return Some(error(stop, "E0028", message, "a pattern holds names, numbers and `..`"));
    }
    if stop.before(1) == ":" {
        let message = format!("after an argument's `:` stands a shape pattern or `fn`, found {}", expected::found(stop));
        return Some(error(stop, "E0028", message, "write `x: [t, n]`, or leave `: …` out: an argument may be anything"));
    }
    None
}

/// `fc1: 3`
fn label(stop: &Stop<'_>) -> Option<Diagnostic> {
    if stop.before(1) != ":" || stop.at < 3 || stop.kind(stop.at - 2) != Some(TokenKind::Word) || !stop.expects(Rule::word) {
        return None;
    }
    let message = format!("after the label `{}:` stands a call, found {}", stop.before(2), expected::found(stop));
    Some(error(stop, "E0001", message, "a label names the parameters of the call right after it: `fc1: dense(16)`"))
}

/// `0..` outside an index
fn half_range(stop: &Stop<'_>) -> Option<Diagnostic> {
    let half = stop.before(1) == ".." || stop.word(stop.at) == "..";
    let index = stop.enclosing().is_some_and(|open| {
        stop.word(open) == "[" && open > 0 && (matches!(stop.word(open - 1), ")" | "]") || stop.kind(open - 1) == Some(TokenKind::Word))
    });
    if !half || index {
        return None;
    }
    let at = if stop.before(1) == ".." { stop.at - 1 } else { stop.at };
    let message = "a range has both ends, but for the index of a tensor";
    Some(Diagnostic::error("E0016", stop.span_of(at), message).help("write `a..b`"))
}

/// `input x;`
fn missing_shape(stop: &Stop<'_>) -> Option<Diagnostic> {
    let start = stop.statement_start();
    let word = stop.word(start);
    if !stop.expects(Rule::colon) || stop.at != start + 2 || !matches!(word, "input" | "target") {
        return None;
    }
    let help = format!("write `{word} {}: [2];`, `[]` for a scalar", stop.word(start + 1));
    Some(error(stop, "E0025", format!("{} {word} needs a shape", if word == "input" { "an" } else { "a" }), &help))
}

/// `if c: …`, `if c then …`, `for i in xs: …`, `else e`
fn unless_block(stop: &Stop<'_>) -> Option<Diagnostic> {
    let wanted = stop.expects(Rule::open_brace) || stop.expects(Rule::block);
    if !wanted || stop.expects(Rule::statement) || stop.expects(Rule::call) || stop.expects(Rule::expr) || stop.expects(Rule::number) {
        return None;
    }
    let found = expected::found(stop);
    let head = (0..stop.at)
        .rev()
        .map(|i| stop.word(i))
        .find(|word| matches!(*word, "if" | "for" | "else" | "network" | "layer" | "fn" | "optimizer"));
    let what = match head {
        Some(word @ ("if" | "for" | "else")) => format!("`{word}`"),
        Some(word) => format!("the head of a `{word}`"),
        None => return None,
    };
    let message = format!("expected `{{` after {what}, found {found}");
    let help = match (stop.word(stop.at), head) {
        ("=" | "==", Some("if")) => "a comparison is written `==`",
        (":" | "then" | "do", _) => "a body stands in braces",
        ("=", Some("optimizer" | "network")) => "the body of a network or optimizer stands in braces",
        _ => "",
    };
    Some(error(stop, "E0001", message, help))
}

/// A statement that goes on where it should have ended.
fn semicolon(stop: &Stop<'_>) -> Option<Diagnostic> {
    if !stop.expects(Rule::semi) {
        return None;
    }
    let end = stop.tokens.get(stop.at).is_none() || stop.word(stop.at) == "}" || stop.on_new_line(stop.at);
    let next = stop.kind(stop.at) == Some(TokenKind::Word) && STATEMENT_WORDS.contains(&stop.word(stop.at));
    let what = if stop.statement_start() == 0 { "item" } else { "statement" };
    if end || next {
        let message = format!("expected `;` after the {what}");
        return Some(Diagnostic::error("E0002", stop.after(stop.at), message).help("put `;` here"));
    }
    let operand = matches!(stop.kind(stop.at), Some(TokenKind::Word | TokenKind::Number | TokenKind::Str | TokenKind::Open));
    let message = if operand {
        format!("expected an operator or `;` before {}", expected::found(stop))
    } else {
        format!("expected `;` after the {what}, found {}", expected::found(stop))
    };
    Some(error(stop, "E0002", message, ""))
}
