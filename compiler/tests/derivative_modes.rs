//! Derivatives in a program taken forward and in reverse: the same numbers, and the way that needs fewer operations is the one taken.
#![cfg(feature = "evaluate")]

mod ops_support;

use ndarray::{ArrayD, IxDyn};
use ops_support::{Case, Numbers, batchings, compare, differentiable};
use tapeless_compiler::differentiate::{Mode, tangent};
use tapeless_compiler::elaborate::{NoFiles, elaborate_with};
use tapeless_compiler::evaluate::session::{Results, Session};
use tapeless_compiler::graph::Elem;
use tapeless_compiler::network::{Network, Pass, Precision};
use tapeless_compiler::ops::ALL;
use tapeless_compiler::simplify::derived;
use tapeless_grammar::span::Sources;

const BATCH: usize = 3;

fn network(text: &str, mode: Mode) -> Network {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", text);
    let made = elaborate_with(&mut sources, root, &mut NoFiles, mode);
    assert!(!made.has_errors(), "{text}: {:?}", made.diagnostics);
    Network { precision: Precision::F64, ..made.networks[0].clone() }
}

/// How many values that the results need are derivatives taken forward, and how many in reverse.
fn taken(pass: &Pass) -> (usize, usize) {
    let live = pass.graph.live(&pass.roots());
    let nodes = pass.graph.ids().filter(|id| live[id.index()]);
    let forward: Vec<bool> = nodes.filter_map(|id| pass.graph.node(id).origin.adjoint).map(|adjoint| adjoint.forward).collect();
    (forward.iter().filter(|forward| **forward).count(), forward.iter().filter(|forward| !**forward).count())
}

fn results(network: &Network) -> Results {
    let mut numbers = Numbers(17);
    let mut random = |shape: &[usize], low, high| ArrayD::from_shape_simple_fn(IxDyn(shape), || numbers.within(low, high));
    let parameters = network.parameters.iter().map(|p| random(&p.shape, -0.9, 0.9)).collect();
    let ports: Vec<ArrayD<f64>> =
        network.sample_ports().iter().map(|p| random(&[&[BATCH], p.shape.as_slice()].concat(), 0.1, 0.9)).collect();
    let session = Session::new(network, parameters, Vec::new(), derived).unwrap();
    session.gradients(&ports, BATCH).unwrap()
}

fn all(results: &Results) -> Vec<f64> {
    let tensors = results.outputs.iter().chain(&results.gradients).chain(results.port_gradients.iter().flatten());
    tensors.flat_map(|tensor| tensor.iter().copied()).chain(results.losses.iter().copied()).collect()
}

/// Programs, and whether some derivatives of their passes are taken forward where they can be, and some in reverse. A loop on the way is
/// gone through in reverse; what is derived inside of one is no longer a derivative of the pass.
const PROGRAMS: &[(&str, (bool, bool))] = &[
    (
        "input x: [2]; let u = sum((x |> a: dense(5) |> tanh |> b: dense(4) |> sigmoid) ^ 2); let du = grad(u, x); let u_xx = grad(du[0], x)[0]; output p = u; loss (du[1] - 0.1 * u_xx) ^ 2;",
        (true, false),
    ),
    (
        "input x: []; input t: []; let h = stack([x, t, x * t]) |> a: dense(5) |> silu; let u = sum(h |> b: dense(2)); let u_x = grad(u, x); output p = grad(u, t) + u * u_x; loss (grad(grad(u_x, x), t) + p) ^ 2;",
        (true, false),
    ),
    (
        "input x: [3]; let u = logsumexp(x |> a: dense(4)) * norm(x); output p = laplacian(u, x); output h = hessian(u, x); loss sum(h ^ 2) + p ^ 2;",
        (true, false),
    ),
    ("input x: [3]; let v = x |> a: dense(4) |> softplus |> b: dense(3); output d = divergence(v, x); loss d ^ 2;", (true, false)),
    (
        "input x: [3]; input v: [3]; let f = sin(x |> a: dense(4)) |> b: dense(2); output d = jvp(f, x, v); output e = jvp(d, x, v); loss sum(d * e);",
        (true, false),
    ),
    (
        "input x: [2, 5]; let u = sum(x |> c: conv1d(3, 3, pad = 1) |> tanh |> max_pool1d(2) |> flatten |> d: dense(2)); output g = grad(u, x); loss sum(g ^ 2) + u;",
        (true, false),
    ),
    (
        "input x: [4, 4]; let u = sum(reshape(x, [1, 4, 4]) |> c: conv_transpose2d(2, 2, stride = 2) |> gelu |> avg_pool2d(2)); output g = grad(u, x); loss sum(g ^ 3);",
        (true, false),
    ),
    (
        "input x: [3]; let y = x ^ 3; let u = max(y) * min(sin(y)) + sum(max(x, 0.5 * y)) + var(x); output g = grad(u, x); output h = hessian(u, x); loss sum(sin(g)) + sum(h * h);",
        (true, false),
    ),
    (
        "input x: [3]; let h = x * x; let u = sum(h * x); let a = grad(u, h); output p = grad(sum(a * h ^ 2), x); output q = grad(grad(u, h)[1], x); loss sum(p * a) + sum(q);",
        (true, false),
    ),
    (
        "input x: [2]; let u = sum(exp(stop_gradient(x) * x)) + sum(x ^ 3); let g = grad(u, x); output p = grad(stop_gradient(g[0]) * g[1] + g[0] ^ 2, x); loss sum(p);",
        (true, false),
    ),
    (
        "input x: [2]; let du = grad(sum(tanh(x) ^ 3), x); let e = sum(du ^ 2 * x); output p = grad(e, du); output q = grad(e, x); loss sum(p) + sum(q);",
        (true, false),
    ),
    (
        "input x: [3]; let w = pad(concat([x, flip(x)]), [(1, 0)], value = 2); let u = sum(transpose(outer(w, w)) ^ 2); output p = grad(u, x); output c = grad(u, x)[1..]; loss sum(p * x) + sum(c);",
        (true, false),
    ),
    (
        "input x: [3]; let m = where(x > 0.5, x ^ 2, sin(x)); let u = sum(m |> n: layer_norm) + floor(x[0]) * x[1]; output p = grad(u, x); loss sum(p * p);",
        (true, false),
    ),
    ("input x: [4, 2]; let u = sum((x |> a: attention(1) |> softmax) ^ 2); output p = grad(u * u, x); loss sum(p ^ 2);", (true, false)),
    (
        "input x: [2]; param w: [3] = normal(0, 1); let u = sum(w * x[0] ^ 2) * x[1]; output p = grad(u, w); output q = grad(grad(u, w)[2], x); loss sum(p) + sum(q ^ 2);",
        (true, false),
    ),
    ("input x: [3, 2]; let u = sum((x |> l: gru(2)) ^ 2); output p = grad(u, x); loss sum(p ^ 2) + u;", (false, true)),
    (
        "input x: [5, 2]; let ys = for z in x { let e = sum(sin(z) * z); yield grad(e, z); }; output p = ys; loss sum(ys ^ 2);",
        (false, false),
    ),
    (
        "input x: [2]; state h: [2] = zeros(); h = tanh(x |> a: dense(2)) + h; let u = sum(h * x ^ 2); output p = grad(u, x); loss sum(p) + u; unroll 6;",
        (false, false),
    ),
];

#[test]
fn both_ways_give_the_same_numbers() {
    for (program, ways) in PROGRAMS {
        let text = format!("network A {{ {program} }}");
        let [reverse, forward] = [Mode::Reverse, Mode::Forward].map(|mode| network(&text, mode));
        assert_eq!(taken(&reverse.train).0, 0, "{program}");
        let (ahead, back) = taken(&forward.train);
        assert_eq!((ahead > 0, back > 0), *ways, "{program}: {ahead} forward, {back} in reverse");
        let (expected, found) = (all(&results(&reverse)), all(&results(&forward)));
        assert_eq!(expected.len(), found.len());
        let worst = expected.iter().zip(&found).map(|(a, b)| (a - b).abs() / (1.0 + a.abs())).fold(0.0, f64::max);
        println!("{worst:.1e} {program}");
        assert!(worst <= 1e-10, "{program}: {worst:e}");
        assert!(expected.iter().any(|value| value.abs() > 1e-3), "{program}: nothing to compare");
    }
}

/// The way that a program's derivatives are taken, if nobody says.
fn forward_by_cost(program: &str) -> bool {
    let pass = network(&format!("network A {{ {program} }}"), Mode::Cheaper).train;
    let (forward, reverse) = taken(&pass);
    assert!((forward > 0) != (reverse > 0), "{program}: {forward} forward, {reverse} in reverse");
    forward > 0
}

#[test]
fn the_way_with_fewer_operations_is_taken() {
    let mlp = "let u = (x |> a: dense(16) |> tanh |> b: dense(16) |> tanh |> c: dense(1))[0];";
    // Two coordinates, the second derivative by one of them: W8 of the benchmarks.
    assert!(forward_by_cost(include_str!("../../benches/networks/w8.nn").split_once('{').unwrap().1.trim_end().trim_end_matches('}')));
    assert!(forward_by_cost(&format!("input x: [2]; {mlp} loss laplacian(u, x) ^ 2;")));
    // The slope of a scalar by many inputs.
    assert!(!forward_by_cost(&format!("input x: [12]; {mlp} loss sum(grad(u, x) ^ 2);")));
    assert!(!forward_by_cost(&format!("input x: [784]; {mlp} loss sum(grad(u, x) ^ 2);")));
    // Many outputs along one direction.
    assert!(forward_by_cost("input x: [3]; input v: [3]; loss sum(jvp(x |> a: dense(40) |> tanh, x, v) ^ 2);"));
    // A network that is wide where it begins: each direction would carry all of it.
    assert!(!forward_by_cost("input x: [8]; let u = sum(x |> a: dense(64) |> tanh |> b: dense(64) |> tanh); loss sum(grad(u, x) ^ 2);"));
}

/// Forward at the sample points of every operation, along every real operand, against differences.
#[test]
fn tangents_of_all_operations_against_differences() {
    const STEP: f64 = 1e-3;
    let mut entries = 0;
    for op in ALL.iter().filter(|op| differentiable(op) && !op.sums_batch) {
        for sample in op.samples.iter().filter(|sample| !(sample.attr)().sums_batch()) {
            for mask in batchings(op, sample) {
                let mut case = Case::new(op, sample, |i| mask >> i & 1 == 1, 23);
                for i in 0..sample.shapes.len() {
                    let (x, ty) = (case.leaves[i].id, case.leaves[i].ty.clone());
                    if ty.elem != Elem::Real {
                        continue;
                    }
                    let v = case.cotangent(x);
                    let along = case.leaves.last().unwrap().value.clone();
                    let made = tangent(&case.builder, case.y, x, v).unwrap_or_else(|| panic!("{} has no tangent of operand {i}", op.name));
                    let given = case.values(&[made]).remove(0);
                    let before = case.leaves[i].value.clone();
                    let mut at = |by: f64| {
                        case.leaves[i].value = &before + by * STEP * &along;
                        case.values(&[case.y]).remove(0)
                    };
                    let slope = (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * STEP);
                    case.leaves[i].value = before;
                    let given = given.broadcast(slope.raw_dim()).unwrap().to_owned();
                    let checked = compare(&[given], &[slope]);
                    assert!(checked.worst <= 1e-6, "{} of operand {i}: {:e}", op.name, checked.worst);
                    entries += checked.entries;
                }
            }
        }
    }
    assert!(entries > 2000, "{entries} entries");
}
