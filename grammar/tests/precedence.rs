//! What binds how: an expression and its tree.

mod support;

use support::value;

#[test]
fn operators() {
    let rows = [
        // From loose to tight.
        ("a + b |> f", "(|> (+ a b) f)"),
        ("a || b |> f", "(|> (|| a b) f)"),
        ("a || b && c", "(|| a (&& b c))"),
        ("a && b == c", "(&& a (== b c))"),
        ("a < b + c", "(< a (+ b c))"),
        ("a + b * c", "(+ a (* b c))"),
        ("a * b + c", "(+ (* a b) c)"),
        ("a @ b % c / d * e", "(* (/ (% (@ a b) c) d) e)"),
        ("a - b - c + d", "(+ (- (- a b) c) d)"),
        ("-a * b", "(* (neg a) b)"),
        ("a * -b", "(* a (neg b))"),
        ("!a && b", "(&& (not a) b)"),
        ("!a == b", "(== (not a) b)"),
        // Powers: from the right, tighter than a minus on the left; the right side may have one.
        ("a ^ b ^ c", "(^ a (^ b c))"),
        ("-a ^ b", "(neg (^ a b))"),
        ("2 ^ -1", "(^ 2 (neg 1))"),
        ("a ^ -b ^ c", "(^ a (neg (^ b c)))"),
        ("a * b ^ c * d", "(* (* a (^ b c)) d)"),
        ("- -a", "(neg (neg a))"),
        ("-!a", "(neg (not a))"),
        // Calls, indices and fields are the tightest.
        ("-a[0] ^ b.c", "(neg (^ (at a 0) b.c))"),
        ("f(a)[0][1]", "(at (at f(a) 0) 1)"),
        ("(a + b) * c", "(* (+ a b) c)"),
        // Pipes, with and without labels.
        ("x |> f |> g(1)", "(|> (|> x f) g(1))"),
        ("x |> fc1: dense(16) |> relu", "(|> (|> x fc1:dense(16)) relu)"),
        ("x |> n: norm", "(|> x n:norm)"),
        ("x + fc1: dense(x, 16)", "(+ x fc1:dense(x 16))"),
        ("f(x |> g, k = a |> h)", "f((|> x g) k=(|> a h))"),
        // Ranges are looser still.
        ("f(a + 1..b * 2)", "f((.. (+ a 1) (* b 2)))"),
        ("f(k = 0..n)", "f(k=(.. 0 n))"),
        ("(0..n |> g)", "(.. 0 (|> n g))"),
        ("x[i, .., 2..5, ..n, n.., -1]", "(at x i .. 2..5 ..n n.. (neg 1))"),
        ("x[a + 1..]", "(at x (+ a 1)..)"),
        // Paths.
        ("block.0.attn.q.weight", "block.0.attn.q.weight"),
        ("block.0.1", "block.0.1"),
        ("block.10.20.30", "block.10.20.30"),
        ("block . 0 .1", "block.0.1"),
        // Numbers.
        ("1.0 + 1e-3 + 1. + 65_536", "(+ (+ (+ 1.0 1e-3) 1.) 65536)"),
        ("f(1..2)", "f((.. 1 2))"),
        ("f(1. ..2.)", "f((.. 1. 2.))"),
        // Tuples and lists.
        ("()", "(tuple)"),
        ("(a)", "a"),
        ("(a,)", "(tuple a)"),
        ("(a, b,)", "(tuple a b)"),
        ("[[1, 2], []]", "[[1 2] []]"),
        // Branches, loops, blocks.
        ("if a { b } else if c { d } else { e }", "(if a {-> b} {-> (if c {-> d} {-> e})})"),
        ("1 + if a { b } else { c } * 2", "(+ 1 (* (if a {-> b} {-> c}) 2))"),
        ("for z in a + b { yield z; } |> g", "(|> (for z (+ a b) {(yield z)}) g)"),
        ("{ let a = 1; a } + 1", "(+ {(let a 1) -> a} 1)"),
        // Words that mean something only in their places.
        ("training + step + grad(u, x) + memory", "(+ (+ (+ training step) grad(u x)) memory)"),
        ("iffy + format + truey + inf_ + _x", "(+ (+ (+ (+ iffy format) truey) inf_) _x)"),
    ];
    for (text, expected) in rows {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn spans_cover_what_they_say() {
    use tapeless_grammar::tree::{ExprKind, ItemKind};
    let text = "/// Doc.\nfn f(x)  =  ( a + b ) * c |> d: g(1) ; // end\n";
    let mut sources = tapeless_grammar::span::Sources::new();
    let file = sources.add("a.nn", text);
    let program = tapeless_grammar::parse(&sources, file).unwrap();
    let item = &program.items[0];
    assert_eq!(sources.text(item.span), "fn f(x)  =  ( a + b ) * c |> d: g(1) ;");
    let ItemKind::Fn(function) = &item.kind else { panic!() };
    let value = function.body.value.as_ref().unwrap();
    assert_eq!(sources.text(value.span), "( a + b ) * c |> d: g(1)");
    let ExprKind::Pipe { value, call } = &value.kind else { panic!() };
    assert_eq!(sources.text(call.span), "d: g(1)");
    let ExprKind::Binary { left, op_span, right, .. } = &value.kind else { panic!() };
    assert_eq!((sources.text(left.span), sources.text(*op_span), sources.text(right.span)), ("( a + b )", "*", "c"));
    assert_eq!(item.doc, ["Doc."]);
}

#[test]
fn statements_end_where_they_end() {
    use tapeless_grammar::tree::ItemKind;
    let text = "network N {\n  if a { let b = 1; } // note\n  for z in xs { yield z; } |> f ;\n  let a = 1 /* x */ ;\n  { }\n}";
    let mut sources = tapeless_grammar::span::Sources::new();
    let file = sources.add("a.nn", text);
    let program = tapeless_grammar::parse(&sources, file).unwrap();
    let ItemKind::Network(network) = &program.items[0].kind else { panic!() };
    let statements: Vec<&str> = network.body.statements.iter().map(|statement| sources.text(statement.span)).collect();
    assert_eq!(statements, ["if a { let b = 1; }", "for z in xs { yield z; } |> f ;", "let a = 1 /* x */ ;", "{ }"]);
    assert_eq!(sources.text(network.body.span), &text[10..]);
}

#[test]
fn items_are_found_without_parsing() {
    use tapeless_grammar::{IndexKind, parse_item, parse_item_index};
    let text = "// first\n/// Doc.\nfn f(x) = { 1 };\nlayer g(x) { x } // behind\nconst T = if a { 1 } else { 2 };\nuse \"a.nn\";\noptimizer o(lr) { }\nnetwork N { }\n";
    let mut sources = tapeless_grammar::span::Sources::new();
    let file = sources.add("a.nn", text);
    let index = parse_item_index(&sources, file).unwrap();
    let found: Vec<(IndexKind, &str, &str)> =
        index.iter().map(|entry| (entry.kind, entry.name.as_str(), &text[entry.range.start as usize..entry.range.end as usize])).collect();
    assert_eq!(
        found,
        [
            (IndexKind::Fn, "f", "/// Doc.\nfn f(x) = { 1 };"),
            (IndexKind::Layer, "g", "layer g(x) { x }"),
            (IndexKind::Const, "T", "const T = if a { 1 } else { 2 };"),
            (IndexKind::Use, "", "use \"a.nn\";"),
            (IndexKind::Optimizer, "o", "optimizer o(lr) { }"),
            (IndexKind::Network, "N", "network N { }"),
        ]
    );
    let whole = tapeless_grammar::parse(&sources, file).unwrap();
    for (entry, item) in index.iter().zip(&whole.items) {
        assert_eq!(&parse_item(&sources, file, entry.range.clone()).unwrap(), item);
    }
}
