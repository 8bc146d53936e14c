//! Every operation's value in closed form.
#![cfg(feature = "evaluate")]

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::evaluate::{Environment, run};
use tapeless_compiler::graph::{Attr, Builder, Conv, Elem, NodeId, Slide, Type};
use tapeless_compiler::ops::{self, OpDef};

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

struct Operand {
    elem: Elem,
    shape: Vec<usize>,
    numbers: Vec<f64>,
}

fn real(shape: &[usize], numbers: &[f64]) -> Operand {
    Operand { elem: Elem::Real, shape: shape.to_vec(), numbers: numbers.to_vec() }
}

fn row(numbers: &[f64]) -> Operand {
    real(&[numbers.len()], numbers)
}

fn condition(numbers: &[f64]) -> Operand {
    Operand { elem: Elem::Condition, ..row(numbers) }
}

fn index(n: u32, numbers: &[f64]) -> Operand {
    Operand { elem: Elem::Index(n), ..row(numbers) }
}

/// The value for two equal samples, of which the first is given back.
fn value(op: &'static OpDef, attr: Attr, operands: &[Operand]) -> Vec<f64> {
    let builder = Builder::default();
    let mut environment = Environment::new(2);
    let mut args: Vec<NodeId> = Vec::new();
    for (i, operand) in operands.iter().enumerate() {
        let ty = Type { batched: true, shape: operand.shape.clone(), elem: operand.elem };
        args.push(builder.leaf(&ops::input::OP, Attr::Leaf(i), ty, None));
        let twice = [operand.numbers.clone(), operand.numbers.clone()].concat();
        environment.ports.push(ArrayD::from_shape_vec(IxDyn(&[&[2], operand.shape.as_slice()].concat()), twice).unwrap());
    }
    let y = builder.op(op, attr, &args).unwrap();
    let graph = builder.finish();
    let out = run(&graph, &[y], &environment).unwrap().remove(0);
    out.iter().copied().take(graph.ty(y).size()).collect()
}

#[track_caller]
fn check(op: &'static OpDef, attr: Attr, operands: &[Operand], expected: &[f64]) {
    let found = value(op, attr, operands);
    assert_eq!(found.len(), expected.len(), "{}: {found:?}", op.name);
    for (f, e) in found.iter().zip(expected) {
        let same = f == e || (f.is_nan() && e.is_nan()) || (f - e).abs() <= 4e-16 * e.abs();
        assert!(same, "{}: {found:?}, expected {expected:?}", op.name);
    }
}

#[test]
fn one_operand() {
    let cases: &[(&'static OpDef, &[f64], &[f64])] = &[
        (&ops::neg::OP, &[1.5, -2.0], &[-1.5, 2.0]),
        (&ops::abs::OP, &[1.5, -2.0, 0.0], &[1.5, 2.0, 0.0]),
        (&ops::sign::OP, &[3.0, -0.1, 0.0, NAN], &[1.0, -1.0, 0.0, NAN]),
        (&ops::exp::OP, &[0.0, 1.0, -INF], &[1.0, std::f64::consts::E, 0.0]),
        (&ops::expm1::OP, &[0.0, 1e-20, -INF], &[0.0, 1e-20, -1.0]),
        (&ops::log::OP, &[1.0, std::f64::consts::E, 0.0], &[0.0, 1.0, -INF]),
        (&ops::log1p::OP, &[0.0, 1e-20, -1.0], &[0.0, 1e-20, -INF]),
        (&ops::sqrt::OP, &[4.0, 2.0, 0.0], &[2.0, std::f64::consts::SQRT_2, 0.0]),
        (&ops::rsqrt::OP, &[4.0, 0.0], &[0.5, INF]),
        (&ops::sin::OP, &[0.0, std::f64::consts::FRAC_PI_2], &[0.0, 1.0]),
        (&ops::cos::OP, &[0.0, std::f64::consts::PI], &[1.0, -1.0]),
        (&ops::tanh::OP, &[0.0, 100.0, 0.5], &[0.0, 1.0, 0.46211715726000975]),
        (&ops::sigmoid::OP, &[0.0, 1000.0, -1000.0, 3.0_f64.ln()], &[0.5, 1.0, 0.0, 0.75]),
        // Abramowitz and Stegun, table 7.1, and erfc(3.5) = 7.430983723414128e-7.
        (&ops::erf::OP, &[0.0, 0.5, -1.0, 3.5, 7.0], &[0.0, 0.5204998778130465, -0.8427007929497149, 1.0 - 7.430983723414128e-7, 1.0]),
        (&ops::relu::OP, &[2.0, -2.0, 0.0, NAN], &[2.0, 0.0, 0.0, NAN]),
        (&ops::floor::OP, &[1.7, -1.2], &[1.0, -2.0]),
        (&ops::round::OP, &[0.5, 1.5, 2.5, -0.7], &[0.0, 2.0, 2.0, -1.0]),
        (&ops::name::OP, &[1.0, 2.0], &[1.0, 2.0]),
        (&ops::stop_gradient::OP, &[1.0, 2.0], &[1.0, 2.0]),
        (&ops::stopped::OP, &[1.0, 2.0], &[1.0, 2.0]),
    ];
    for (op, x, expected) in cases {
        check(op, Attr::None, &[row(x)], expected);
    }
    check(&ops::powi::OP, Attr::Number(-2.0), &[row(&[2.0, -4.0])], &[0.25, 0.0625]);
    check(&ops::not::OP, Attr::None, &[condition(&[0.0, 1.0])], &[1.0, 0.0]);
    check(&ops::real::OP, Attr::None, &[condition(&[0.0, 1.0])], &[0.0, 1.0]);
    check(&ops::real::OP, Attr::None, &[index(9, &[4.0, 8.0])], &[4.0, 8.0]);
    check(&ops::real_of_index::OP, Attr::None, &[index(9, &[4.0, 8.0])], &[4.0, 8.0]);
}

#[test]
fn two_operands() {
    let (a, b) = ([3.0, -1.0, 2.0, NAN], [2.0, -1.0, 4.0, 1.0]);
    let cases: &[(&'static OpDef, [f64; 4])] = &[
        (&ops::add::OP, [5.0, -2.0, 6.0, NAN]),
        (&ops::sub::OP, [1.0, 0.0, -2.0, NAN]),
        (&ops::mul::OP, [6.0, 1.0, 8.0, NAN]),
        (&ops::div::OP, [1.5, 1.0, 0.5, NAN]),
        (&ops::pow::OP, [9.0, -1.0, 16.0, NAN]),
        (&ops::max::OP, [3.0, -1.0, 4.0, NAN]),
        (&ops::min::OP, [2.0, -1.0, 2.0, NAN]),
        (&ops::lt::OP, [0.0, 0.0, 1.0, 0.0]),
        (&ops::le::OP, [0.0, 1.0, 1.0, 0.0]),
        (&ops::gt::OP, [1.0, 0.0, 0.0, 0.0]),
        (&ops::ge::OP, [1.0, 1.0, 0.0, 0.0]),
        (&ops::eq::OP, [0.0, 1.0, 0.0, 0.0]),
        (&ops::ne::OP, [1.0, 0.0, 1.0, 1.0]),
    ];
    for (op, expected) in cases {
        check(op, Attr::None, &[row(&a), row(&b)], expected);
    }
    let (c, d) = (&[0.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 0.0, 1.0]);
    check(&ops::and::OP, Attr::None, &[condition(c), condition(d)], &[0.0, 0.0, 0.0, 1.0]);
    check(&ops::or::OP, Attr::None, &[condition(c), condition(d)], &[0.0, 1.0, 1.0, 1.0]);
    check(&ops::select::OP, Attr::None, &[condition(&[1.0, 0.0]), row(&[1.0, NAN]), row(&[INF, 4.0])], &[1.0, 4.0]);
}

#[test]
fn movement() {
    let x = || real(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    check(&ops::reshape::OP, Attr::Shape(vec![6]), &[x()], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    check(&ops::transpose::OP, Attr::Permutation(vec![1, 0]), &[x()], &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    check(&ops::broadcast::OP, Attr::Shape(vec![2, 2]), &[real(&[2, 1], &[7.0, 8.0])], &[7.0, 7.0, 8.0, 8.0]);
    check(&ops::broadcast::OP, Attr::Shape(vec![2, 2]), &[row(&[7.0, 8.0])], &[7.0, 8.0, 7.0, 8.0]);
    check(&ops::slice::OP, Attr::Slice { axis: 1, start: 1, len: 2 }, &[x()], &[2.0, 3.0, 5.0, 6.0]);
    check(
        &ops::pad::OP,
        Attr::Pad { pairs: vec![(1, 0), (0, 1)], value: 9.0 },
        &[real(&[1, 2], &[1.0, 2.0])],
        &[9.0, 9.0, 9.0, 1.0, 2.0, 9.0],
    );
    check(&ops::concat::OP, Attr::Axis(1), &[real(&[2, 1], &[8.0, 9.0]), x()], &[8.0, 1.0, 2.0, 3.0, 9.0, 4.0, 5.0, 6.0]);
    check(&ops::flip::OP, Attr::Axis(1), &[x()], &[3.0, 2.0, 1.0, 6.0, 5.0, 4.0]);
    check(&ops::gather::OP, Attr::None, &[x(), index(2, &[1.0, 0.0, 1.0])], &[4.0, 5.0, 6.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    check(&ops::scatter::OP, Attr::Shape(vec![3, 1]), &[index(3, &[2.0, 0.0, 2.0]), real(&[3, 1], &[1.0, 2.0, 4.0])], &[2.0, 0.0, 5.0]);
}

#[test]
fn reductions_and_products() {
    let x = || real(&[2, 3], &[1.0, 5.0, 3.0, 4.0, 2.0, 4.0]);
    check(&ops::sum::OP, Attr::Axes(vec![0]), &[x()], &[5.0, 7.0, 7.0]);
    check(&ops::sum::OP, Attr::Axes(vec![0, 1]), &[x()], &[19.0]);
    check(&ops::reduce_max::OP, Attr::Axes(vec![1]), &[x()], &[5.0, 4.0]);
    check(&ops::reduce_min::OP, Attr::Axes(vec![0]), &[x()], &[1.0, 2.0, 3.0]);
    check(&ops::reduce_max::OP, Attr::Axes(vec![0]), &[row(&[1.0, NAN, 3.0])], &[NAN]);
    // The first of equals; NaN is the largest.
    check(&ops::argmax::OP, Attr::Axis(1), &[x()], &[1.0, 0.0]);
    check(&ops::argmax::OP, Attr::Axis(0), &[row(&[1.0, NAN, 3.0, NAN])], &[1.0]);
    check(&ops::batch_sum::OP, Attr::None, &[x()], &[2.0, 10.0, 6.0, 8.0, 4.0, 8.0]);
    let y = || real(&[3, 2], &[1.0, 0.0, 0.0, 1.0, 2.0, 2.0]);
    let labels = |a: &str, b: &str, out: &str, sum_batch| Attr::Contract { a: a.into(), b: b.into(), out: out.into(), sum_batch };
    check(&ops::contract::OP, labels("ik", "kj", "ij", false), &[x(), y()], &[7.0, 11.0, 12.0, 10.0]);
    check(&ops::contract::OP, labels("ik", "kj", "ji", true), &[x(), y()], &[14.0, 24.0, 22.0, 20.0]);
    check(&ops::contract::OP, labels("ik", "kj", "", false), &[x(), y()], &[40.0]);
    check(&ops::contract::OP, labels("i", "j", "ij", false), &[row(&[1.0, 2.0]), row(&[3.0, 4.0])], &[3.0, 4.0, 6.0, 8.0]);
}

#[test]
fn convolutions_and_windows() {
    let conv = |axes: &[Slide], groups, sum_batch| Attr::Conv(Conv { axes: axes.to_vec(), groups, sum_batch });
    let x = || real(&[1, 3, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    // Cross-correlation: the kernel is not turned.
    let w = || real(&[1, 1, 2, 2], &[1.0, 0.0, 0.0, -10.0]);
    let plain = [Slide::of(3, 2), Slide::of(3, 2)];
    check(&ops::conv::OP, conv(&plain, 1, false), &[x(), w()], &[-49.0, -58.0, -76.0, -85.0]);
    let far = [Slide::of(3, 2).stride(2).padded(1, 0), Slide::of(3, 2).dilated(2)];
    check(&ops::conv::OP, conv(&far, 1, false), &[x(), w()], &[-30.0, 4.0 - 90.0]);
    let (signal, two) = (|| real(&[2, 3], &[1.0, 2.0, 3.0, 10.0, 20.0, 30.0]), || real(&[2, 1, 2], &[1.0, 2.0, 3.0, 4.0]));
    check(&ops::conv::OP, conv(&[Slide::of(3, 2)], 2, false), &[signal(), two()], &[5.0, 8.0, 110.0, 180.0]);
    let y = || real(&[1, 2, 2], &[1.0, 2.0, 3.0, 4.0]);
    check(&ops::conv_input::OP, conv(&plain, 1, false), &[w(), y()], &[1.0, 2.0, 0.0, 3.0, 4.0 - 10.0, -20.0, 0.0, -30.0, -40.0]);
    check(&ops::conv_weight::OP, conv(&plain, 1, false), &[x(), y()], &[37.0, 47.0, 67.0, 77.0]);
    check(&ops::conv_weight::OP, conv(&plain, 1, true), &[x(), y()], &[74.0, 94.0, 134.0, 154.0]);

    let windows = |axes: &[Slide]| Attr::Windows(axes.to_vec());
    let pairs = windows(&[Slide::of(3, 2), Slide::of(3, 2).stride(2).padded(1, 0)]);
    check(&ops::window_sum::OP, pairs.clone(), &[x()], &[5.0, 16.0, 11.0, 28.0]);
    check(&ops::window_spread::OP, pairs.clone(), &[y()], &[1.0, 2.0, 2.0, 4.0, 6.0, 6.0, 3.0, 4.0, 4.0]);
    check(&ops::window_max::OP, pairs.clone(), &[x()], &[4.0, 6.0, 7.0, 9.0]);
    check(&ops::window_argmax::OP, pairs.clone(), &[x()], &[3.0; 4]);
    // The first of equals; NaN is the largest and passes on; padding is never an element.
    let ties = || row(&[-1.0, -1.0, 2.0, 2.0, NAN, 3.0]);
    let triples = windows(&[Slide::of(6, 3).stride(3).padded(1, 0)]);
    check(&ops::window_max::OP, triples.clone(), &[ties()], &[-1.0, NAN]);
    check(&ops::window_argmax::OP, triples.clone(), &[ties()], &[1.0, 2.0]);
    let at = || index(3, &[2.0, 0.0]);
    check(&ops::window_place::OP, triples.clone(), &[at(), row(&[5.0, 7.0])], &[0.0, 5.0, 7.0, 0.0, 0.0, 0.0]);
    check(&ops::window_pick::OP, triples, &[at(), ties()], &[-1.0, 2.0]);
}

#[test]
fn gradients_at_kinks() {
    // LANGUAGE, section 5: (operation, point, gradients).
    let cases: &[(&'static OpDef, &[f64], &[f64])] = &[
        (&ops::relu::OP, &[0.0], &[0.0]),
        (&ops::abs::OP, &[0.0], &[0.0]),
        (&ops::sqrt::OP, &[0.0], &[INF]),
        (&ops::max::OP, &[1.0, 1.0], &[0.5, 0.5]),
        (&ops::min::OP, &[1.0, 1.0], &[0.5, 0.5]),
        (&ops::pow::OP, &[0.0, 2.0], &[0.0, 0.0]),
        (&ops::pow::OP, &[0.0, 0.0], &[0.0, 0.0]),
    ];
    for (op, point, expected) in cases {
        let (builder, mut environment) = (Builder::default(), Environment::new(1));
        let mut args = Vec::new();
        for (i, x) in point.iter().enumerate() {
            args.push(builder.leaf(&ops::input::OP, Attr::Leaf(i), Type::real(true, &[]), None));
            environment.ports.push(ArrayD::from_elem(IxDyn(&[1]), *x));
        }
        let y = builder.op(op, Attr::None, &args).unwrap();
        let one = builder.full(1.0, &[]);
        let over = tapeless_compiler::differentiate::Over::Sample;
        let made = tapeless_compiler::differentiate::gradients(&builder, &[(y, one)], &args, over, &[]).unwrap();
        let made: Vec<NodeId> = made.into_iter().map(Option::unwrap).collect();
        let found: Vec<f64> = run(&builder.finish(), &made, &environment).unwrap().iter().map(|x| x[[0]]).collect();
        assert_eq!(&found, expected, "{} at {point:?}", op.name);
    }
}

#[test]
fn where_the_side_not_chosen_overflows_the_gradient_is_exactly_zero() {
    // where(x > 0, log(x), 2x) at −1: the logarithm is NaN there, its gradient 0 · 1/x.
    let (builder, mut environment) = (Builder::default(), Environment::new(1));
    environment.ports.push(ArrayD::from_elem(IxDyn(&[1]), -1.0));
    let x = builder.expr(builder.leaf(&ops::input::OP, Attr::Leaf(0), Type::real(true, &[]), None));
    let positive = x.each(&ops::gt::OP, &[x.zeros_like()]);
    let y = positive.select(x.each(&ops::log::OP, &[]), 2.0 * x);
    let over = tapeless_compiler::differentiate::Over::Sample;
    let one = builder.full(1.0, &[]);
    let gradient = tapeless_compiler::differentiate::gradients(&builder, &[(y.id, one)], &[x.id], over, &[]).unwrap()[0].unwrap();
    assert_eq!(run(&builder.finish(), &[gradient], &environment).unwrap()[0][[0]], 2.0);
}
