//! What the caller gets after the last tile: losses, metrics, gradients, the next values of buffers.

use super::{Field, PassText};
use crate::emit::element::literal;
use crate::emit::kernels::Writer;
use crate::graph::Attr;
use crate::ops::Value;
use crate::plan::{Place, What};

impl PassText<'_> {
    /// Losses, metrics and gradients to where the caller wants them.
    pub(super) fn results(&self, writer: &mut Writer<'_>, fields: &mut Vec<Field>) {
        let graph = &self.plan.program.graph;
        let mut lines = Vec::new();
        for wanted in &self.plan.program.results {
            let base = self.plan.base(wanted.node);
            let scalar = match (&graph.node(base).op.value, &graph.node(base).attr) {
                (Value::Leaf, Attr::Number(value)) => format!("T::from_f64({})", literal(*value)),
                _ => format!("{}[0]", writer.flat(base)),
            };
            match wanted.what {
                What::Loss(i) => lines.push(format!("self.losses[{i}] = {scalar};")),
                What::Total => lines.push(format!("*self.total = {scalar};")),
                What::Metric(i) => lines.push(format!("self.metrics[{i}] = {scalar};")),
                What::Gradient(i) if self.plan.places[base.index()] != Place::Gradient(i) => {
                    let parameter = &self.network.parameters[i];
                    let to = if parameter.shape.len() >= 2 { ".as_flattened_mut()" } else { "" };
                    let to = format!("grads.{}{to}", self.names.parameters[i]);
                    lines.push(match (&graph.node(base).op.value, &graph.node(base).attr) {
                        (Value::Leaf, Attr::Number(value)) => format!("{to}.fill(T::from_f64({}));", literal(*value)),
                        _ => format!("{to}.copy_from_slice({});", writer.flat(base)),
                    });
                }
                What::Buffer(i) => {
                    let offset: usize = self.network.buffers[..i].iter().map(|buffer| buffer.shape.iter().product::<usize>()).sum();
                    let len: usize = self.network.buffers[i].shape.iter().product();
                    let to = format!("next_buffers[{offset}..{}]", offset + len);
                    lines.push(match (&graph.node(base).op.value, &graph.node(base).attr) {
                        (Value::Leaf, Attr::Number(value)) => format!("{to}.fill(T::from_f64({}));", literal(*value)),
                        _ => format!("{to}.copy_from_slice({});", writer.flat(base)),
                    });
                }
                _ => {}
            }
        }
        let count = |which: fn(&What) -> bool| self.plan.program.results.iter().filter(|wanted| which(&wanted.what)).count();
        let (losses, metrics) = (count(|what| matches!(what, What::Loss(_))), count(|what| matches!(what, What::Metric(_))));
        for (name, many) in [("losses", losses), ("metrics", metrics)] {
            if many > 0 {
                let from = format!("rt::array_mut(\"{name}\", {name})?");
                fields.push(Field { name: name.into(), ty: format!("&'a mut [T; {many}]"), from });
            }
        }
        if count(|what| matches!(what, What::Total)) > 0 {
            fields.push(Field { name: "total".into(), ty: "&'a mut T".into(), from: "&mut total".into() });
        }
        if !lines.is_empty() {
            writer.code.line("");
            writer.code.line("// What the caller gets.");
        }
        for line in lines {
            writer.code.line(line);
        }
    }
}
