//! What the generated text promises to its readers: layout, comments, names; and that it is the same every time.

use std::path::Path;
use std::process::Command;

use tapeless_compiler::network::Emit;
use tapeless_tests_networks::{Program, Text, texts};

/// The text of a pass.
fn pass<'t>(text: &'t str, name: &str) -> &'t str {
    let from = text.find(&format!("impl<T: rt::Real> rt::Pass<T> for {name}")).map_or("", |at| &text[at..]);
    from.find("\n    }\n").map_or(from, |end| &from[..end])
}

/// The lines of the backward part of a pass.
fn backward(pass: &str) -> impl Iterator<Item = &str> {
    pass.lines().skip_while(|line| line.trim() != "// ---- backward ----").skip(1).take_while(|line| !line.trim().starts_with("// ----"))
}

#[test]
fn every_program_is_laid_out_as_rustfmt_would() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("text");
    std::fs::create_dir_all(&folder).expect("a folder for the texts");
    let mut files = Vec::new();
    for text in texts() {
        let file = folder.join(format!("{}_{:?}.rs", text.program.name, text.emit).to_lowercase());
        std::fs::write(&file, &text.text).expect("a writable folder");
        files.push(file);
        let file = folder.join(format!("{}_{:?}_threads.rs", text.program.name, text.emit).to_lowercase());
        std::fs::write(&file, Text::with_threads(&text.program, text.emit).text).expect("a writable folder");
        files.push(file);
    }
    let checked = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config", "max_width=100,use_small_heuristics=Default"])
        .args(&files)
        .output();
    match checked {
        Err(error) => println!("skipped: rustfmt cannot be run: {error}"),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let first: Vec<&str> = said.lines().take(60).collect();
            let places = said.matches("Diff in").count();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(places == 0 && output.status.success(), "{places} places\n{}\n{errors}", first.join("\n"));
        }
    }
}

#[test]
fn compiled_twice_it_is_the_same() {
    for text in texts() {
        let again = Text::compile(&text.program, text.emit);
        assert!(text.text == again.text, "{} {:?}", text.program.name, text.emit);
    }
}

#[test]
fn nothing_is_unsafe() {
    for text in texts() {
        let word = text.text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| line.contains("unsafe"));
        assert!(!word, "{} {:?}", text.program.name, text.emit);
    }
}

/// Each paragraph of the backward pass opens with a line of the program.
#[test]
fn every_backward_statement_stands_under_a_line_of_the_program() {
    let mut statements = 0;
    for text in texts() {
        let lines: Vec<&str> = text.program.text.lines().collect();
        let named = |comment: &str| {
            let rest = comment.strip_prefix("// ")?.strip_prefix(&format!("{}.nn:", text.program.name))?;
            let (number, quoted) = rest.split_once(": ")?;
            let line = lines.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
            (line.trim() == quoted).then_some(())
        };
        for network in &text.networks {
            let mut under = false;
            for line in backward(pass(network, "GradientsPass")).map(str::trim) {
                match line {
                    "" => under = false,
                    line if line.starts_with("//") => under |= named(line).is_some(),
                    "if asked {" | "}" => {}
                    // Another run through the samples, which begins with its inputs.
                    line if line.starts_with("for lanes in ") => under = true,
                    line => {
                        statements += 1;
                        assert!(under, "{} {:?}: `{line}` stands under no line of the program", text.program.name, text.emit);
                    }
                }
            }
        }
    }
    println!("{statements} lines of backward passes");
    assert!(statements > 5000);
}

/// The words that the author of a program chose.
fn chosen(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let reserved = [
        "network",
        "layer",
        "fn",
        "optimizer",
        "const",
        "use",
        "input",
        "target",
        "output",
        "param",
        "buffer",
        "state",
        "shared",
        "let",
        "mut",
        "metric",
        "loss",
        "freeze",
        "precision",
        "batch",
        "unroll",
        "budget",
        "emit",
        "assert",
        "for",
        "in",
        "if",
        "else",
        "yield",
        "true",
        "false",
    ];
    let mut words: Vec<String> =
        code.iter().flat_map(|line| line.split(move |c| !part(c))).filter(|word| !reserved.contains(word)).map(str::to_lowercase).collect();
    words.retain(|word| word.chars().next().is_some_and(char::is_alphabetic));
    words.sort();
    words.dedup();
    words
}

#[test]
fn four_of_five_values_carry_a_name_of_the_program() {
    let (mut carry, mut all) = (0, 0);
    for text in texts() {
        let words = chosen(&text.program.text);
        for network in &text.networks {
            let lets: Vec<&str> = pass(network, "GradientsPass")
                .lines()
                .filter_map(|line| line.trim().strip_prefix("let ")?.split_once(" ="))
                .map(|(name, _)| name.trim_start_matches("r#"))
                .filter(|name| {
                    let own = ["num", "splat", "params", "grads", "asked", "key", "buffers", "(next_buffers, rest)", "(next_buffers, _)"];
                    !own.contains(name) && !name.starts_with("(slot_") && !name.starts_with("(step_")
                })
                .collect();
            let carries = |name: &&&str| {
                let parted = format!("_{name}_");
                words.iter().any(|word| parted.contains(&format!("_{word}_")))
            };
            let count = lets.iter().filter(carries).count();
            let without: Vec<_> = lets.iter().filter(|name| !carries(name)).take(12).collect();
            assert!(count * 5 >= lets.len() * 4, "{} {:?}: {count} of {}, not {without:?}", text.program.name, text.emit, lets.len());
            (carry, all) = (carry + count, all + lets.len());
        }
    }
    println!("{carry} of {all} values");
}

#[test]
fn unrolled_code_has_no_products_and_no_loop_but_the_batch() {
    for text in texts().iter().filter(|text| text.emit == Emit::Unrolled) {
        for network in &text.networks {
            for name in ["PredictPass", "EvaluatePass", "GradientsPass"] {
                // Outside the batch's loop there is only what no sample is in: sums over the samples that are read again.
                let mut inside: Option<usize> = None;
                for line in pass(network, name).lines().filter(|line| !line.trim().starts_with("//")) {
                    let (depth, line) = (line.len() - line.trim_start().len(), line.trim());
                    let batch = line == "for lanes in rt::Lanes::of(simd, self.chunk) {";
                    assert!(batch || inside.is_none() || !line.starts_with("for "), "{}: {name}: {line}", text.program.name);
                    assert!(inside.is_none() || !line.contains("matmul"), "{}: {name}: {line}", text.program.name);
                    inside = if batch { Some(depth) } else { inside.filter(|start| !(line == "}" && depth == *start)) };
                }
            }
        }
    }
}

/// At most 1.3 times what is alive at once.
#[test]
fn workspaces_waste_little() {
    let mut over = Vec::new();
    for text in texts() {
        for report in &text.reports {
            if report.1.workspace_bytes * 10 > report.1.live_bytes * 13 {
                over.push(format!(
                    "{} {:?}: {} bytes, {} alive at once",
                    report.0, text.emit, report.1.workspace_bytes, report.1.live_bytes
                ));
            }
        }
    }
    assert!(over.is_empty(), "{}", over.join("\n"));
}

#[test]
fn there_are_many_programs() {
    let count = Program::all().iter().map(|program| program.networks().len()).sum::<usize>();
    println!("{count} networks");
    assert!(count >= 50);
}
