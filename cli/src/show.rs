//! How things are told: errors to stderr, colours only where there is a terminal that wants them.

use std::io::{IsTerminal, Write};

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::render::{render_ansi, render_plain};
use tapeless_grammar::span::Sources;

use crate::Failure;

/// Whether a stream takes colours: it is a terminal, and NO_COLOR is not set or empty.
pub(crate) fn coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// An error in one line or several.
pub(crate) fn error(message: &str) {
    titled("error", "1;31", message);
}

/// Something that is probably not what was meant.
pub(crate) fn warning(message: &str) {
    titled("warning", "1;33", message);
}

/// What is going on, where somebody watches.
pub(crate) fn progress(message: &str) {
    let stderr = std::io::stderr();
    if stderr.is_terminal() {
        eprintln!("{message}");
    }
}

fn titled(title: &str, colour: &str, message: &str) {
    if coloured(&std::io::stderr()) {
        eprintln!("\u{1b}[{colour}m{title}\u{1b}[0m: {message}");
    } else {
        eprintln!("{title}: {message}");
    }
}

/// Errors and warnings with their lines quoted, to stderr.
pub(crate) fn diagnostics(sources: &Sources, diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    let text = if coloured(&std::io::stderr()) { render_ansi(sources, diagnostics) } else { render_plain(sources, diagnostics) };
    eprintln!("{}", text.trim_end());
}

/// Writes a result to stdout; a reader that has gone away is no error.
pub(crate) fn result(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Usage(format!("cannot write to stdout: {error}"))),
        _ => Ok(()),
    }
}

/// 1234567 as `1,234,567`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        let shown: Vec<String> = [0, 12, 999, 1000, 1_234_567].map(super::grouped).to_vec();
        assert_eq!(shown, ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
