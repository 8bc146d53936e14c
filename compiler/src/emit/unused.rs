//! Unrolled code without the variables that nothing reads: elements that a slice left out, the last comparison of an `argmax`.

use std::collections::BTreeSet;

/// A piece of the work of a tile.
enum Piece<'t> {
    Blank,
    Comment(&'t str),
    /// A statement and the variables that it introduces.
    Statement(Vec<&'t str>, Vec<&'t str>),
    /// The opening or the end of a block.
    Edge(&'t str),
}

/// The text of a tile without variables that nothing reads, and without comments that would stand over nothing.
pub(crate) fn without_unused(text: &str) -> String {
    let mut pieces = pieces(text);
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for at in (0..pieces.len()).rev() {
        match &pieces[at] {
            Piece::Statement(_, names) if !names.is_empty() && !names.iter().any(|name| used.contains(name)) => {
                pieces.remove(at);
            }
            Piece::Statement(lines, names) => {
                for name in names {
                    used.remove(name);
                }
                for (i, line) in lines.iter().enumerate() {
                    let value = if i == 0 && !names.is_empty() { line.split_once(" = ").map_or(*line, |(_, value)| value) } else { line };
                    used.extend(words(value));
                }
            }
            Piece::Edge(line) => used.extend(words(line)),
            Piece::Blank | Piece::Comment(_) => {}
        }
    }
    written(&pieces)
}

/// Comments are written when something comes that they stand over: a line of the program as long as its paragraph lasts, a formula only
/// over what comes next.
fn written(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    let mut after_edge = true;
    let (mut blank, mut line, mut formulas): (bool, Option<&str>, Vec<&str>) = (false, None, Vec::new());
    for piece in pieces {
        match piece {
            Piece::Blank => (blank, line, formulas) = (true, None, Vec::new()),
            Piece::Comment(comment) if comment.trim_start().starts_with("// ∂") => formulas = vec![*comment],
            Piece::Comment(comment) if !comment.trim_start().starts_with("// ----") => (line, formulas) = (Some(*comment), Vec::new()),
            Piece::Comment(_) | Piece::Statement(..) | Piece::Edge(_) => {
                let ends = matches!(piece, Piece::Edge(edge) if edge.trim() == "}");
                if std::mem::take(&mut blank) && !after_edge && !ends {
                    out.push('\n');
                }
                for comment in line.take().into_iter().chain(formulas.drain(..)) {
                    out.push_str(comment);
                    out.push('\n');
                }
                let lines: &[&str] = match piece {
                    Piece::Statement(lines, _) => lines,
                    Piece::Comment(only) | Piece::Edge(only) => std::slice::from_ref(only),
                    Piece::Blank => &[],
                };
                for line in lines {
                    out.push_str(line);
                    out.push('\n');
                }
                after_edge = matches!(piece, Piece::Edge(edge) if edge.ends_with('{'));
            }
        }
    }
    out
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.is_empty() {
            pieces.push(Piece::Blank);
        } else if code.starts_with("//") {
            pieces.push(Piece::Comment(line));
        } else if code.ends_with('{') || code == "}" {
            pieces.push(Piece::Edge(line));
        } else {
            let mut statement = vec![line];
            while !statement.last().is_some_and(|line| line.ends_with(';')) {
                let Some(line) = lines.next() else { break };
                statement.push(line);
            }
            let pattern = code.strip_prefix("let ").and_then(|code| code.split_once(" =")).map_or("", |(pattern, _)| pattern);
            pieces.push(Piece::Statement(statement, words(pattern).filter(|word| *word != "r").collect()));
        }
    }
    pieces
}

/// The names in a line but for methods and fields.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.split(move |c: char| !part(c)).filter(move |word| {
        let at = word.as_ptr() as usize - line.as_ptr() as usize;
        !word.is_empty() && !line[..at].ends_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::without_unused;

    #[test]
    fn what_nothing_reads_goes_with_its_comments() {
        let text = "
    // a.nn:1: let h = f(x);
    let h_0 = x_0.tanh();
    let h_1 = x_1.tanh();

    // a.nn:2: let g = h[0];
    // ∂L/∂h
    let d_1 = h_0
        .plus_product(h_0, h_0);
    // ∂L/∂x
    let d_2 = h_0 * h_0;

    // a.nn:3: let unread = h;
    let g_0 = h_1;

    if asked {

        // a.nn:3: let late = h;
        let late = d_2;

        lanes.store(simd, [d_2.h_1], self.d_x);
    }
";
        let wanted = "    // a.nn:1: let h = f(x);
    let h_0 = x_0.tanh();

    // a.nn:2: let g = h[0];
    // ∂L/∂x
    let d_2 = h_0 * h_0;

    if asked {
        lanes.store(simd, [d_2.h_1], self.d_x);
    }
";
        assert_eq!(without_unused(text), wanted);
    }
}
