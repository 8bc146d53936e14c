//! Programs beyond all measure, through the whole compiler: each ends within a second, with an error that names the limit or with Rust.

use std::time::{Duration, Instant};

use tapeless_compiler::elaborate::{Loader, NoFiles};
use tapeless_compiler::{Options, compile};
use tapeless_grammar::span::{FileId, Sources};

/// What was told of a program.
struct Told {
    code: Option<&'static str>,
    count: usize,
    time: Duration,
}

/// Through a stack of two megabytes, which tests and build scripts have.
fn told(text: &str, mut loader: impl Loader + Send + 'static) -> Told {
    let text = text.to_owned();
    let run = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let started = (Instant::now(), on_processor());
        let mut sources = Sources::new();
        let root = sources.add("limits.nn", text);
        let made = compile(&mut sources, root, &mut loader, &Options::default());
        assert!(made.has_errors() || made.diagnostics.is_empty());
        let time = on_processor().zip(started.1).map_or(started.0.elapsed(), |(now, before)| now.saturating_sub(before));
        Told { code: made.diagnostics.first().map(|d| d.code), count: made.diagnostics.len(), time }
    });
    run.unwrap().join().unwrap()
}

/// How long this thread has been computing, where the system says so: other work on the machine does not count.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn ends_soon(name: &str, text: &str) -> Option<&'static str> {
    let told = told(text, NoFiles);
    // Some seconds without optimisation.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });
    println!("{name}: {:?} in {:.2?}", told.code, told.time);
    assert!(told.count <= 100, "{name}: {} errors", told.count);
    if std::env::var_os("EXPLORE").is_none() {
        assert!(told.time < limit, "{name} takes {:?}", told.time);
    }
    told.code
}

/// Names, programs, and the code that is told; none where the program is right.
fn check(rows: &[(&str, String, Option<&str>)]) {
    let faults: Vec<String> = rows
        .iter()
        .filter(|row| std::env::var("ONLY").map_or(true, |only| row.0.contains(&only)))
        .map(|(name, text, wanted)| (name, ends_soon(name, text), wanted))
        .filter(|(_, told, wanted)| told != *wanted)
        .map(|(name, told, wanted)| format!("{name}: wanted {wanted:?}, told {told:?}"))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn in_network(body: &str) -> String {
    format!("network A {{ input x: [3]; {body} output p = x; }}")
}

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    in_network(&format!("let a = {}{inner}{};", open.repeat(times), close.repeat(times)))
}

#[test]
fn nesting() {
    check(&[
        ("parentheses", nested("(", "x", ")", 20_000), Some("E0021")),
        ("lists", nested("[", "x", "]", 20_000), Some("E0021")),
        ("blocks", nested("{ ", "x", " }", 20_000), Some("E0021")),
        ("calls", nested("relu(", "x", ")", 20_000), Some("E0021")),
        ("choices", nested("if training { ", "x", " } else { x }", 20_000), Some("E0021")),
        ("chosen", nested("if training { x } else ", "{ x }", "", 20_000), Some("E0021")),
        ("loops", nested("for i in 0..2 { yield ", "x", "; }", 20_000), Some("E0021")),
        ("pipes", nested("", "x", " |> relu", 20_000), Some("E0021")),
        ("labelled pipes", nested("", "x", " |> f: dense(3)", 20_000), Some("E0021")),
        ("sums", nested("", "x", " + x", 20_000), Some("E0021")),
        ("powers", nested("x ^ ", "2", "", 20_000), Some("E0021")),
        ("signs", nested("-", "x", "", 20_000), Some("E0021")),
        ("negations", nested("!", "true", "", 20_000), Some("E0021")),
        ("indices", nested("", "x", "[0]", 20_000), Some("E0021")),
        ("fields", nested("", "x", ".a", 20_000), Some("E0021")),
        ("comments", "/*".repeat(20_000) + &"*/".repeat(20_000), Some("E0021")),
        ("open brackets", "network A { let a = ".to_owned() + &"(".repeat(20_000), Some("E0021")),
        ("nested loops", in_network(&("for i in 0..1 { ".repeat(90) + "let a = i;" + &" }".repeat(90))), None),
        ("pipes within the limit", nested("", "x", " |> relu", 200), None),
        ("layers within the limit", nested("", "x", " |> dense(3)", 200), None),
    ]);
}

#[test]
fn size() {
    let many = |statement: &str, n: usize| in_network(&(0..n).map(|i| statement.replace('#', &i.to_string())).collect::<String>());
    let networks = |n: usize, body: &str| (0..n).map(|i| format!("network A{i} {{ {body} }}\n")).collect::<String>();
    check(&[
        ("10 MB of comments", "// a comment\n".repeat(800_000), Some("E0022")),
        ("10 MB of statements", many("let a# = x;\n", 600_000), Some("E0022")),
        ("10 MB of brackets", "(".repeat(10 << 20), Some("E0022")),
        ("4 MB of comments", "// a comment\n".repeat(300_000), None),
        ("4 MB of one line", format!("const A = 1; // {}", "x".repeat(4_000_000)), None),
        ("a long name", in_network(&format!("let {} = x;", "x".repeat(1_000_000))), None),
        ("a long unknown name", in_network(&format!("let a = {};", "x".repeat(1_000_000))), Some("E0100")),
        ("100,000 constants", (0..100_000).map(|i| format!("const A{i} = {i};\n")).collect(), None),
        ("200,000 statements", many("let a# = 1;\n", 200_000), None),
        ("20,000 operations", many("let a# = x + #;\n", 20_000), None),
        ("100,000 errors", many("let a# = b#;\n", 100_000), Some("E0100")),
        ("a long list", in_network(&format!("let a = [{}];", "1, ".repeat(300_000))), None),
        ("a longer list", in_network(&format!("let a = [{}];", "1, ".repeat(1_000_000))), Some("E0161")),
        ("a list past the limit", in_network(&format!("let a = [{}];", "1, ".repeat(1_100_000))), Some("E0164")),
        ("a long call", in_network(&format!("let a = relu({});", "x, ".repeat(100_000))), Some("E0112")),
        ("10,000 networks", networks(10_000, "input x: [2]; output p = x |> dense(2);"), Some("E0174")),
        ("10,000 empty networks", networks(10_000, ""), Some("E0174")),
        ("10,000 of one name", "network A { }\n".repeat(10_000), Some("E0174")),
        ("noise", "@ ! ; = 1 x ".repeat(300_000), Some("E0017")),
    ]);
}

#[test]
fn static_values() {
    check(&[
        ("a long loop", in_network("for i in 0..1000000000 { let a = i; }"), Some("E0160")),
        ("a longer loop", in_network("for i in 0..9223372036854775807 { let a = i; }"), Some("E0160")),
        ("loops in loops", in_network("for i in 0..60000 { for j in 0..60000 { let a = i * j; } }"), Some("E0161")),
        ("a range", in_network("let a = 0..1000000000; let b = len(a);"), None),
        ("a range as a list", in_network("let a = (0..1000000000) + [1];"), Some("E0164")),
        ("a repeated list", in_network("let a = [1] * 1000000000;"), Some("E0164")),
        ("a doubled list", in_network("let mut a = [1]; for i in 0..100 { a = a + a; }"), Some("E0164")),
        ("a great number", in_network("let a = 9223372036854775807 + 1;"), Some("E0130")),
        ("a longer number", in_network(&format!("let a = {};", "9".repeat(100_000))), Some("E0013")),
        ("a long fraction", in_network(&format!("let a = 0.{}1;", "0".repeat(100_000))), None),
        ("a power", in_network("let a = 2 ^ 1000000000;"), Some("E0130")),
        ("a power of a tensor", in_network("let a = x ^ 1000000000; output q = a;"), None),
        (
            "calls that double",
            {
                let functions: String = (0..60).map(|i| format!("fn f{i}(x) = f{}(x) + f{}(x);\n", i + 1, i + 1)).collect();
                functions + "fn f60(x) = x;\n" + &in_network("let a = f0(1);")
            },
            Some("E0161"),
        ),
        (
            "a chain of calls",
            {
                let functions: String = (0..10_000).map(|i| format!("fn f{i}(x) = f{}(x);\n", i + 1)).collect();
                functions + "fn f10000(x) = x;\n" + &in_network("let a = f0(1);")
            },
            Some("E0163"),
        ),
        (
            "a chain of constants",
            {
                let consts: String = (0..10_000).map(|i| format!("const A{i} = A{} + 1;\n", i + 1)).collect();
                consts + "const A10000 = 1;\n" + &in_network("let a = A0;")
            },
            Some("E0163"),
        ),
    ]);
}

#[test]
fn tensors() {
    let net = |body: &str| format!("network A {{ {body} }}");
    check(&[
        ("an input", net("input x: [4294967295, 4294967295]; output p = x;"), Some("E0147")),
        ("an input beyond 64 bits", net("input x: [4294967295, 4294967295, 4294967295]; output p = x;"), Some("E0147")),
        ("a parameter", net("param w: [1099511627776] = zeros(); output p = w;"), Some("E0147")),
        ("a parameter of two axes", net("param w: [1048576, 1048576] = he_normal(); output p = w[0];"), Some("E0147")),
        ("a layer", net("input x: [1048576]; output p = x |> dense(1048576);"), Some("E0147")),
        ("the largest input", net("input x: [2147483648]; output p = x + 1;"), None),
        ("the largest, unrolled", net("input x: [2147483648]; output p = x + 1; emit unrolled;"), Some("E0201")),
        (
            "large, unrolled",
            net(
                "input x: [784]; target y: [10]; output p = x |> dense(1000) |> relu |> dense(10); loss mse(p, y); optimizer adam(); emit unrolled;",
            ),
            Some("E0201"),
        ),
        ("moved, unrolled", net("input x: [30000, 10000]; output p = transpose(x); emit unrolled;"), Some("E0201")),
        ("a constant", net("output p = ones([2147483648]);"), None),
        ("a folded constant", net("output p = sum(ones([46340, 46340]) * 2 + 1);"), None),
        ("a constant, unrolled", net("output p = ones([2147483648]); emit unrolled;"), Some("E0201")),
        ("an index", net("output p = iota(2147483648);"), None),
        ("rows and columns", net("input i: [] in 0..2147483648; output p = one_hot(i, 2147483648);"), None),
        ("a table", net("input i: [100] in 0..1000; output p = i |> embedding(1000, 1000000);"), None),
        ("parameters", net(&(0..2000).map(|i| format!("param w{i}: [2147483648] = zeros(); ")).collect::<String>()), None),
        ("trained parameters", net("param w: [2147483648] = zeros(); loss sum(w ^ 2); optimizer adam();"), None),
        ("time", net("input x: [1025, 2]; output p = for z in x { yield z; };"), None),
        (
            "time written out",
            net("input x: [1025]; let a = sum(x); output p = for z in x { let b = a * z; yield grad(b, a); };"),
            Some("E0191"),
        ),
        ("axes", net(&format!("input x: [{}]; output p = x;", "1, ".repeat(1000))), Some("E0147")),
        ("a product of products", net("input x: [60000]; output p = sum(contract(x, x, \"i,j->ij\"));"), Some("E0147")),
        ("a deep network", net("input x: [8]; let mut h = x; for i in 0..2000 { h = tanh(h * 2 + x); } output p = h;"), None),
        (
            "a deep trained network",
            net(
                "input x: [8]; target y: [8]; let mut h = x; for i in 0..300 { h = h |> dense(8) |> tanh; } loss mse(h, y); optimizer adam();",
            ),
            None,
        ),
        (
            "a long loop over time",
            net("input x: [200, 8]; target y: [8]; output p = (x |> lstm(8))[-1]; loss mse(p, y); optimizer adam();"),
            None,
        ),
        (
            "derivatives of derivatives",
            net("input x: [3]; let mut u = sum(tanh(x)); for i in 0..60 { u = sum(grad(u, x) * x); } output p = u;"),
            Some("E0162"),
        ),
        (
            "a deep scalar, unrolled",
            net("input x: []; let mut h = x; for i in 0..2000 { h = tanh(h * 2 + x); } output p = h; emit unrolled;"),
            None,
        ),
        (
            "a deep condition",
            net("input x: [8]; let mut c = x > 0; for i in 0..500 { c = c && x > real(i); } output p = where(c, x, 0);"),
            None,
        ),
        (
            "a deep movement",
            net("input x: [8, 8]; let mut h = x; for i in 0..500 { h = flip(transpose(h)[.., 0..8]); } output p = h;"),
            None,
        ),
        ("a fan into a sum", net("input x: [800]; let mut h = x; for i in 0..60 { h = h + h * h; } output p = sum(h);"), None),
        ("a fan, unrolled", net("input x: []; let mut h = x; for i in 0..60 { h = h + h * h; } output p = h; emit unrolled;"), None),
        ("a wide fan", net("input x: [8]; let mut h = x; for i in 0..200 { h = h + h * h; } output p = h;"), None),
    ]);
}

/// Every file uses the next.
struct Chain(usize);

impl Loader for Chain {
    fn load(&mut self, _: FileId, path: &str) -> Result<(String, String), String> {
        let number: usize = path.parse().map_err(|_| "no number".to_owned())?;
        let text = if number < self.0 { format!("use \"{}\"; fn f{number}(x) = x;", number + 1) } else { String::new() };
        Ok((path.to_owned(), text))
    }
}

#[test]
fn files() {
    let text = "use \"0\"; network A { input x: [2]; output p = x; }";
    assert_eq!(told(text, Chain(10)).code, None);
    let long = told(text, Chain(5_000));
    assert_eq!((long.code, long.count), (Some("E0177"), 1));
}
