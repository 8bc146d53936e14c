//! The interpreter of a graph: slow, plain, and the reference that generated code is compared with. It walks the operation table.

mod environment;
mod operations;
pub mod random;
mod scan;
pub mod session;
mod tensor;
mod windows;

use std::collections::HashMap;

use ndarray::ArrayD;

pub use environment::{Environment, OptimizerEnvironment, Rounding};

use crate::graph::{Attr, Elem, Graph, NodeId};
use crate::ops::Value;
use tensor::Tensor;

/// What an environment lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Nothing is there for a leaf.
    Missing {
        /// The leaf, as `input 1`.
        name: String,
    },
    /// The array of a leaf has another shape.
    Shape {
        /// The leaf, as `input 1`.
        name: String,
        /// What it should be.
        expected: Vec<usize>,
        /// What it is.
        found: Vec<usize>,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Missing { name } => write!(f, "{name} is missing"),
            Error::Shape { name, expected, found } => write!(f, "{name} should have the shape {expected:?}, it has {found:?}"),
        }
    }
}

impl std::error::Error for Error {}

/// The values of `roots`; what is one for each sample has the batch as its leading axis.
///
/// # Errors
/// The environment lacks a leaf that the roots need, or holds one of another shape.
pub fn run(graph: &Graph, roots: &[NodeId], environment: &Environment) -> Result<Vec<ArrayD<f64>>, Error> {
    let values = values(graph, roots, environment)?;
    Ok(roots.iter().zip(values).map(|(&root, value)| value.into_array(graph.ty(root), environment.batch)).collect())
}

/// The same as tensors.
fn values(graph: &Graph, roots: &[NodeId], environment: &Environment) -> Result<Vec<Tensor>, Error> {
    let live = graph.live(roots);
    let mut last_use = vec![0; graph.nodes.len()];
    for id in graph.ids().filter(|id| live[id.index()]) {
        for arg in &graph.node(id).args {
            last_use[arg.index()] = id.index();
        }
    }
    for root in roots {
        last_use[root.index()] = usize::MAX;
    }

    let mut values: Vec<Option<Tensor>> = vec![None; graph.nodes.len()];
    let mut loops: HashMap<NodeId, Vec<Tensor>> = HashMap::new();
    for id in graph.ids().filter(|id| live[id.index()]) {
        let node = graph.node(id);
        let mut value = match (&node.op.value, &node.attr) {
            (Value::Leaf, _) => environment.leaf(node)?,
            (Value::Scan, Attr::Scan(scan)) => {
                let args: Vec<&Tensor> = node.args.iter().filter_map(|arg| values[arg.index()].as_ref()).collect();
                loops.insert(id, scan::results(scan, node.ty.batched, &args, environment)?);
                Tensor::full(&node.ty, environment.batch, 0.0)
            }
            (Value::Out, Attr::Out { index, .. }) => {
                let results = node.args.first().and_then(|of| loops.get(of));
                let value = results.and_then(|results| results.get(*index));
                value.cloned().unwrap_or_else(|| Tensor::full(&node.ty, environment.batch, f64::NAN))
            }
            _ => {
                let args: Vec<&Tensor> = node.args.iter().filter_map(|arg| values[arg.index()].as_ref()).collect();
                let types: Vec<_> = node.args.iter().map(|&arg| graph.ty(arg)).collect();
                operations::compute(node, &types, &args, environment)
            }
        };
        if node.ty.elem == Elem::Real && environment.rounds(&node.ty) {
            value.round();
        }
        for arg in node.args.iter().filter(|arg| last_use[arg.index()] == id.index()) {
            values[arg.index()] = None;
        }
        values[id.index()] = Some(value);
    }
    let result = |root: &NodeId| values[root.index()].clone().unwrap_or_else(|| unreachable!("a root is live"));
    Ok(roots.iter().map(result).collect())
}
