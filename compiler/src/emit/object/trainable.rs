//! What the facade's trainer needs of the object: `Trainable`.

use super::call_lines;
use crate::emit::doc::Code;
use crate::emit::module::Module;
use crate::emit::names::{Scope, identifier};

pub(super) fn trainable(module: &Module<'_>, code: &mut Code) {
    let (real, m, root) = (module.real, &module.name, &module.options.root);
    let facade = &module.options.facade;
    let columns: Vec<String> = module.network.ports.iter().map(|port| format!("&data.{}", identifier(&port.name))).collect();
    let data = if columns.is_empty() { "_data" } else { "data" };
    code.line("");
    code.open(format!("impl {facade}::Trainable for {} {{", module.network.name));
    code.line(format!("type Net = {m}::Net;"));
    code.line(format!("type Real = {real};"));
    code.line(format!("type Data = {m}::Data;"));
    let fields = |names: &[String], of: &str| -> Vec<String> { names.iter().map(|name| format!("{of}.{name}")).collect() };
    let losses: Vec<String> = {
        let mut scope = Scope::new(&["total"]);
        let names = module.network.train.losses.iter();
        names.map(|loss| if loss.name.is_empty() { "total".to_owned() } else { scope.unique(&loss.name) }).collect()
    };
    let metrics: Vec<String> = module.network.predict.metrics.iter().map(|metric| identifier(&metric.name)).collect();
    let cast = if real == "f32" { ".into()" } else { "" };
    let copy = |code: &mut Code, to: &str, from: Vec<String>| {
        for (i, from) in from.iter().enumerate() {
            code.open(format!("if let Some(out) = {to}.get_mut({i}) {{"));
            code.line(format!("*out = {from}{cast};"));
            code.close("}");
        }
    };
    let loss_list = |code: &mut Code, of: &str| {
        let only = losses.len() == 1 && losses[0] == "total";
        let unnamed = losses.iter().position(|name| name == "total");
        match unnamed {
            // What is unnamed is what the named terms leave of the total.
            Some(at) if !only => {
                let named: String = losses.iter().filter(|name| *name != "total").map(|name| format!(" - {of}.{name}")).collect();
                let mut list = fields(&losses, of);
                list[at] = format!("({of}.total{named})");
                copy(code, "losses", list);
            }
            _ => copy(code, "losses", fields(&losses, of)),
        }
    };
    let unused = |names: &[String], name: &str| if names.is_empty() { format!("_{name}") } else { name.to_owned() };
    let loss_argument = unused(&losses, "losses");
    code.line("");
    code.signature(
        "fn train_on",
        &["&mut self".into(), format!("{data}: &{m}::Data"), format!("{loss_argument}: &mut [f64]")],
        &format!(" -> Result<f64, {root}::DataError>"),
    );
    call_lines(code, "let step = self.train_step", &columns, "?;");
    loss_list(code, "step");
    code.line(format!("Ok(step.total{cast})"));
    code.close("}");
    code.line("");
    code.signature(
        "fn evaluate_on",
        &[
            "&mut self".into(),
            format!("{data}: &{m}::Data"),
            format!("{loss_argument}: &mut [f64]"),
            format!("{}: &mut [f64]", unused(&metrics, "metrics")),
        ],
        &format!(" -> Result<f64, {root}::DataError>"),
    );
    call_lines(code, "let found = self.evaluate", &columns, "?;");
    loss_list(code, "found.losses");
    copy(code, "metrics", fields(&metrics, "found.metrics"));
    code.line(format!("Ok(found.losses.total{cast})"));
    code.close("}");
    for (method, ty, borrow, me) in [("parts", "Parts", "&", "&self"), ("parts_mut", "PartsMut", "&mut ", "&mut self")] {
        let (array, number) = if method == "parts" { ("as_array", "") } else { ("as_array_mut", "&mut ") };
        code.line("");
        code.open(format!("fn {method}({me}) -> {facade}::{ty}<'_, {real}> {{"));
        code.open(format!("{facade}::{ty} {{"));
        code.line(format!("parameters: self.params.{array}(),"));
        code.line(format!("buffers: {borrow}self.buffers[..],"));
        code.line(format!("state: {borrow}self.state[..],"));
        code.line(format!("scalars: {borrow}self.scalars,"));
        code.line(format!("seed: {number}self.seed,"));
        code.line(format!("steps: {number}self.steps,"));
        code.close("}");
        code.close("}");
    }
    code.line("");
    code.open("fn read_hyper(&self, values: &mut [f64]) {");
    code.open("for (out, value) in values.iter_mut().zip(self.hyper.to_list()) {");
    code.line("*out = value;");
    code.close("}");
    code.close("}");
    code.line("");
    code.open("fn write_hyper(&mut self, values: &[f64]) {");
    code.line("let mut list = self.hyper.to_list();");
    code.open("for (out, value) in list.iter_mut().zip(values) {");
    code.line("*out = *value;");
    code.close("}");
    code.line(format!("self.hyper = {m}::Hyper::from_list(&list);"));
    code.close("}");
    code.close("}");
}
