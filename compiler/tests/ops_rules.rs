//! Rules of simplification, each by itself: it rewrites every operation that it lists, and the value stays.
#![cfg(feature = "evaluate")]

mod ops_support;

use std::collections::BTreeSet;

use ndarray::{ArrayD, IxDyn};
use ops_support::{BATCH, Case, Numbers};
use tapeless_compiler::evaluate::{Environment, run};
use tapeless_compiler::graph::{AdjointOf, Attr, Builder, Elem, Expr, Graph, NodeId, Type, text::text};
use tapeless_compiler::ops::{self, ALL, OpDef, Value};
use tapeless_compiler::simplify::rules::{ALGEBRA, CONSTANTS, MOVEMENT, NAMES, PRODUCTS, Rule, SUMS, WINDOWS};
use tapeless_compiler::simplify::{Marked, rewritten};

const RULES: &[&[Rule]] = &[NAMES, CONSTANTS, ALGEBRA, MOVEMENT, PRODUCTS, SUMS, WINDOWS];

/// What examples are made of.
#[derive(Clone, Copy)]
struct Leaves<'g> {
    /// Of each sample, `[2, 3]`.
    x: Expr<'g>,
    y: Expr<'g>,
    /// An index in `0..3` of each sample, `[2]`.
    i: Expr<'g>,
    /// Parameters, `[2, 3]` and `[3]`.
    w: Expr<'g>,
    v: Expr<'g>,
}

type Example = for<'g> fn(Leaves<'g>) -> Expr<'g>;

/// How a rule's sentence begins, and what it rewrites.
const EXAMPLES: &[(&str, &[Example])] = &[
    ("Σ c₁ · c₂", &[|l| l.w.full(2.0).contract(l.v.full(3.0), b"ab", b"b", b"a")]),
    ("x + 0", &[|l| l.x + 0.0, |l| 0.0 + l.x]),
    ("x − 0", &[|l| l.x - 0.0, |l| 0.0 - l.x]),
    ("x · c", &[|l| l.x * 2.0, |l| 1.0 * l.x, |l| -1.0 * l.x, |l| 2.0 * (3.0 * l.x), |l| 2.0 * (l.x / 3.0)]),
    ("broadcast(a) · (c · x)", &[|l| l.v.broadcast(&[2, 3]) * (2.0 * l.x), |l| (2.0 * l.x) * l.v.broadcast(&[2, 3])]),
    ("0 · x", &[|l| 0.0 * l.x, |l| l.x * 0.0]),
    ("0 / x", &[|l| 0.0 / l.x]),
    ("x / 1", &[|l| l.x / 1.0, |l| l.x / 4.0, |l| 3.0 * l.x / 5.0]),
    ("−(−x)", &[|l| -(-l.x), |l| -(2.0 * l.x), |l| -(l.x - l.y)]),
    ("a + (−b)", &[|l| l.x + -l.y, |l| -l.x + l.y]),
    ("a − (−b)", &[|l| l.x - -l.y]),
    ("(−a) · (−b)", &[|l| -l.x * -l.y, |l| -l.x * l.y, |l| l.x * -l.y, |l| -l.x / -l.y, |l| -l.x / l.y, |l| l.x / -l.y]),
    ("x^½", &[|l| pow(l.x, 0.5), |l| pow(l.x, -0.5), |l| pow(l.x, 5.0)]),
    ("x^0", &[|l| powi(l.x, 0.0), |l| powi(l.x, 1.0), |l| powi(l.x, 2.0), |l| powi(l.x, 3.0), |l| powi(l.x, -1.0)]),
    ("where(true, a, b)", &[|l| yes(l.x).select(l.x, l.y), |l| greater(l).select(l.x, l.x), |l| not(greater(l)).select(l.x, l.y)]),
    (
        "where(c, where",
        &[
            |l| {
                let c = greater(l);
                c.select(c.select(l.x, l.y), l.w)
            },
            |l| {
                let c = greater(l);
                c.select(l.w, c.select(l.x, l.y))
            },
        ],
    ),
    ("!!c", &[|l| not(not(greater(l)))]),
    ("real of an index", &[|l| l.i.each(&ops::real::OP, &[])]),
    ("a reshape of a reshape", &[|l| l.x.reshape(&[6]).reshape(&[3, 2])]),
    (
        "a transpose of a transpose",
        &[|l| l.x.reshape(&[1, 2, 3]).transpose(&[2, 1, 0]).transpose(&[1, 0, 2]), |l| l.x.reshape(&[1, 2, 3]).transpose(&[1, 0, 2])],
    ),
    (
        "a broadcast of a broadcast",
        &[|l| l.v.broadcast(&[2, 3]).broadcast(&[4, 2, 3]), |l| l.v.broadcast(&[1, 3]), |l| l.v.reshape(&[1, 3]).broadcast(&[2, 3])],
    ),
    ("flip(flip(x))", &[|l| flip(flip(l.x))]),
    ("a slice of a slice", &[|l| slice(slice(l.x, 1, 2), 1, 1), |l| slice(pad(l.x, 1, 2), 2, 1), |l| slice(concat(l.x, l.y), 3, 2)]),
    ("pad(a) + pad(b)", &[|l| pad(l.x, 0, 3) + pad(l.y, 3, 0), |l| pad(l.x, 3, 1) + pad(l.y, 0, 4)]),
    ("concat(concat(a, b), c)", &[|l| concat(concat(l.x, l.y), l.w), |l| concat(l.x, concat(l.y, l.w))]),
    ("a contraction that sums nothing", &[|l| l.x.contract(l.v, b"ab", b"b", b"ba")]),
    ("a sum of a sum", &[|l| l.x.sum(&[0]).sum(&[0])]),
    ("Σ broadcast(x)", &[|l| l.v.broadcast(&[2, 3]).sum(&[0])]),
    ("Σ c · x", &[|l| (2.0 * l.x).sum(&[1]), |l| (-l.x).sum(&[0])]),
    ("Σ x · broadcast(a)", &[|l| (l.x * l.v).sum(&[0]), |l| (l.v * l.x).sum(&[0])]),
    ("Σ broadcast(a) · b", &[|l| (l.x * l.v).sum(&[1]), |l| (l.v * l.x).sum(&[1])]),
    (
        "Σ of a sum over the batch",
        &[|l| l.x.batch_sum().sum(&[0]), |l| l.x.batch_sum().sum(&[1]), |l| l.x.batch_sum().reshape(&[3, 2]).sum(&[0])],
    ),
    ("Σ of a contraction over axes", &[|l| product(l.w, l.x.batch_sum()).sum(&[0]), |l| product(l.x.batch_sum(), l.w).sum(&[1])]),
    (
        "a sum over the batch of an outer product",
        &[|l| (l.x.reshape(&[6, 1]).broadcast(&[6, 6]) * l.y.reshape(&[6]).broadcast(&[6, 6])).batch_sum()],
    ),
    ("a sum over the batch of something moved", &[|l| l.x.transpose(&[1, 0]).batch_sum()]),
    ("a sum over the batch of x · a", &[|l| (l.x * l.w).batch_sum(), |l| (l.w * l.x).batch_sum(), |l| (-l.x).batch_sum()]),
    (
        "a sum over the batch of a contraction",
        &[|l| product(l.x, l.y).batch_sum(), |l| product(l.x, l.w).batch_sum(), |l| product(l.w, l.x).batch_sum()],
    ),
    (
        "a contraction of transposed operands",
        &[|l| l.x.transpose(&[1, 0]).contract(l.w, b"ki", b"jk", b"ij"), |l| l.x.contract(l.w.transpose(&[1, 0]), b"ik", b"kj", b"ij")],
    ),
    (
        "a contraction of repeated operands",
        &[|l| l.v.broadcast(&[2, 3]).contract(l.x, b"ki", b"kj", b"ij"), |l| l.x.contract(l.v.broadcast(&[2, 3]), b"ki", b"kj", b"ij")],
    ),
    ("a transposed contraction", &[|l| product(l.x, l.w).transpose(&[1, 0])]),
    ("a contraction of −a", &[|l| product(-l.x, l.w), |l| product(l.x, -l.w)]),
    ("a contraction with 0", &[|l| product(l.x.zeros_like(), l.w), |l| product(l.x, l.w.zeros_like())]),
];

fn pow(x: Expr<'_>, n: f64) -> Expr<'_> {
    x.each(&ops::pow::OP, &[x.full(n)])
}

fn powi(x: Expr<'_>, n: f64) -> Expr<'_> {
    x.apply(&ops::powi::OP, Attr::Number(n), &[])
}

fn greater<'g>(l: Leaves<'g>) -> Expr<'g> {
    l.x.each(&ops::gt::OP, &[l.y])
}

fn not(c: Expr<'_>) -> Expr<'_> {
    c.each(&ops::not::OP, &[])
}

/// The condition true in the shape of `x`.
fn yes(x: Expr<'_>) -> Expr<'_> {
    constant(x.builder, 1.0, Type { batched: false, ..x.ty().with_elem(Elem::Condition) })
}

fn flip(x: Expr<'_>) -> Expr<'_> {
    x.apply(&ops::flip::OP, Attr::Axis(1), &[])
}

fn slice(x: Expr<'_>, start: usize, len: usize) -> Expr<'_> {
    x.apply(&ops::slice::OP, Attr::Slice { axis: 1, start, len }, &[])
}

fn pad(x: Expr<'_>, before: usize, after: usize) -> Expr<'_> {
    x.apply(&ops::pad::OP, Attr::Pad { pairs: vec![(0, 0), (before, after)], value: 0.0 }, &[])
}

fn concat<'g>(a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
    a.apply(&ops::concat::OP, Attr::Axis(1), &[b])
}

/// Every row with every row.
fn product<'g>(a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
    a.contract(b, b"ik", b"jk", b"ij")
}

fn constant(builder: &Builder, number: f64, ty: Type) -> Expr<'_> {
    builder.expr(builder.leaf(&ops::constant::OP, Attr::Number(number), ty, None))
}

/// What a rule rewrites.
struct Tried {
    rule: &'static Rule,
    graph: Graph,
    root: NodeId,
    environment: Environment,
}

fn rule(begins: &str) -> &'static Rule {
    let mut found = RULES.iter().flat_map(|set| set.iter()).filter(|rule| rule.doc.starts_with(begins));
    let rule = found.next().unwrap_or_else(|| panic!("no rule begins with {begins:?}"));
    assert!(found.next().is_none(), "several rules begin with {begins:?}");
    rule
}

/// The table.
fn examples() -> impl Iterator<Item = Tried> {
    let examples = EXAMPLES.iter().flat_map(|(begins, examples)| examples.iter().map(|example| (rule(begins), example)));
    examples.map(|(rule, example)| {
        let builder = Builder::default();
        let leaf = |op, i, ty| builder.expr(builder.leaf(op, Attr::Leaf(i), ty, None));
        let root = example(Leaves {
            x: leaf(&ops::input::OP, 0, Type::real(true, &[2, 3])),
            y: leaf(&ops::input::OP, 1, Type::real(true, &[2, 3])),
            i: leaf(&ops::input::OP, 2, Type::real(true, &[2]).with_elem(Elem::Index(3))),
            w: leaf(&ops::param::OP, 0, Type::real(false, &[2, 3])),
            v: leaf(&ops::param::OP, 1, Type::real(false, &[3])),
        })
        .id;
        let numbers = &mut Numbers(7);
        let mut drawn = |shape: &[usize]| ArrayD::from_shape_simple_fn(IxDyn(shape), || numbers.within(0.5, 1.5));
        let mut environment = Environment::new(BATCH);
        environment.ports = vec![drawn(&[BATCH, 2, 3]), drawn(&[BATCH, 2, 3]), drawn(&[BATCH, 2]).mapv(f64::round)];
        environment.parameters = vec![drawn(&[2, 3]), drawn(&[3])];
        Tried { rule, graph: builder.finish(), root, environment }
    })
}

/// An operation at its first sample, its operands changed.
fn at_sample(begins: &str, op: &'static OpDef, operand: impl for<'g> Fn(usize, Expr<'g>) -> Expr<'g>) -> Tried {
    let sample = &op.samples[0];
    let case = Case::new(op, sample, |_| true, 3);
    let args: Vec<NodeId> = case.leaves.iter().enumerate().map(|(i, leaf)| operand(i, case.builder.expr(leaf.id)).id).collect();
    let root = case.builder.op(op, (sample.attr)(), &args).unwrap();
    let environment = case.environment();
    Tried { rule: rule(begins), graph: case.builder.finish(), root, environment }
}

/// A number that every operation's sample allows, in place of an operand.
fn number(x: Expr<'_>) -> Expr<'_> {
    let number = if x.is_real() { 0.75 } else { 1.0 };
    constant(x.builder, number, Type { batched: false, ..x.ty() })
}

/// Rules that list operations by how they are made.
fn of_kinds() -> Vec<Tried> {
    let mut all = Vec::new();
    for op in ALL {
        match op.value {
            Value::Each { .. } => {
                all.push(at_sample("f(constants)", op, |_, x| number(x)));
                all.push(at_sample("f(broadcast x", op, |_, x| x.broadcast(&[&[2], x.shape().as_slice()].concat())));
                all.push(at_sample("f(reshape x", op, |_, x| x.reshape(&[&[1], x.shape().as_slice()].concat())));
            }
            Value::Move(_) => all.push(at_sample("constants moved", op, |_, x| number(x))),
            Value::Reduce(_) => {
                all.push(at_sample("Σ c → n · c", op, |_, x| number(x)));
                all.push(of_nothing("a sum over axes of extent 1", op, Attr::Axes(vec![0])));
            }
            Value::Conv(_) => {
                for which in [0, 1] {
                    all.push(at_sample("a convolution of −a", op, |i, x| if i == which { -x } else { x }));
                    all.push(at_sample("a convolution with 0", op, |i, x| if i == which { x.zeros_like() } else { x }));
                }
            }
            _ => {}
        }
    }
    let still = [
        (&ops::name::OP, Attr::None),
        (&ops::stop_gradient::OP, Attr::None),
        (&ops::broadcast::OP, Attr::Shape(vec![1, 3])),
        (&ops::reshape::OP, Attr::Shape(vec![1, 3])),
        (&ops::transpose::OP, Attr::Permutation(vec![0, 1])),
        (&ops::slice::OP, Attr::Slice { axis: 1, start: 0, len: 3 }),
        (&ops::pad::OP, Attr::Pad { pairs: vec![(0, 0), (0, 0)], value: 0.0 }),
        (&ops::flip::OP, Attr::Axis(0)),
        (&ops::concat::OP, Attr::Axis(1)),
    ];
    all.extend(still.map(|(op, attr)| of_nothing("a movement that moves nothing", op, attr)));
    for batched in [[true, true], [true, false], [false, true]] {
        let op = &ops::conv_weight::OP;
        let case = Case::new(op, &op.samples[0], |i| batched[i], 3);
        let root = case.builder.expr(case.y).batch_sum().id;
        let environment = case.environment();
        all.push(Tried { rule: rule("a sum over the batch of a gradient by kernels"), graph: case.builder.finish(), root, environment });
    }
    all
}

/// An operation on an input of the shape `[1, 3]`.
fn of_nothing(begins: &str, op: &'static OpDef, attr: Attr) -> Tried {
    let builder = Builder::default();
    let x = builder.leaf(&ops::input::OP, Attr::Leaf(0), Type::real(true, &[1, 3]), None);
    let root = builder.op(op, attr, &[x]).unwrap();
    let mut environment = Environment::new(BATCH);
    environment.ports = vec![ArrayD::from_shape_simple_fn(IxDyn(&[BATCH, 1, 3]), || 0.75)];
    Tried { rule: rule(begins), graph: builder.finish(), root, environment }
}

/// What becomes of a graph by one rule.
fn by(rule: &'static Rule, graph: &Graph, roots: &[NodeId]) -> Marked {
    let mut marked = Marked::new(graph.clone(), roots.to_vec());
    rewritten(&mut marked, &[std::slice::from_ref(rule)]);
    marked
}

#[test]
fn every_rule_rewrites_every_operation_that_it_lists() {
    let mut done: BTreeSet<(&str, &str)> = BTreeSet::new();
    for Tried { rule, mut graph, root, environment } in examples().chain(of_kinds()) {
        // Some rules are of gradients alone.
        graph.nodes[root.index()].origin.adjoint = Some(AdjointOf { node: NodeId(0), operand: None, forward: false });
        let (before, op) = (text(&graph, &[root]), graph.node(root).op);
        let after = by(rule, &graph, &[root]);
        assert!(rule.of.sees(op), "{:?} does not list {}:\n{before}", rule.doc, op.name);
        assert_ne!(text(&after.graph, &after.roots), before, "{:?} leaves it as it is", rule.doc);
        let operands = graph.node(root).args.clone();
        let inner = Graph { nodes: graph.nodes[..root.index()].to_vec() };
        assert_eq!(by(rule, &inner, &operands).roots, operands, "{:?} rewrites an operand:\n{before}", rule.doc);
        done.insert((rule.doc, op.name));

        let expected = &run(&graph, &[root], &environment).unwrap()[0];
        let found = &run(&after.graph, &after.roots, &environment).unwrap()[0];
        // What turns out to be the same for all samples loses its batch axis.
        let found = found.broadcast(expected.raw_dim()).unwrap();
        let close = expected.iter().zip(found).all(|(e, f)| (e - f).abs() <= 1e-12 * (1.0 + e.abs()));
        assert!(close, "{:?} changes the value:\n{before}\n{}", rule.doc, text(&after.graph, &after.roots));
    }
    let listed = RULES.iter().flat_map(|set| set.iter()).flat_map(|rule| ALL.iter().map(move |op| (rule, op)));
    let missing: Vec<_> = listed.filter(|(rule, op)| rule.of.sees(op) && !done.contains(&(rule.doc, op.name))).collect();
    let missing: Vec<String> = missing.iter().map(|(rule, op)| format!("{}: {:?}", op.name, rule.doc)).collect();
    assert!(missing.is_empty(), "listed, but nothing here is rewritten:\n{}", missing.join("\n"));
}
