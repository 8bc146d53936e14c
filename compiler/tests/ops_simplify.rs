//! Simplification changes no value, and makes of a network what the plan wants to see.
#![cfg(feature = "evaluate")]

mod ops_support;

use ndarray::{ArrayD, IxDyn};
use ops_support::Numbers;
use tapeless_compiler::differentiate::{Derived, Over, gradients, train};
use tapeless_compiler::evaluate::{Environment, run};
use tapeless_compiler::graph::{Attr, Builder, Expr, Graph, NodeId, Type, text::text, verify::verify};
use tapeless_compiler::network::{Initialiser, Named, Parameter, Pass, Port};
use tapeless_compiler::ops;
use tapeless_compiler::simplify::{derived, simplify};

fn input<'g>(builder: &'g Builder, i: usize, shape: &[usize]) -> Expr<'g> {
    builder.expr(builder.leaf(&ops::input::OP, Attr::Leaf(i), Type::real(true, shape), None))
}

fn param<'g>(builder: &'g Builder, i: usize, shape: &[usize]) -> Expr<'g> {
    builder.expr(builder.leaf(&ops::param::OP, Attr::Leaf(i), Type::real(false, shape), None))
}

/// What an expression of `x: batch [2, 3]` and `w: [3]` becomes, without the leaves' lines.
#[track_caller]
fn becomes(make: impl for<'g> Fn(Expr<'g>, Expr<'g>) -> Expr<'g>, expected: &str) {
    let builder = Builder::default();
    let made = make(input(&builder, 0, &[2, 3]), param(&builder, 0, &[3])).id;
    let (graph, roots) = simplify(builder.finish(), vec![made]);
    let found = text(&graph, &roots);
    let lines: Vec<&str> = found.lines().filter(|line| !line.contains("= input(") && !line.contains("= param(")).collect();
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn rules_one_by_one() {
    becomes(|x, _| (x + 0.0) * 1.0 / 1.0, "→ %0");
    becomes(|x, _| -(-x), "→ %0");
    becomes(|x, _| x.transpose(&[1, 0]).transpose(&[1, 0]), "→ %0");
    becomes(|x, _| x.reshape(&[6]).reshape(&[2, 3]), "→ %0");
    becomes(|x, _| 2.0 * (3.0 * x), "%1 = constant(6.0) : [2, 3]\n%2 = mul(%1, %0) : batch [2, 3]\n→ %2");
    becomes(|x, _| x.each(&ops::pow::OP, &[x.full(2.0)]), "%1 = mul(%0, %0) : batch [2, 3]\n→ %1");
    becomes(|x, _| x.each(&ops::pow::OP, &[x.full(0.5)]), "%1 = sqrt(%0) : batch [2, 3]\n→ %1");
    becomes(|x, _| x - (-x), "%1 = add(%0, %0) : batch [2, 3]\n→ %1");
    becomes(|_, w| w.full(2.0) * w.full(3.0), "%0 = constant(6.0) : [3]\n→ %0");
    // A factor 0 in a program's own values stays: 0 · ∞ is NaN.
    becomes(|x, _| 0.0 * x, "%1 = constant(0.0) : [2, 3]\n%2 = mul(%1, %0) : batch [2, 3]\n→ %2");
    becomes(
        |_, w| w.reshape(&[3, 1]).broadcast(&[3, 2]).each(&ops::exp::OP, &[]).sum(&[1]),
        "%1 = exp(%0) : [3]\n%2 = constant(2.0) : [3]\n%3 = mul(%2, %1) : [3]\n→ %3",
    );
    // A product with something repeated, summed: a matrix times a vector.
    becomes(|x, w| (x * w).sum(&[1]), "%2 = contract(%0, %1, \"ab,b->a\") : batch [2]\n→ %2");
    becomes(|x, _| (-x).batch_sum(), "%1 = batch_sum(%0) : [2, 3]\n%2 = neg(%1) : [2, 3]\n→ %2");
    becomes(
        |x, w| x.contract(w.reshape(&[3, 1]), b"ik", b"kj", b"ij").batch_sum().reshape(&[2]),
        "%2 = reshape(%1, to [3, 1]) : [3, 1]\n%3 = batch_sum(%0) : [2, 3]\n\
         %4 = contract(%3, %2, \"ik,kj->ij\") : [2, 1]\n%5 = reshape(%4, to [2]) : [2]\n→ %5",
    );
    becomes(
        |x, _| x.contract(x.transpose(&[1, 0]), b"ik", b"kj", b"ij").batch_sum(),
        "%1 = contract(%0, %0, \"ik,jk->ij\" over the batch) : [2, 2]\n→ %1",
    );
    becomes(
        |x, _| {
            let part = |start| x.apply(&ops::slice::OP, Attr::Slice { axis: 1, start, len: 1 }, &[]);
            let pad = |x: Expr<'_>, before| Attr::Pad { pairs: vec![(0, 0), (before, 3 - before - x.shape()[1])], value: 0.0 };
            let placed = |start| part(start).apply(&ops::pad::OP, pad(part(start), start), &[]);
            placed(0) + placed(1) + placed(2)
        },
        "%1 = slice(%0, axis 1, 0..1) : batch [2, 1]\n%2 = slice(%0, axis 1, 1..2) : batch [2, 1]\n\
         %3 = slice(%0, axis 1, 2..3) : batch [2, 1]\n%4 = concat(%1, %2, %3, axis 1) : batch [2, 3]\n→ %4",
    );
}

/// Who reads a tensor that grows.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reads {
    /// Only the end.
    End,
    /// Each step, before the next row is joined.
    Each,
    /// What comes after all steps, each of its stages.
    Later,
}

/// The operands of all joined tensors where one grows by a row for so many steps.
fn joined_operands(steps: usize, reads: Reads) -> Vec<usize> {
    let builder = Builder::default();
    let x = input(&builder, 0, &[1, 3]);
    let (mut grown, mut row) = (x, x);
    let mut stages = Vec::new();
    for _ in 0..steps {
        let read = if reads == Reads::Each { grown.sum(&[0]).reshape(&[1, 3]) } else { row };
        row = (x * read).each(&ops::tanh::OP, &[]);
        grown = grown.apply(&ops::concat::OP, Attr::Axis(0), &[row]);
        stages.push(grown);
    }
    let later = stages.iter().filter(|_| reads == Reads::Later).map(|stage| stage.each(&ops::exp::OP, &[]).sum(&[0, 1]).id);
    let roots = later.chain([grown.id]).collect();
    let (graph, _) = simplify(builder.finish(), roots);
    graph.ids().map(|id| graph.node(id)).filter(|node| node.op == &ops::concat::OP).map(|node| node.args.len()).collect()
}

#[test]
fn what_grows_step_by_step_does_not_grow_with_their_square() {
    // Nobody else reads the pieces: one.
    assert_eq!(joined_operands(200, Reads::End), [201]);
    for reads in [Reads::Each, Reads::Later] {
        // Few rows are joined at once, many are joined to what has grown.
        let few = joined_operands(15, reads);
        assert_eq!(few, (2..=16).collect::<Vec<_>>(), "{reads:?}");
        let many = joined_operands(200, reads);
        assert_eq!((many.len(), many.iter().max()), (200, Some(&16)), "{reads:?}");
    }
}

fn parameter(shape: &[usize]) -> Parameter {
    Parameter {
        path: String::new(),
        span: Default::default(),
        shape: shape.to_vec(),
        init: Initialiser::Constant(0.0),
        frozen: false,
        layers: Vec::new(),
    }
}

fn port(shape: &[usize]) -> Port {
    Port { name: "x".into(), doc: Vec::new(), span: Default::default(), shape: shape.to_vec(), index: None, target: false }
}

fn named(node: NodeId) -> Named {
    Named { name: String::new(), span: Default::default(), node }
}

/// A network of `layers` dense layers with tanh between, and the mean of squares as loss.
fn mlp(layers: usize, width: usize) -> (Pass, Vec<Parameter>, Vec<Port>) {
    let builder = Builder::default();
    let mut h = input(&builder, 0, &[width]);
    let mut parameters = Vec::new();
    for i in 0..layers {
        let (w, b) = (param(&builder, 2 * i, &[width, width]), param(&builder, 2 * i + 1, &[width]));
        parameters.extend([parameter(&[width, width]), parameter(&[width])]);
        h = (h.contract(w, b"k", b"kj", b"j") + b).each(&ops::tanh::OP, &[]).apply(&ops::name::OP, Attr::None, &[]);
        builder.set_name(h.id, &format!("h{i}"));
    }
    let e = h - input(&builder, 1, &[width]);
    let loss = e.apply(&ops::powi::OP, Attr::Number(2.0), &[]).sum(&[0]) / width as f64;
    let (output, loss) = (h.id, loss.id);
    let pass = Pass { graph: builder.finish(), outputs: vec![named(output)], losses: vec![named(loss)], ..Pass::default() };
    (pass, parameters, vec![port(&[width]), port(&[width])])
}

#[test]
fn a_dense_layer_has_one_product_for_each_gradient_and_the_sum_over_the_batch_in_it() {
    let (pass, parameters, ports) = mlp(1, 3);
    let mut all = train(&pass, &parameters, &ports).unwrap();
    all.drop_port_gradients();
    let all = derived(all);
    let text = text(&all.graph, &all.roots());
    let live = all.graph.live(&all.roots());
    let lines: Vec<&str> = text.lines().zip(live).filter(|(_, live)| *live).map(|(line, _)| line).collect();
    let products: Vec<&&str> = lines.iter().filter(|line| line.contains("contract")).collect();
    assert_eq!(products.len(), 2, "{text}");
    assert!(products[1].contains("over the batch"), "{text}");
    assert!(!lines.iter().any(|line| line.contains("= name(")), "{text}");
    assert!(lines.iter().any(|line| line.contains("tanh") && line.contains("# h0")), "{text}");
    // Products of scalars and vectors are the element-wise kind's to fuse; nothing else is left.
    println!("{}", lines.join("\n"));
}

/// A network of random operations on a few tensors, with a loss.
fn network(numbers: &mut Numbers) -> (Pass, Vec<Parameter>, Vec<Port>) {
    const SHAPES: &[&[usize]] = &[&[], &[3], &[3, 3], &[2, 3], &[1, 3]];
    let builder = Builder::default();
    let mut pool: Vec<Expr<'_>> = Vec::new();
    let (mut parameters, mut ports) = (Vec::new(), Vec::new());
    for shape in SHAPES {
        pool.push(input(&builder, ports.len(), shape));
        pool.push(param(&builder, parameters.len(), shape));
        ports.push(port(shape));
        parameters.push(parameter(shape));
    }
    for _ in 0..24 {
        let mut pick = || pool[numbers.below(pool.len() as u32) as usize];
        let (a, b) = (pick(), pick());
        let rank = a.shape().len();
        let both = |op: &'static ops::OpDef| builder.each(op, Attr::None, &[a.id, b.id]).ok().map(|id| builder.expr(id));
        let made = match numbers.below(20) as u32 {
            0 => both(&ops::add::OP),
            1 => both(&ops::sub::OP),
            2 | 3 => both(&ops::mul::OP),
            4 => both(&ops::max::OP),
            5 => Some(a.each(&ops::tanh::OP, &[])),
            6 => Some(a.each(&ops::sigmoid::OP, &[])),
            7 => Some(-a),
            8 => Some(0.5 * a),
            9 => Some(a / 4.0),
            10 => (rank > 0).then(|| a.sum(&[rank - 1])),
            11 => (rank > 0).then(|| a.sum(&(0..rank).collect::<Vec<_>>())),
            12 => (rank == 2).then(|| a.transpose(&[1, 0])),
            13 => (rank > 0 && a.shape()[0] > 1).then(|| a.apply(&ops::slice::OP, Attr::Slice { axis: 0, start: 1, len: 1 }, &[])),
            14 => Some(a.reshape(&[a.shape(), vec![1]].concat())),
            15 if rank == 2 && b.shape().len() == 2 && a.shape()[1] == b.shape()[0] => Some(a.contract(b, b"ik", b"kj", b"ij")),
            16 if rank > 0 && a.shape() == b.shape() => Some(a.apply(&ops::concat::OP, Attr::Axis(0), &[b])),
            17 if a.shape() == b.shape() => Some(a.each(&ops::gt::OP, &[b]).select(a, b * 2.0)),
            18 => (rank > 0).then(|| a.apply(&ops::flip::OP, Attr::Axis(0), &[])),
            19 => (rank > 0).then(|| a.apply(&ops::reduce_max::OP, Attr::Axes(vec![0]), &[])),
            _ => Some(a.apply(&ops::name::OP, Attr::None, &[])),
        };
        pool.extend(made.filter(|made| made.ty().size() <= 64 && made.shape().len() <= 4));
    }
    let total = |x: &Expr<'_>| x.each(&ops::tanh::OP, &[]).sum(&(0..x.shape().len()).collect::<Vec<_>>()).id;
    let losses: Vec<NodeId> = pool[pool.len() - 3..].iter().map(total).collect();
    let output = pool[pool.len() - 4].id;
    let graph = builder.finish();
    let pass = Pass { graph, outputs: vec![named(output)], losses: losses.into_iter().map(named).collect(), ..Pass::default() };
    (pass, parameters, ports)
}

fn random(numbers: &mut Numbers, shape: &[usize]) -> ArrayD<f64> {
    ArrayD::from_shape_simple_fn(IxDyn(shape), || numbers.within(-1.5, 1.5))
}

fn values(graph: &Graph, roots: &[NodeId], environment: &Environment) -> Vec<ArrayD<f64>> {
    verify(graph, roots).unwrap();
    run(graph, roots, environment).unwrap()
}

#[test]
fn four_hundred_random_networks_keep_their_values_and_gradients() {
    let mut sizes = (0, 0);
    for seed in 0..400 {
        let numbers = &mut Numbers(seed);
        let (pass, parameters, ports) = network(numbers);
        let mut environment = Environment::new(3);
        environment.ports = ports.iter().map(|port| random(numbers, &[&[3], port.shape.as_slice()].concat())).collect();
        environment.parameters = parameters.iter().map(|parameter| random(numbers, &parameter.shape)).collect();
        let before: Derived = train(&pass, &parameters, &ports).unwrap();
        let expected = values(&before.graph, &before.roots(), &environment);
        let roots = before.roots();
        sizes.0 += before.graph.live(&roots).iter().filter(|live| **live).count();
        let after = derived(before);
        let found = values(&after.graph, &after.roots(), &environment);
        sizes.1 += after.graph.live(&after.roots()).iter().filter(|live| **live).count();
        for (i, (e, f)) in expected.iter().zip(&found).enumerate() {
            // What turns out to be the same for all samples loses its batch axis.
            let f = f.broadcast(e.raw_dim()).unwrap();
            let error = e.iter().zip(f).map(|(e, f)| (e - f).abs() / (1.0 + e.abs())).fold(0.0, f64::max);
            assert!(error < 1e-11, "network {seed}, root {i}: {error:e}\n{}", text(&after.graph, &after.roots()));
        }
    }
    println!("live nodes before {}, after {}", sizes.0, sizes.1);
    assert!(2 * sizes.1 < 3 * sizes.0);
}

#[test]
fn second_derivatives_keep_their_values() {
    // u = Σ tanh(x · w), its Laplacian in x, and the gradient of that in w.
    let builder = Builder::default();
    let (x, w) = (input(&builder, 0, &[3]), param(&builder, 0, &[3, 3]));
    let u = x.contract(w, b"k", b"kj", b"j").each(&ops::tanh::OP, &[]).sum(&[0]);
    let one = builder.full(1.0, &[]);
    let first = gradients(&builder, &[(u.id, one)], &[x.id], Over::Sample, &[]).unwrap()[0].unwrap();
    let mut laplacian = Vec::new();
    for i in 0..3 {
        let part = builder.expr(first).apply(&ops::slice::OP, Attr::Slice { axis: 0, start: i, len: 1 }, &[]).reshape(&[]);
        let second = gradients(&builder, &[(part.id, one)], &[x.id], Over::Sample, &[]).unwrap()[0].unwrap();
        laplacian.push(builder.expr(second).apply(&ops::slice::OP, Attr::Slice { axis: 0, start: i, len: 1 }, &[]).reshape(&[]));
    }
    let loss = laplacian.into_iter().reduce(|a, b| a + b).unwrap();
    let loss = (loss * loss).id;
    let pass = Pass { graph: builder.finish(), losses: vec![named(loss)], ..Pass::default() };
    let numbers = &mut Numbers(5);
    let mut environment = Environment::new(4);
    environment.ports = vec![random(numbers, &[4, 3])];
    environment.parameters = vec![random(numbers, &[3, 3])];
    let before = train(&pass, &[parameter(&[3, 3])], &[port(&[3])]).unwrap();
    let expected = values(&before.graph, &before.roots(), &environment);
    let after = derived(before);
    let found = values(&after.graph, &after.roots(), &environment);
    for (e, f) in expected.iter().zip(&found) {
        assert!(e.iter().zip(f).all(|(e, f)| (e - f).abs() <= 1e-12 * (1.0 + e.abs())));
    }
}

#[test]
fn ten_layers_are_derived_and_simplified_in_time() {
    let (pass, parameters, ports) = mlp(10, 64);
    let start = std::time::Instant::now();
    let made = train(&pass, &parameters, &ports).unwrap();
    let derived_in = start.elapsed();
    let nodes = made.graph.nodes.len();
    let made = derived(made);
    println!("{nodes} nodes derived in {derived_in:?}, {} after {:?} in all", made.graph.nodes.len(), start.elapsed());
    assert!(start.elapsed().as_millis() < 500);
}
