//! Programs made of programs: tokens and statements lost, doubled, exchanged; numbers gone to extremes; and noise.

use std::path::{Path, PathBuf};

use tapeless_grammar::is_reserved_word;

use crate::numbers::Numbers;

/// A token with the blanks before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    gap: String,
    pub(crate) text: String,
}

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "-2",
    "1e308",
    "1e-308",
    "1e999",
    "0.5",
    "4294967295",
    "4294967296",
    "2147483648",
    "1099511627776",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "65536",
    "1000000000",
    "inf",
];

const OPERATORS: &[&str] = &["+", "-", "*", "/", "%", "@", "^", "<", "<=", "==", "!=", "&&", "||", "|>", "..", ".", ":", ",", "="];

/// The first of [`OPERATORS`] leave a program a program.
const ARITHMETIC: usize = 13;

/// `§` is what stood there.
const AROUND: &[&str] = &[
    "(§)",
    "[§]",
    "[§, §]",
    "(§, §)",
    "-§",
    "!§",
    "§[0]",
    "§[-1]",
    "§[0..1]",
    "§[..]",
    "§[§]",
    "§ @ §",
    "§ ^ 2",
    "§ ^ §",
    "sum(§)",
    "max(§, §)",
    "mean(§, axis = 0)",
    "real(§)",
    "argmax(§)",
    "where(§ > 0, §, 1)",
    "grad(§, x)",
    "grad(sum(§), §, zero = true)",
    "jvp(§, x, x)",
    "laplacian(§, x)",
    "stop_gradient(§)",
    "broadcast(§, [2, 3])",
    "reshape(§, [-1])",
    "transpose(§)",
    "concat([§, §])",
    "stack([§, §])",
    "pad(§, [(1, 1)])",
    "contract(§, §, \"ij,jk->ik\")",
    "one_hot(§, 3)",
    "take(§, 0, 0)",
    "batch_mean(§)",
    "dropout(§)",
    "dense(§, 3)",
    "relu(§)",
    "(§ |> dense(4))",
    "(§ |> relu |> fc: dense(2) |> tanh)",
    "(§ |> softmax)",
    "(§ |> layer_norm)",
    "if training { § } else { § }",
    "if § { § } else { 1 }",
    "{ let a = §; a }",
    "for i in 0..3 { yield §; }",
    "for z in § { yield z; }",
    "for z in § { yield z |> dense(2); }",
];

const STATEMENTS: &[&str] = &[
    "input x: [3];",
    "target y: [1];",
    "input t: [] in 0..5;",
    "param w: [3, 3] = he_normal();",
    "param w: [] = 0.5;",
    "buffer m: [3] = zeros();",
    "state h: [4] = zeros();",
    "let a = x;",
    "let mut a = x;",
    "a = a + x;",
    "output p = x |> dense(1);",
    "loss mse(p, y);",
    "loss l2(weights);",
    "loss data = sum(x ^ 2);",
    "metric m = sum(x);",
    "freeze params;",
    "batch 4;",
    "precision f64;",
    "unroll 4;",
    "emit unrolled;",
    "emit kernels;",
    "budget memory = 100;",
    "optimizer adam(lr = cosine(1e-3, 100));",
    "optimizer sgd(1e-2) for weights;",
    "assert 1 == 2, \"no\";",
    "shared enc = dense(3);",
    "use \"moons.nn\";",
    "const T = 3;",
    "for i in 0..2 { x |> dense(2); }",
];

/// Words for noise, besides those of the programs.
const NOISE: &[&str] =
    &["(", ")", "[", "]", "{", "}", ";", "\"a\"", "\"\"", "///a\n", "/*b*/", "_", "self", "none", "true", "x", "y", "'", "#", "é", "\\"];

/// All programs of the repository as tokens.
pub(crate) struct Pool {
    /// Names and texts.
    pub(crate) files: Vec<(String, String)>,
    programs: Vec<Vec<Token>>,
    words: Vec<String>,
}

impl Pool {
    /// From the folder of the repository.
    pub(crate) fn read() -> Pool {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut paths = Vec::new();
        walk(&root, 0, &mut paths);
        paths.sort();
        let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
        let files: Vec<(String, String)> = paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect();
        let programs: Vec<Vec<Token>> = files.iter().map(|(_, text)| tokens(text)).collect();
        let mut words: Vec<String> = programs.iter().flatten().filter(|t| is_word(&t.text)).map(|t| t.text.clone()).collect();
        words.sort();
        words.dedup();
        Pool { files, programs, words }
    }

    /// One program.
    pub(crate) fn draw(&self, numbers: &mut Numbers) -> String {
        if numbers.below(20) == 0 {
            return self.soup(numbers);
        }
        let mut program = self.programs[numbers.below(self.programs.len())].clone();
        for _ in 0..numbers.below(4) {
            self.mutate(&mut program, numbers);
        }
        text(&program)
    }

    fn mutate(&self, program: &mut Vec<Token>, numbers: &mut Numbers) {
        let other = &self.programs[numbers.below(self.programs.len())];
        if program.is_empty() || other.is_empty() {
            return;
        }
        match numbers.below(24) {
            0 | 1 => rough(program, other, numbers),
            2..=5 => {
                let numbers_there = places(program, |_, token| is_number(&token.text));
                replace(program, &numbers_there, numbers, |numbers| numbers.of(NUMBERS).to_owned());
            }
            6..=8 => {
                let operands = operands(program);
                let names: Vec<String> = operands.iter().map(|&i| program[i].text.clone()).collect();
                replace(program, &operands, numbers, |numbers| names[numbers.below(names.len())].clone());
            }
            9 => {
                let words = places(program, |_, token| is_word(&token.text) && !is_reserved_word(&token.text));
                let names: Vec<String> = words.iter().map(|&i| program[i].text.clone()).collect();
                replace(program, &words, numbers, |numbers| names[numbers.below(names.len())].clone());
            }
            10 | 11 => {
                let called =
                    places(program, |i, token| is_word(&token.text) && i > 0 && matches!(program[i - 1].text.as_str(), "|>" | "="));
                replace(program, &called, numbers, |numbers| self.words[numbers.below(self.words.len())].clone());
            }
            12 | 13 => {
                let operators = places(program, |_, token| OPERATORS[..ARITHMETIC].contains(&token.text.as_str()));
                replace(program, &operators, numbers, |numbers| numbers.of(&OPERATORS[..ARITHMETIC]).to_owned());
            }
            14..=17 => {
                let operands = operands(program);
                replace(program, &operands, numbers, |numbers| numbers.of(AROUND).to_owned());
            }
            18 | 19 => {
                let here = statements(program);
                if !here.is_empty() {
                    let start = here[numbers.below(here.len())].start;
                    program.insert(start, Token { gap: "\n".into(), text: numbers.of(STATEMENTS).to_owned() });
                }
            }
            _ => shuffle(program, other, numbers),
        }
    }

    /// Tokens without a plan, in the body of a network or alone.
    fn soup(&self, numbers: &mut Numbers) -> String {
        let mut out = String::new();
        for _ in 0..numbers.below(60) {
            match numbers.below(8) {
                0 => out.push_str(numbers.of(OPERATORS)),
                1 => out.push_str(numbers.of(NUMBERS)),
                2 | 3 => out.push_str(numbers.of(NOISE)),
                4 => out.push_str(numbers.of(STATEMENTS)),
                5 => out.push_str(&numbers.of(AROUND).replace('§', "x")),
                _ => out.push_str(&self.words[numbers.below(self.words.len())]),
            }
            out.push(' ');
        }
        match numbers.below(3) {
            0 => format!("network N {{ input x: [3]; {out} }}"),
            1 => format!("fn f(x) {{ let y = {out}; y }}"),
            _ => out,
        }
    }
}

/// Tokens lost, doubled, exchanged, taken from elsewhere, whatever they are.
fn rough(program: &mut Vec<Token>, other: &[Token], numbers: &mut Numbers) {
    let at = numbers.below(program.len());
    match numbers.below(7) {
        0 => _ = program.remove(at),
        1 => program.insert(at, program[at].clone()),
        2 => {
            let with = numbers.below(program.len());
            program.swap(at, with);
        }
        3 => program[at].text = other[numbers.below(other.len())].text.clone(),
        4 => program[at].text = numbers.of(OPERATORS).to_owned(),
        5 => {
            let start = numbers.below(other.len());
            let end = (start + 1 + numbers.below(8)).min(other.len());
            program.splice(at..at, other[start..end].to_vec());
        }
        _ => {
            let end = (at + 1 + numbers.below(8)).min(program.len());
            program.drain(at..end);
        }
    }
}

/// Statements lost, doubled, exchanged, taken from elsewhere.
fn shuffle(program: &mut Vec<Token>, other: &[Token], numbers: &mut Numbers) {
    let (here, there) = (statements(program), statements(other));
    if here.is_empty() || there.is_empty() {
        return;
    }
    let one = here[numbers.below(here.len())].clone();
    let two = here[numbers.below(here.len())].clone();
    let moved = program[two.clone()].to_vec();
    match numbers.below(5) {
        0 => _ = program.splice(one, []),
        1 => _ = program.splice(one.start..one.start, moved),
        2 => _ = program.splice(one, moved),
        3 => {
            let foreign = other[there[numbers.below(there.len())].clone()].to_vec();
            program.splice(one.start..one.start, foreign);
        }
        _ if one.end <= two.start => {
            let first = program[one.clone()].to_vec();
            program.splice(two, first);
            program.splice(one, moved);
        }
        _ => {}
    }
}

fn places(program: &[Token], fits: impl Fn(usize, &Token) -> bool) -> Vec<usize> {
    program.iter().enumerate().filter(|(i, token)| fits(*i, token)).map(|(i, _)| i).collect()
}

/// Where a number, or a name that is neither bound nor called there, stands.
fn operands(program: &[Token]) -> Vec<usize> {
    places(program, |i, token| {
        let before = if i == 0 { "" } else { program[i - 1].text.as_str() };
        let after = program.get(i + 1).map_or("", |next| next.text.as_str());
        let operand = is_number(&token.text) || is_word(&token.text) && !is_reserved_word(&token.text);
        let bound = is_word(before) && before != "in" && before != "yield" && before != "if";
        operand && !bound && !matches!(before, "." | "|>") && !matches!(after, ":" | "(" | "=" | ".")
    })
}

/// One of the tokens at `places` becomes another; `§` in the new one is the old one.
fn replace(program: &mut [Token], places: &[usize], numbers: &mut Numbers, new: impl Fn(&mut Numbers) -> String) {
    if !places.is_empty() {
        let token = &mut program[places[numbers.below(places.len())]];
        token.text = new(numbers).replace('§', &token.text);
    }
}

/// Where the statements stand, inner ones among them: from one `;`, `{` or `}` to the next `;` of the same depth.
fn statements(program: &[Token]) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let mut starts = vec![0];
    for (i, token) in program.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => starts.push(i + 1),
            "}" | ")" | "]" => {
                starts.pop();
                if token.text == "}" && program.get(i + 1).is_some_and(|next| is_word(&next.text)) {
                    starts.last_mut().into_iter().for_each(|start| *start = i + 1);
                }
            }
            ";" => {
                if let Some(start) = starts.last_mut() {
                    out.push(*start..i + 1);
                    *start = i + 1;
                }
            }
            _ => {}
        }
        if starts.is_empty() {
            starts.push(i + 1);
        }
    }
    out
}

fn text(program: &[Token]) -> String {
    program.iter().map(|token| format!("{}{}", token.gap, token.text)).collect()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// Cuts a text; what is put together again is the text.
fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.trim_start().is_empty() {
        let blanks = rest.len() - rest.trim_start().len();
        let (gap, tail) = rest.split_at(blanks);
        let while_ = |fits: &dyn Fn(char) -> bool| tail.find(|c| !fits(c)).unwrap_or(tail.len());
        let len = if tail.starts_with("//") {
            tail.find('\n').map_or(tail.len(), |end| end + 1)
        } else if tail.starts_with("/*") {
            tail.find("*/").map_or(tail.len(), |end| end + 2)
        } else if let Some(inside) = tail.strip_prefix('"') {
            inside.find('"').map_or(tail.len(), |end| end + 2)
        } else if is_word(tail) {
            while_(&|c| c.is_alphanumeric() || c == '_')
        } else if is_number(tail) {
            let whole = while_(&|c| c.is_alphanumeric() || c == '_');
            let sign = tail[..whole].ends_with('e') && tail[whole..].starts_with('-');
            let fraction = tail[whole..].starts_with('.') && tail[whole + 1..].starts_with(|c: char| c.is_ascii_digit());
            let more = if sign || fraction { tail[whole + 1..].find(|c: char| !c.is_alphanumeric() && c != '_') } else { Some(0) };
            if sign || fraction { more.map_or(tail.len(), |more| whole + 1 + more) } else { whole }
        } else {
            let two = ["|>", "->", "..", "==", "!=", "<=", ">=", "&&", "||"];
            two.iter().find(|two| tail.starts_with(**two)).map_or_else(|| tail.chars().next().map_or(1, char::len_utf8), |two| two.len())
        };
        out.push(Token { gap: gap.to_owned(), text: tail[..len].to_owned() });
        rest = &tail[len..];
    }
    out
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if path.is_dir() && !name.starts_with('.') && name != "target" && depth < 8 {
            walk(&path, depth + 1, paths);
        } else if name.ends_with(".nn") {
            paths.push(path);
        }
    }
}

#[test]
fn a_program_without_changes_is_the_program() {
    for (name, text_) in Pool::read().files {
        assert_eq!(text(&tokens(&text_)).trim_end(), text_.trim_end(), "{name}");
    }
}
