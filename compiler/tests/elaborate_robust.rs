//! Whatever a program says, elaboration ends soon and without a panic: broken programs, deep ones, endless ones.

use std::path::Path;
use std::time::{Duration, Instant};

use tapeless_compiler::elaborate::{Elaboration, NoFiles, elaborate};
use tapeless_grammar::span::Sources;

fn run(text: &str) -> Elaboration {
    let mut sources = Sources::new();
    let root = sources.add("robust.nn", text);
    elaborate(&mut sources, root, &mut NoFiles)
}

/// The codes told, once each.
fn codes(text: &str) -> Vec<&'static str> {
    let started = Instant::now();
    let mut codes: Vec<&'static str> = run(text).diagnostics.iter().map(|d| d.code).collect();
    let shown: String = text.chars().take(80).collect();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?} for {shown}", started.elapsed());
    codes.dedup();
    codes
}

#[test]
fn limits_are_named() {
    assert_eq!(codes("network A { for i in 0..1000000000 { let a = i; } }"), ["E0160"]);
    assert_eq!(codes("network A { input x: [4294967295, 4294967295]; }"), ["E0147"]);
    assert_eq!(codes("network A { input x: [4294967295, 4294967295, 4294967295]; }"), ["E0147"]);
    assert_eq!(codes("network A { let a = zeros([9223372036854775807]); }"), ["E0147"]);
    assert_eq!(codes("network A { for i in 0..60000 { for j in 0..60000 { for k in 0..60000 { let a = 1; } } } }"), ["E0161"]);
    assert_eq!(codes("network A { input x: [3]; let mut y = x; for i in 0..60000 { for j in 0..60000 { y = y + x; } } }"), ["E0162"]);
    assert_eq!(codes("network A { let mut l = [1]; for i in 0..60000 { l = l + l; } }"), ["E0164"]);
    assert_eq!(codes("network A { let mut l = [1]; for i in 0..60000 { l = [l]; } }"), ["E0164"]);
    assert_eq!(codes("network A { let mut l = [1]; for i in 0..30 { l = [l, l]; } let e = l == l; }"), ["E0161"]);
    assert_eq!(codes("network A { let mut l = [1]; for i in 0..60000 { l = l + [1] * 15; } let e = len(l); }"), ["E0161"]);
    assert_eq!(codes("network A { let mut n = 3; for i in 0..60000 { n = n * n; } }"), ["E0130"]);
    assert_eq!(codes("network A { let mut x = 3.0; for i in 0..60000 { x = x * x; } }"), ["E0137"]);
    assert_eq!(codes("network A { input x: [65536]; let a = reshape(x, [65536, 1]) + x; let b = stack([a, a]); }"), ["E0147"]);
    assert_eq!(codes("network A { let a = -9223372036854775808; }"), ["E0130"]);
    assert_eq!(codes("network A { input x: [3]; let a = pad(x, [(9223372036854775807, 9223372036854775807)]); }"), ["E0147"]);
    assert_eq!(codes("network A { input x: [3]; let a = x[-9223372036854775807]; }"), ["E0124"]);
    assert_eq!(codes("network A { let a = iota(5000000000); }"), ["E0147"]);
}

#[test]
fn deep_programs_end() {
    // What the parser admits, through a stack of two megabytes.
    let sum = vec!["1"; 200].join(" + ");
    assert!(codes(&format!("network A {{ let a = {sum}; }}")).is_empty());
    let deep = format!("{}1{}", "(1 + ".repeat(90), ")".repeat(90));
    codes(&format!("network A {{ let a = {deep}; }}"));
    let lists = format!("{}1{}", "[".repeat(90), "]".repeat(90));
    codes(&format!("network A {{ let a = {lists}; }}"));
    let calls: String = (0..300).map(|i| format!("fn f{i}(x) = f{}(x + 1);\n", i + 1)).collect();
    assert_eq!(codes(&format!("{calls} fn f300(x) = x; network A {{ let a = f0(1); }}")), ["E0163"]);
    let pipe = "x |> ".to_owned() + &vec!["relu"; 200].join(" |> ");
    assert!(codes(&format!("network A {{ input x: [3]; let a = {pipe}; }}")).is_empty());
    let nested: String = (0..40).map(|i| format!("if {i} == {i} {{ ")).collect::<String>() + "3" + &" }".repeat(40);
    codes(&format!("network A {{ let a = {nested}; }}"));
    // Each function calls the next twice.
    let calls: String = (0..60).map(|i| format!("fn f{i}(x) = f{}(x) + f{}(x);\n", i + 1, i + 1)).collect();
    assert_eq!(codes(&format!("{calls} fn f60(x) = x; network A {{ let a = f0(1); }}")), ["E0161"]);
}

/// A small generator: the same programs every time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// The words and signs of a text.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in text.lines().map(|line| line.split("//").next().unwrap()).flat_map(|line| line.chars().chain(['\n'])) {
        let word = c.is_alphanumeric() || c == '_';
        match out.last_mut() {
            Some(last) if word && last.chars().all(|c| c.is_alphanumeric() || c == '_') => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

#[test]
fn broken_programs_do_not_panic() {
    let mut texts = Vec::new();
    for folder in ["tests/programs", "tests/wrong"] {
        let mut paths: Vec<_> =
            std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        texts.extend(paths.iter().filter(|p| p.extension().is_some_and(|e| e == "nn")).map(|p| std::fs::read_to_string(p).unwrap()));
    }
    let pool: Vec<Vec<String>> = texts.iter().map(|text| tokens(text)).collect();
    let odd = [
        "0",
        "-1",
        "9223372036854775807",
        "[]",
        "()",
        "none",
        "x",
        "inf",
        "1e308",
        "training",
        "weights",
        "x[0]",
        "[1, 2]",
        "0..3",
        "relu",
        "\"a\"",
    ];
    let mut draw = Draw(7);
    let started = Instant::now();
    let mut count = 0;
    while count < 3000 && started.elapsed() < Duration::from_secs(60) {
        let mut program = pool[draw.below(pool.len())].clone();
        for _ in 0..1 + draw.below(3) {
            let at = draw.below(program.len());
            match draw.below(4) {
                0 => _ = program.remove(at),
                1 => {
                    let other = &pool[draw.below(pool.len())];
                    program[at] = other[draw.below(other.len())].clone();
                }
                2 => program[at] = odd[draw.below(odd.len())].to_owned(),
                _ => {
                    let other = draw.below(program.len());
                    program.swap(at, other);
                }
            }
            if program.is_empty() {
                break;
            }
        }
        codes(&program.concat());
        count += 1;
    }
    println!("{count} broken programs in {:?}", started.elapsed());
    assert!(count >= 500, "{count} programs");
}
