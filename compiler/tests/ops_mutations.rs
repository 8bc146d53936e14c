//! Trust no check that has never failed: every adjoint rule is made wrong in every way listed here, operand by operand, and the numerical
//! check alone must notice. What a mutation changes is the graph that the rule made.
#![cfg(feature = "evaluate")]

mod ops_support;

use std::cell::Cell;
use std::collections::BTreeMap;

use ops_support::{Case, differentiable};
use tapeless_compiler::graph::{Attr, Elem, Expr, NodeId};
use tapeless_compiler::ops::{self, ALL, OpDef, Rule, Sample};

/// The mutations. `usize` picks the place where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mutation {
    Negated,
    Doubled,
    OnePerCent,
    Transposed,
    /// A term of the n-th sum or difference is dropped: its first operand, or its second.
    Dropped(usize, usize),
    /// Operands i and j change roles.
    OperandsSwapped,
    /// The result and the operand change roles.
    ResultSwapped,
    /// The n-th constant factor or term (not 0) is off by 0.01.
    Constant(usize),
    /// The n-th transposition or reversal is left out.
    Unmoved(usize),
}

const PLACES: usize = 4;

fn mutations() -> Vec<Mutation> {
    use Mutation::*;
    let mut all = vec![Negated, Doubled, OnePerCent, Transposed, OperandsSwapped, ResultSwapped];
    for place in 0..PLACES {
        all.extend([Dropped(place, 0), Dropped(place, 1), Constant(place), Unmoved(place)]);
    }
    all
}

/// The gradient made wrong, if it can be made wrong so.
fn mutate<'g>(mutation: Mutation, rule: &Rule<'g>, operand: usize, made: Expr<'g>) -> Option<Expr<'g>> {
    match mutation {
        Mutation::Negated => Some(-made),
        Mutation::Doubled => Some(2.0 * made),
        Mutation::OnePerCent => Some(1.01 * made),
        Mutation::Transposed => {
            let shape = made.shape();
            let n = shape.len();
            let square = n >= 2 && shape[n - 1] == shape[n - 2] && shape[n - 1] > 1;
            let order: Vec<usize> = (0..n.saturating_sub(2)).chain([n.wrapping_sub(1), n.wrapping_sub(2)]).collect();
            square.then(|| made.transpose(&order))
        }
        Mutation::Dropped(place, side) => rewritten(rule, made, place, |node, args, _| {
            let sum = node == &ops::add::OP || node == &ops::sub::OP;
            sum.then(|| match (side, args[0].zeros_like()) {
                (0, zero) => zero.each(node, &[args[1]]),
                (_, zero) => args[0].each(node, &[zero]),
            })
        }),
        Mutation::OperandsSwapped => match rule.x.as_slice() {
            [a, b] if a.ty() == b.ty() => exchanged(rule, made, *a, *b),
            [_, a, b] if a.ty() == b.ty() => exchanged(rule, made, *a, *b),
            _ => None,
        },
        Mutation::ResultSwapped => {
            let x = rule.x[operand];
            if x.ty() == rule.y.ty() { exchanged(rule, made, x, rule.y) } else { None }
        }
        Mutation::Constant(place) => rewritten_leaf(rule, made, place),
        Mutation::Unmoved(place) => rewritten(rule, made, place, |node, args, attr| {
            let moves = node == &ops::flip::OP || matches!(attr, Attr::Permutation(order) if !order.is_sorted());
            moves.then(|| args[0])
        }),
    }
}

/// Ids from here on are the rule's own.
fn first(rule: &Rule<'_>) -> NodeId {
    let given = rule.x.iter().map(|x| x.id).chain([rule.y.id, rule.dy.id]).max().unwrap();
    NodeId(given.0 + 1)
}

/// A copy of what the rule made, with `change` applied to its n-th fitting node (of equal type).
fn rewritten<'g>(
    rule: &Rule<'g>,
    made: Expr<'g>,
    place: usize,
    change: impl Fn(&'static OpDef, &[Expr<'g>], &Attr) -> Option<Expr<'g>>,
) -> Option<Expr<'g>> {
    let found = Cell::new(0);
    let copy = copied(rule, made, &mut BTreeMap::new(), &|expr, op, args| {
        let changed = change(op, args, &expr.builder.node(expr.id).attr).filter(|changed| changed.ty() == expr.ty())?;
        found.set(found.get() + 1);
        (found.get() == place + 1).then_some(changed)
    });
    (found.get() > place).then_some(copy)
}

fn rewritten_leaf<'g>(rule: &Rule<'g>, made: Expr<'g>, place: usize) -> Option<Expr<'g>> {
    let found = Cell::new(0);
    let copy = copied(rule, made, &mut BTreeMap::new(), &|expr, op, _| {
        let node = expr.builder.node(expr.id);
        let (true, Attr::Number(value)) = (op == &ops::constant::OP && node.attr != Attr::Number(0.0), node.attr) else { return None };
        found.set(found.get() + 1);
        (found.get() == place + 1).then(|| expr.full(value + 0.01))
    });
    (found.get() > place).then_some(copy)
}

fn exchanged<'g>(rule: &Rule<'g>, made: Expr<'g>, a: Expr<'g>, b: Expr<'g>) -> Option<Expr<'g>> {
    let mut known = BTreeMap::from([(a.id, b), (b.id, a)]);
    let uses = uses(rule, made, &[a.id, b.id]);
    uses.then(|| copied(rule, made, &mut known, &|_, _, _| None))
}

fn uses(rule: &Rule<'_>, made: Expr<'_>, ids: &[NodeId]) -> bool {
    let node = made.builder.node(made.id);
    ids.contains(&made.id) || (made.id >= first(rule) && node.args.iter().any(|&arg| uses(rule, made.builder.expr(arg), ids)))
}

/// What stands in a node's place, given its operation and its copied operands.
type Change<'c, 'g> = &'c dyn Fn(Expr<'g>, &'static OpDef, &[Expr<'g>]) -> Option<Expr<'g>>;

/// Conditions stay as they are: a limit moved by a little is no error that a point off the limit can show.
fn copied<'g>(rule: &Rule<'g>, made: Expr<'g>, known: &mut BTreeMap<NodeId, Expr<'g>>, change: Change<'_, 'g>) -> Expr<'g> {
    if let Some(&copy) = known.get(&made.id) {
        return copy;
    }
    let swaps = known.keys().any(|id| *id < first(rule));
    if made.id < first(rule) || (made.ty().elem == Elem::Condition && !swaps) {
        return made;
    }
    let node = made.builder.node(made.id);
    let args: Vec<Expr<'g>> = node.args.iter().map(|&arg| copied(rule, made.builder.expr(arg), known, change)).collect();
    let copy = match change(made, node.op, &args) {
        Some(changed) => changed,
        None if args.is_empty() => made,
        None => args[0].apply(node.op, node.attr, &args[1..]),
    };
    known.insert(made.id, copy);
    copy
}

/// The check's error with one mutation in the rule of one operand, if it applies.
fn error_with(op: &'static OpDef, sample: &Sample, at: usize, operand: usize, mutation: Mutation) -> Option<f64> {
    let mut case = Case::new(op, sample, |_| true, 7 + at as u64);
    let y = case.y;
    let applied = Cell::new(false);
    let found = case.check(1, &|rule, i, made| {
        if rule.y.id != y || i != operand {
            return made;
        }
        match mutate(mutation, rule, operand, made) {
            Some(wrong) => {
                applied.set(true);
                wrong
            }
            None => made,
        }
    });
    applied.get().then_some(found[0].worst)
}

/// Equal rules: a result above 0 is an operand above 0.
fn equal(op: &OpDef, mutation: Mutation) -> bool {
    op == &ops::relu::OP && mutation == Mutation::ResultSwapped
}

#[test]
fn every_mutation_of_every_rule_is_caught() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut missed = Vec::new();
    for op in ALL.iter().filter(|op| differentiable(op)) {
        let operands = op.samples.iter().map(|sample| sample.shapes.len()).max().unwrap_or(0);
        for (operand, mutation) in (0..operands).flat_map(|i| mutations().into_iter().map(move |mutation| (i, mutation))) {
            let at_points = op.samples.iter().enumerate().filter(|(_, sample)| operand < sample.shapes.len());
            let errors: Vec<f64> = at_points.filter_map(|(at, sample)| error_with(op, sample, at, operand, mutation)).collect();
            *counts.entry(op.name).or_default() += errors.len();
            // One of the points must show it.
            if !errors.is_empty() && errors.iter().all(|error| *error <= 1e-6) && !equal(op, mutation) {
                missed.push(format!("{} operand {operand}: {mutation:?}", op.name));
            }
        }
    }
    let total: usize = counts.values().sum();
    println!("{total} mutated gradients of {} rules: {counts:?}", counts.len());
    assert!(missed.is_empty(), "{} not caught:\n{}", missed.len(), missed.join("\n"));
    assert!(total > 500, "only {total} mutations were made");
}
