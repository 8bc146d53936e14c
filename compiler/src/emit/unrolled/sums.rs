//! Sums over the samples: lanes are summed into what earlier tiles gave.

use super::values::products;
use super::{Scalar, Unroller};
use crate::emit::doc::{Doc, call, text};
use crate::graph::NodeId;
use crate::ops::Value;

impl Unroller<'_, '_> {
    /// A sum over the samples: lanes are summed into what earlier tiles gave, a row at a time.
    pub(super) fn accumulate(&mut self, id: NodeId) {
        let plan = self.writer.plan;
        let graph = &plan.program.graph;
        let node = graph.node(id);
        if let Value::BatchSum = node.op.value
            && matches!(graph.node(node.args[0]).op.value, Value::Scatter)
        {
            return self.accumulate_scatter(id, node.args[0]);
        }
        let size = node.ty.size();
        let mut values = Vec::with_capacity(size);
        for flat in 0..size {
            values.push(match node.op.value {
                Value::Contract => {
                    let pairs = products(graph, id, flat);
                    self.sum_of_products(id, &pairs)
                }
                Value::Conv(_) => self.convolved(id, flat),
                _ => self.element(node.args[0], flat),
            });
        }
        let dims = self.writer.dims(id);
        let name = self.writer.names.get(&id).cloned().unwrap_or_default();
        // Row by row; where rows are short, sixteen elements at a time.
        let chunk = if dims.rows.is_some() && dims.columns >= 8 { dims.columns } else { size.min(16) };
        for (at, values) in values.chunks(chunk).enumerate() {
            if values.iter().all(|value| matches!(value, Scalar::Known(0.0))) {
                continue;
            }
            let out = match dims.rows {
                Some(_) if chunk == dims.columns => format!("&mut {name}[{at}]"),
                None if values.len() == size => name.clone(),
                _ => {
                    let flat = if dims.rows.is_some() { format!("{name}.as_flattened_mut()") } else { name.clone() };
                    let flat = if at == 0 { flat } else { format!("&mut {flat}[{}..]", at * chunk) };
                    format!("rt::row_mut({flat})")
                }
            };
            let docs = values.iter().map(Scalar::doc).collect();
            self.writer.code.statement("", &call("rt::lane_sums_add", vec![text("simd"), Doc::Array(docs), text(out)]), ";");
        }
    }

    fn accumulate_scatter(&mut self, id: NodeId, scatter: NodeId) {
        let graph = &self.writer.plan.program.graph;
        let node = graph.node(scatter);
        let (index, rows_of) = (node.args[0], node.args[1]);
        let rows = graph.ty(id).shape.first().copied().unwrap_or(1);
        let width = graph.ty(id).size() / rows;
        let table = self.writer.matrix_mut_text(id, rows, width);
        for flat in 0..graph.ty(rows_of).size() {
            let at = self.element(index, flat / width).doc();
            let value = self.element(rows_of, flat).doc();
            let args = vec![text("simd"), at, value, text((flat % width).to_string()), text(table.clone())];
            self.writer.code.statement("", &call("rt::lookup_add", args), ";");
        }
    }
}
