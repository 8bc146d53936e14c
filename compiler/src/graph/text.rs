//! The text form of a graph, for golden tests and for reading: a node a line.
//!
//! `%3 = mul(%1, %2) : batch [2, 3]  # h, ∂/∂%1.0`: a real tensor, one for each sample, that the program calls `h` and that belongs to the
//! gradient with respect to operand 0 of node 1.

use std::fmt::Write;

use super::{Attr, Elem, Graph, Node, NodeId, Slide, Type};

/// All nodes, and then the roots.
#[must_use]
pub fn text(graph: &Graph, roots: &[NodeId]) -> String {
    let mut out = String::new();
    for id in graph.ids() {
        line(&mut out, id, graph.node(id));
        out.push('\n');
        if let Attr::Scan(scan) = &graph.node(id).attr {
            for line in text(&scan.body, &scan.roots()).lines() {
                let _ = writeln!(out, "  | {line}");
            }
        }
    }
    let roots: Vec<String> = roots.iter().map(|root| format!("%{}", root.0)).collect();
    let _ = writeln!(out, "→ {}", roots.join(", "));
    out
}

fn line(out: &mut String, id: NodeId, node: &Node) {
    let mut operands: Vec<String> = node.args.iter().map(|arg| format!("%{}", arg.0)).collect();
    operands.extend(attribute(&node.attr));
    let _ = write!(out, "%{} = {}({}) : {}", id.0, node.op.name, operands.join(", "), ty(&node.ty));
    let mut remarks: Vec<String> = node.name.iter().map(ToString::to_string).collect();
    if let Some(adjoint) = node.origin.adjoint {
        remarks.push(match adjoint.operand {
            Some(operand) => format!("∂/∂%{}.{operand}", adjoint.node.0),
            None => format!("∂/∂%{}", adjoint.node.0),
        });
    }
    if !remarks.is_empty() {
        let _ = write!(out, "  # {}", remarks.join(", "));
    }
}

/// A type: `batch [2, 3]`, `[4] in 0..10`, `[] condition`.
#[must_use]
pub fn ty(ty: &Type) -> String {
    let batch = if ty.batched { "batch " } else { "" };
    let elem = match ty.elem {
        Elem::Real => String::new(),
        Elem::Index(n) => format!(" in 0..{n}"),
        Elem::Condition => " condition".to_owned(),
    };
    format!("{batch}{:?}{elem}", ty.shape)
}

fn attribute(attr: &Attr) -> Option<String> {
    Some(match attr {
        Attr::None => return None,
        Attr::Number(number) => format!("{number:?}"),
        Attr::Tensor(numbers) if numbers.len() <= 8 => format!("{numbers:?}"),
        Attr::Tensor(numbers) => format!("[{:?}, …, {:?}]", numbers[0], numbers[numbers.len() - 1]),
        Attr::Axes(axes) => format!("axes {axes:?}"),
        Attr::Axis(axis) => format!("axis {axis}"),
        Attr::Shape(shape) => format!("to {shape:?}"),
        Attr::Permutation(order) => format!("order {order:?}"),
        Attr::Contract { a, b, out, sum_batch } => {
            let text = |labels: &[u8]| String::from_utf8_lossy(labels).into_owned();
            format!("\"{},{}->{}\"{}", text(a), text(b), text(out), if *sum_batch { " over the batch" } else { "" })
        }
        Attr::Conv(conv) => {
            let groups = if conv.groups == 1 { String::new() } else { format!(", {} groups", conv.groups) };
            format!("{}{groups}{}", slides(&conv.axes), if conv.sum_batch { " over the batch" } else { "" })
        }
        Attr::Windows(axes) => slides(axes),
        Attr::Slice { axis, start, len } => format!("axis {axis}, {start}..{}", start + len),
        Attr::Pad { pairs, value } => format!("{pairs:?} with {value:?}"),
        Attr::Random { place, parameter, first, strides } => format!("place {place} from {first} by {strides:?}, {parameter:?}"),
        Attr::Leaf(i) => format!("{i}"),
        Attr::Scan(scan) => {
            let way = if scan.reversed { ", from the last" } else { "" };
            format!("{} steps{way}, {:?}", scan.steps, scan.roles)
        }
        Attr::Out { index, .. } => format!("result {index}"),
    })
}

/// `3 over 28 by 1 step 1 pad 1, 1`, axis by axis.
fn slides(axes: &[Slide]) -> String {
    let one = |slide: &Slide| {
        let Slide { image, window, stride, dilation, before, after } = slide;
        format!("{window} over {image} by {stride} step {dilation} pad {before}, {after}")
    };
    axes.iter().map(one).collect::<Vec<_>>().join("; ")
}
