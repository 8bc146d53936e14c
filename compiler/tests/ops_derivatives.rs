//! What differentiation promises beyond its rules: names are independent, nothing crosses samples in `grad`, a missing derivative says why.
#![cfg(feature = "evaluate")]

use ndarray::{ArrayD, IxDyn, arr0, arr1, arr2};
use tapeless_compiler::differentiate::{NoDerivative, Over, backward, gradients, jvp, train, zero_everywhere};
use tapeless_compiler::evaluate::{Environment, run};
use tapeless_compiler::graph::{Attr, Builder, Elem, Expr, NodeId, Type};
use tapeless_compiler::network::{Initialiser, Named, Parameter, Pass, Port};
use tapeless_compiler::ops;

fn input<'g>(builder: &'g Builder, i: usize, shape: &[usize]) -> Expr<'g> {
    builder.expr(builder.leaf(&ops::input::OP, Attr::Leaf(i), Type::real(true, shape), None))
}

fn param<'g>(builder: &'g Builder, i: usize, shape: &[usize]) -> Expr<'g> {
    builder.expr(builder.leaf(&ops::param::OP, Attr::Leaf(i), Type::real(false, shape), None))
}

fn named(x: Expr<'_>) -> Expr<'_> {
    x.apply(&ops::name::OP, Attr::None, &[])
}

fn grad<'g>(u: Expr<'g>, wrt: &[Expr<'g>]) -> Result<Vec<Option<Expr<'g>>>, NoDerivative> {
    let ids: Vec<NodeId> = wrt.iter().map(|x| x.id).collect();
    let one = u.full(1.0);
    let made = gradients(u.builder, &[(u.id, one.id)], &ids, Over::Sample, &[])?;
    Ok(made.into_iter().map(|id| id.map(|id| u.builder.expr(id))).collect())
}

fn on(ports: Vec<ArrayD<f64>>, parameters: Vec<ArrayD<f64>>) -> Environment {
    let mut environment = Environment::new(ports[0].shape()[0]);
    (environment.ports, environment.parameters) = (ports, parameters);
    environment
}

fn value(x: Expr<'_>, environment: &Environment) -> ArrayD<f64> {
    x.builder.with_graph(|graph| run(graph, &[x.id], environment).unwrap().remove(0))
}

#[test]
fn a_name_is_independent() {
    // h = x², u = h · x: ∂u/∂h = x, du/dx = 3x², also asked for at once.
    let builder = Builder::default();
    let x = input(&builder, 0, &[]);
    let h = named(x * x);
    let u = h * x;
    let environment = on(vec![arr1(&[2.0, 5.0]).into_dyn()], vec![]);
    let made = grad(u, &[h, x]).unwrap();
    assert_eq!(value(made[0].unwrap(), &environment), arr1(&[2.0, 5.0]).into_dyn());
    assert_eq!(value(made[1].unwrap(), &environment), arr1(&[12.0, 75.0]).into_dyn());
    // Another name of the same value is not that name.
    let other = named(x * x);
    assert!(grad(u, &[other]).unwrap()[0].is_none());
}

#[test]
fn the_gradient_of_a_parameter_in_a_program_is_one_for_each_sample() {
    let builder = Builder::default();
    let (x, w) = (input(&builder, 0, &[]), param(&builder, 0, &[]));
    let made = grad(x * w * w, &[w]).unwrap()[0].unwrap();
    let environment = on(vec![arr1(&[1.0, 10.0]).into_dyn()], vec![arr0(3.0).into_dyn()]);
    assert_eq!(value(made, &environment), arr1(&[6.0, 60.0]).into_dyn());
}

#[test]
fn third_derivatives() {
    // tanh''' = −2(1 − 4y² + 3y⁴).
    let builder = Builder::default();
    let x = input(&builder, 0, &[]);
    let mut u = x.each(&ops::tanh::OP, &[]);
    for _ in 0..3 {
        u = grad(u, &[x]).unwrap()[0].unwrap();
    }
    let y = 0.7_f64.tanh();
    let found = value(u, &on(vec![arr1(&[0.7]).into_dyn()], vec![]))[[0]];
    assert!((found - -2.0 * (1.0 - 4.0 * y.powi(2) + 3.0 * y.powi(4))).abs() < 1e-14, "{found}");
}

#[test]
fn forward_derivatives() {
    // u = (x₀x₁, x₁²) along v = (1, 2) at (3, 4): (4 + 6, 16).
    let builder = Builder::default();
    let (x, v) = (input(&builder, 0, &[2]), input(&builder, 1, &[2]));
    let part = |start| x.apply(&ops::slice::OP, Attr::Slice { axis: 0, start, len: 1 }, &[]);
    let u = (part(0) * part(1)).apply(&ops::concat::OP, Attr::Axis(0), &[part(1) * part(1)]);
    let made = jvp(&builder, u.id, x.id, v.id).unwrap().unwrap();
    let environment = on(vec![arr2(&[[3.0, 4.0]]).into_dyn(), arr2(&[[1.0, 2.0]]).into_dyn()], vec![]);
    assert_eq!(value(builder.expr(made), &environment), arr2(&[[10.0, 16.0]]).into_dyn());
    assert_eq!(jvp(&builder, v.id, x.id, v.id), Ok(None));
}

#[test]
fn why_there_is_no_derivative() {
    let builder = Builder::default();
    let x = input(&builder, 0, &[3]);
    let place = x.apply(&ops::argmax::OP, Attr::Axis(0), &[]);
    let error = grad(place.each(&ops::real::OP, &[]), &[x]).unwrap_err();
    assert_eq!(error.node, place.id);
    assert!(error.why.contains("position"), "{}", error.why);
    let mean = x.sum(&[0]).batch_sum();
    assert!(grad(mean * x.sum(&[0]), &[x]).unwrap_err().why.contains("mixes the samples"));
}

#[test]
fn why_a_derivative_is_zero() {
    let builder = Builder::default();
    let (x, other) = (input(&builder, 0, &[]), input(&builder, 1, &[]));
    let relu = x.each(&ops::relu::OP, &[]);
    let first = grad(relu * 3.0, &[x]).unwrap()[0].unwrap();
    assert!(grad(first, &[x]).unwrap()[0].is_none());
    // It dies at the choice that the rule of relu made.
    let died = builder.node(zero_everywhere(&builder, first.id, x.id).unwrap());
    assert_eq!(died.op, &ops::select::OP);
    assert_eq!(died.origin.adjoint.unwrap().node, relu.id);
    let floor = x.each(&ops::floor::OP, &[]);
    assert_eq!(zero_everywhere(&builder, (floor * 2.0).id, x.id), Some(floor.id));
    // Not zero: it arrives. Not zero: x has nothing to do with it.
    assert_eq!(zero_everywhere(&builder, (floor + x).id, x.id), None);
    assert_eq!(zero_everywhere(&builder, floor.id, other.id), None);
}

#[test]
fn stop_at_and_stop_gradient() {
    let builder = Builder::default();
    let x = input(&builder, 0, &[]);
    let h = x * x;
    let one = builder.full(1.0, &[]);
    let u = h * x;
    let made = gradients(&builder, &[(u.id, one)], &[x.id], Over::Sample, &[h.id]).unwrap()[0].unwrap();
    let environment = on(vec![arr1(&[3.0]).into_dyn()], vec![]);
    assert_eq!(value(builder.expr(made), &environment)[[0]], 9.0);
    let u = h.apply(&ops::stop_gradient::OP, Attr::None, &[]) * x;
    assert_eq!(value(grad(u, &[x]).unwrap()[0].unwrap(), &environment)[[0]], 9.0);
}

fn parameter(frozen: bool) -> Parameter {
    Parameter { path: String::new(), span: Default::default(), shape: vec![], init: Initialiser::Constant(0.0), frozen, layers: Vec::new() }
}

fn port(index: Option<u32>) -> Port {
    Port { name: String::new(), doc: vec![], span: Default::default(), shape: vec![], index, target: false }
}

fn result(node: NodeId) -> Named {
    Named { name: String::new(), span: Default::default(), node }
}

#[test]
fn a_training_step() {
    // Loss (w·x + b − gather(t, i))² and ½w²; b is frozen.
    let builder = Builder::default();
    let x = input(&builder, 0, &[]);
    let ty = Type { batched: true, shape: vec![], elem: Elem::Index(2) };
    let i = builder.expr(builder.leaf(&ops::input::OP, Attr::Leaf(1), ty, None));
    let (w, b, t) = (param(&builder, 0, &[]), param(&builder, 1, &[]), param(&builder, 2, &[2]));
    let p = w * x + b;
    let e = p - t.apply(&ops::gather::OP, Attr::None, &[i]);
    let (data, decay) = (e * e, 0.5 * (w * w));
    let pass = Pass {
        outputs: vec![result(p.id)],
        losses: vec![result(data.id), result(decay.id)],
        metrics: vec![result(x.id)],
        graph: builder.finish(),
        ..Pass::default()
    };
    let table = Parameter { shape: vec![2], ..parameter(false) };
    let (parameters, ports) = ([parameter(false), parameter(true), table], [port(None), port(Some(2))]);
    let made = train(&pass, &parameters, &ports).unwrap();

    // Samples x = 1, 2 with i = 0, 1; w = 3, b = 1, t = (2, 5): errors 2, 2.
    let ports = vec![arr1(&[1.0, 2.0]).into_dyn(), arr1(&[0.0, 1.0]).into_dyn()];
    let mut environment = on(ports, vec![arr0(3.0).into_dyn(), arr0(1.0).into_dyn(), arr1(&[2.0, 5.0]).into_dyn()]);
    let of = |ids: &[NodeId], environment: &Environment| run(&made.graph, ids, environment).unwrap();
    let scalar = |id: NodeId, environment: &Environment| of(&[id], environment)[0][IxDyn(&[])];
    assert_eq!(scalar(made.losses[0], &environment), 4.0);
    assert_eq!(scalar(made.losses[1], &environment), 4.5);
    assert_eq!(scalar(made.total, &environment), 8.5);
    assert_eq!(scalar(made.metrics[0], &environment), 1.5);
    // ½(2·2·1 + 2·2·2) + 3.
    assert_eq!(scalar(made.gradients[0].unwrap(), &environment), 9.0);
    assert_eq!(made.gradients[1], None);
    assert_eq!(of(&[made.gradients[2].unwrap()], &environment)[0], arr1(&[-2.0, -2.0]).into_dyn());
    assert_eq!(of(&[made.port_gradients[0].unwrap()], &environment)[0], arr1(&[6.0, 6.0]).into_dyn());
    assert_eq!(made.port_gradients[1], None);

    // A row that only fills a tile counts for nothing.
    environment.weights = Some(vec![1.0, 0.0]);
    assert_eq!(scalar(made.losses[0], &environment), 4.0);
    assert_eq!(scalar(made.gradients[0].unwrap(), &environment), 4.0 + 3.0);

    // The same with the cotangent 2e/B handed in.
    let made = backward(&pass, &parameters, &[port(None), port(Some(2))]).unwrap();
    environment.weights = None;
    environment.cotangents = vec![arr1(&[2.0, 2.0]).into_dyn()];
    let gradient = run(&made.graph, &[made.gradients[0].unwrap()], &environment).unwrap();
    assert_eq!(gradient[0][IxDyn(&[])], 6.0);
    assert_eq!(made.gradients[2], None);
}

#[test]
fn a_batch_mean_gives_rows_that_only_fill_no_gradient() {
    // L = (Σᵢ xᵢ)²: dL/dxᵢ = 2 Σ x where the row counts.
    let builder = Builder::default();
    let x = input(&builder, 0, &[]);
    let sum = x.batch_sum();
    let loss = (sum * sum).id;
    let pass = Pass { losses: vec![result(loss)], graph: builder.finish(), ..Pass::default() };
    let made = train(&pass, &[], &[port(None)]).unwrap();
    let mut environment = on(vec![arr1(&[1.0, 2.0]).into_dyn()], vec![]);
    let of = |environment: &Environment| run(&made.graph, &[made.port_gradients[0].unwrap()], environment).unwrap().remove(0);
    assert_eq!(of(&environment), arr1(&[6.0, 6.0]).into_dyn());
    environment.weights = Some(vec![1.0, 0.0]);
    assert_eq!(of(&environment), arr1(&[6.0, 0.0]).into_dyn());
}
