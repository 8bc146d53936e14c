//! Operations at their sample points: values, and gradients of any order against five-point central differences.

#![allow(dead_code, reason = "each test takes what it needs")]

use ndarray::{ArrayD, IxDyn};
use tapeless_compiler::differentiate::{Hook, Over, gradients_with};
use tapeless_compiler::evaluate::{Environment, run};
use tapeless_compiler::graph::{Attr, Builder, Elem, NodeId, Type, verify};
use tapeless_compiler::ops::{self, Adjoint, OpDef, Sample};

pub(crate) const BATCH: usize = 2;

/// Numbers that look random and are always the same (splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    pub(crate) fn below(&mut self, n: u32) -> f64 {
        (self.bits() % u64::from(n)) as f64
    }
}

/// An operation applied to leaves, and the leaves' values.
pub(crate) struct Case {
    pub(crate) builder: Builder,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) y: NodeId,
    numbers: Numbers,
}

pub(crate) struct Leaf {
    pub(crate) id: NodeId,
    pub(crate) ty: Type,
    pub(crate) value: ArrayD<f64>,
}

/// The largest error of a check, by the definition of DESIGN section 5, and how many entries it looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checked {
    pub(crate) worst: f64,
    pub(crate) entries: usize,
}

impl Case {
    /// `batched` says of each operand whether there is one for each sample (indices and conditions always).
    pub(crate) fn new(op: &'static OpDef, sample: &Sample, batched: impl Fn(usize) -> bool, seed: u64) -> Case {
        let mut case = Case { builder: Builder::default(), leaves: Vec::new(), y: NodeId(0), numbers: Numbers(seed) };
        let kinds: Vec<char> = sample.kinds.chars().collect();
        for (i, shape) in sample.shapes.iter().enumerate() {
            let elem = match kinds.get(i) {
                Some('c') => Elem::Condition,
                Some(digit) if digit.is_ascii_digit() => Elem::Index(digit.to_digit(10).unwrap()),
                _ => Elem::Real,
            };
            case.leaf(Type { batched: elem != Elem::Real || batched(i), shape: shape.to_vec(), elem }, sample.within);
        }
        let args: Vec<NodeId> = case.leaves.iter().map(|leaf| leaf.id).collect();
        case.y = case.builder.op(op, (sample.attr)(), &args).unwrap();
        case
    }

    fn leaf(&mut self, ty: Type, within: (f64, f64)) -> NodeId {
        let op = if ty.batched { &ops::input::OP } else { &ops::param::OP };
        let id = self.builder.leaf(op, Attr::Leaf(self.leaves.len()), ty.clone(), None);
        let shape: Vec<usize> = ty.batched.then_some(BATCH).into_iter().chain(ty.shape.iter().copied()).collect();
        let numbers = &mut self.numbers;
        let value = ArrayD::from_shape_simple_fn(IxDyn(&shape), || match ty.elem {
            Elem::Real => numbers.within(within.0, within.1),
            Elem::Index(n) => numbers.below(n),
            Elem::Condition => numbers.below(2),
        });
        self.leaves.push(Leaf { id, ty, value });
        id
    }

    pub(crate) fn environment(&self) -> Environment {
        let mut environment = Environment::new(BATCH);
        environment.ports = self.leaves.iter().map(|leaf| leaf.value.clone()).collect();
        environment.parameters = environment.ports.clone();
        environment
    }

    pub(crate) fn values(&self, roots: &[NodeId]) -> Vec<ArrayD<f64>> {
        self.builder.with_graph(|graph| run(graph, roots, &self.environment()).unwrap())
    }

    /// Σ ⟨node, cotangent⟩.
    fn objective(&self, seeds: &[(NodeId, NodeId)]) -> f64 {
        let roots: Vec<NodeId> = seeds.iter().flat_map(|seed| [seed.0, seed.1]).collect();
        let values = self.values(&roots);
        values.chunks(2).map(|pair| inner(&pair[0], &pair[1])).sum()
    }

    /// Derivatives of the orders `1..=order` with respect to all real leaves, the cotangents of lower orders included. `hook` is called in the first.
    pub(crate) fn check(&mut self, order: usize, hook: Hook<'_>) -> Vec<Checked> {
        let mut seeds = vec![(self.y, self.cotangent(self.y))];
        let mut out = Vec::new();
        for level in 1..=order {
            let fixed = |leaf: &Leaf| seeds.iter().any(|seed| seed.1 == leaf.id);
            let real = |i: &usize| self.leaves[*i].ty.elem == Elem::Real && !fixed(&self.leaves[*i]);
            let wrt: Vec<usize> = (0..self.leaves.len()).filter(real).collect();
            let ids: Vec<NodeId> = wrt.iter().map(|&i| self.leaves[i].id).collect();
            let none: Hook<'_> = &|_, _, made| made;
            let hook = if level == 1 { hook } else { none };
            let made = gradients_with(&self.builder, &seeds, &ids, Over::Batch, &[], hook).unwrap();
            self.builder.with_graph(|graph| verify::verify(graph, &[]).unwrap());
            let given: Vec<ArrayD<f64>> = wrt
                .iter()
                .zip(&made)
                .map(|(&i, gradient)| match gradient {
                    Some(id) => self.spread(self.values(&[*id]).remove(0), i),
                    None => ArrayD::zeros(self.leaves[i].value.raw_dim()),
                })
                .collect();
            let numeric: Vec<ArrayD<f64>> = wrt.iter().map(|&i| self.differences(i, &seeds)).collect();
            out.push(compare(&given, &numeric));
            seeds = made.into_iter().flatten().map(|id| (id, self.cotangent(id))).collect();
        }
        out
    }

    /// A gradient that is structurally the same for all samples stands for each.
    fn spread(&self, gradient: ArrayD<f64>, leaf: usize) -> ArrayD<f64> {
        gradient.broadcast(self.leaves[leaf].value.raw_dim()).unwrap().to_owned()
    }

    /// A leaf of a node's type.
    pub(crate) fn cotangent(&mut self, id: NodeId) -> NodeId {
        let ty = self.builder.ty(id);
        self.leaf(ty, (-1.0, 1.0))
    }

    /// (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h, entry by entry.
    fn differences(&mut self, leaf: usize, seeds: &[(NodeId, NodeId)]) -> ArrayD<f64> {
        const STEP: f64 = 1e-3;
        let mut out = ArrayD::zeros(self.leaves[leaf].value.raw_dim());
        for i in 0..out.len() {
            let before = self.leaves[leaf].value.as_slice().unwrap()[i];
            let mut at = |by: f64| {
                self.leaves[leaf].value.as_slice_mut().unwrap()[i] = before + by * STEP;
                self.objective(seeds)
            };
            let slope = (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * STEP);
            out.as_slice_mut().unwrap()[i] = slope;
            self.leaves[leaf].value.as_slice_mut().unwrap()[i] = before;
        }
        out
    }
}

fn inner(a: &ArrayD<f64>, b: &ArrayD<f64>) -> f64 {
    assert_eq!(a.shape(), b.shape());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// |a − n| / max(|a|, |n|, 10⁻³ of the largest entry).
pub(crate) fn compare(given: &[ArrayD<f64>], numeric: &[ArrayD<f64>]) -> Checked {
    let entries = || given.iter().flatten().zip(numeric.iter().flatten());
    let largest = entries().map(|(a, n)| a.abs().max(n.abs())).fold(0.0, f64::max);
    // Where the whole gradient vanishes, differences leave rounding alone.
    let floor = (1e-3 * largest).max(1e-5);
    let error = |(a, n): (&f64, &f64)| if a.is_nan() { f64::INFINITY } else { (a - n).abs() / a.abs().max(n.abs()).max(floor) };
    Checked { worst: entries().map(error).fold(0.0, f64::max), entries: entries().count() }
}

/// Whether gradients pass through an operation.
pub(crate) fn differentiable(op: &OpDef) -> bool {
    matches!(op.adjoint, Adjoint::Rule(_))
}

/// The ways in which the real operands of a sample can be batched.
pub(crate) fn batchings(op: &OpDef, sample: &Sample) -> Vec<u32> {
    let n = sample.shapes.len();
    let all = (1 << n) - 1;
    let sums = op.sums_batch || (sample.attr)().sums_batch();
    (u32::from(sums)..=all).rev().collect()
}
