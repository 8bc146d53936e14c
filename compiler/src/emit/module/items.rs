//! Constants, layouts, how states begin, the structs for what passes give, and the settable numbers of the update.

use super::Module;
use super::lists::entries;
use crate::emit::doc::{Code, Doc, structure, text};
use crate::emit::element::literal;
use crate::emit::names::{Scope, identifier};
use crate::emit::{types, views};
use crate::network::Parameter;

impl<'a> Module<'a> {
    pub(super) fn constants(&self, code: &mut Code) {
        let len = |parameters: &[Parameter]| views::place(parameters).iter().map(|placed| placed.len).sum::<usize>();
        let rows = [
            ("PARAMETERS", len(&self.network.parameters), "Elements of all parameters."),
            ("BUFFERS", len(&self.network.buffers), "Elements of all buffers."),
            ("OPTIMIZER_STATE", self.layout.state_len, "Elements of the optimizer's state."),
            ("SCALARS", self.layout.scalars.len(), "Numbers that the optimizers keep once."),
            ("TRAIN_WORKSPACE", self.passes.train_workspace, "Elements of the workspace of a training step."),
            ("EVALUATE_WORKSPACE", self.passes.evaluate_workspace, "Elements of the workspace of an evaluation."),
            ("PREDICT_WORKSPACE", self.passes.predict_workspace, "Elements of the workspace of a prediction."),
            ("TILE", self.passes.tile, "Samples that are worked on at once."),
        ];
        let states = ("STATE", len(&self.states), "Elements of all states of a sample.");
        let steps = self.network.unroll.map(|steps| ("UNROLL", steps, "Steps of a training sample."));
        let batch = self.network.batch.map(|most| ("BATCH", most, "The most samples of a training step, which looks across them."));
        let memory = self.memory;
        let bytes = [
            ("PARAMETERS_BYTES", memory.parameters, "Bytes of all parameters; a gradient takes as many."),
            ("BUFFERS_BYTES", memory.buffers, "Bytes of all buffers."),
            ("OPTIMIZER_BYTES", memory.optimizer_state, "Bytes of what the optimizers keep."),
            ("TRAIN_WORKSPACE_BYTES", memory.train_workspace, "Bytes of the workspace of a training step."),
            ("EVALUATE_WORKSPACE_BYTES", memory.evaluate_workspace, "Bytes of the workspace of an evaluation."),
            ("PREDICT_WORKSPACE_BYTES", memory.predict_workspace, "Bytes of the workspace of a prediction."),
        ];
        for (name, value, doc) in rows.into_iter().chain(bytes).chain(self.carries().then_some(states)).chain(steps).chain(batch) {
            code.line("");
            code.line(format!("/// {doc}"));
            code.line(format!("pub const {name}: usize = {value};"));
        }
    }

    pub(super) fn layout(&self, code: &mut Code) {
        code.line("");
        code.line("/// Path, shape and place of every parameter.");
        entries(code, "LAYOUT", &self.network.parameters);
        if !self.network.buffers.is_empty() {
            code.line("");
            code.line("/// Path, shape and place of every buffer.");
            entries(code, "BUFFER_LAYOUT", &self.network.buffers);
        }
        if self.carries() {
            code.line("");
            code.line("/// Name, shape and place of every state.");
            entries(code, "STATE_LAYOUT", &self.states);
        }
    }

    /// How states begin.
    pub(super) fn beginning(&self, code: &mut Code) {
        code.line("");
        code.open(format!("impl State<[{}; STATE]> {{", self.real));
        code.line("/// The states at the beginning of a sequence.");
        code.open("pub fn initial() -> Self {");
        let zero = if self.real == "f32" { "0.0_f32" } else { "0.0_f64" };
        code.line(format!("let mut state = State([{zero}; STATE]);"));
        code.line("state.reset();");
        code.line("state");
        code.close("}");
        code.close("}");
        code.line("");
        code.open("impl<S: rt::StorageMut<STATE>> State<S> {");
        code.line("/// Puts all states back to the beginning of a sequence.");
        code.open("pub fn reset(&mut self) {");
        code.line("rt::initialise(STATE_LAYOUT, 0, self.0.array_mut());");
        code.close("}");
        code.close("}");
    }

    /// Structs for what passes give.
    pub(super) fn results(&self, code: &mut Code) {
        let derive = "#[derive(Clone, Copy, Debug, Default, PartialEq)]";
        if self.passes.outputs.len() != 1 {
            code.line("");
            code.line("/// The outputs of a sample.");
            code.line("#[derive(Clone, Copy, Debug, PartialEq)]");
            code.open("pub struct Output<T> {");
            for (name, shape) in &self.passes.outputs {
                code.line(format!("/// `{name}`, {shape:?}."));
                code.line(format!("pub {}: {},", identifier(name), types::array(shape, "T")));
            }
            if self.passes.outputs.is_empty() {
                code.line("/// There are no outputs.");
                code.line("pub none: core::marker::PhantomData<T>,");
            }
            code.close("}");
            code.line("");
            code.open("impl<T: rt::Real> Default for Output<T> {");
            code.open("fn default() -> Self {");
            code.open("Output {");
            for (name, shape) in &self.passes.outputs {
                code.line(format!("{}: {},", identifier(name), types::array(shape, "T::ZERO")));
            }
            if self.passes.outputs.is_empty() {
                code.line("none: core::marker::PhantomData,");
            }
            code.close("}");
            code.close("}");
            code.close("}");
        }
        code.line("");
        code.line("/// The mean of each loss term over the batch, and their sum.");
        code.line(derive);
        code.open(format!("pub struct Losses<T = {}> {{", self.real));
        code.line("/// What is optimised.");
        code.line("pub total: T,");
        let mut scope = Scope::new(&["total"]);
        for (_, name) in self.named_losses() {
            code.line(format!("/// `loss {name}`"));
            code.line(format!("pub {}: T,", scope.unique(name)));
        }
        code.close("}");
        code.line("");
        code.line("/// The mean of each metric over the batch.");
        code.line(derive);
        code.open(format!("pub struct Metrics<T = {}> {{", self.real));
        for metric in &self.network.predict.metrics {
            code.line(format!("/// `metric {}`", metric.name));
            code.line(format!("pub {}: T,", identifier(&metric.name)));
        }
        if self.network.predict.metrics.is_empty() {
            code.line("/// There are no metrics.");
            code.line("pub none: core::marker::PhantomData<T>,");
        }
        code.close("}");
        code.line("");
        code.line("/// Losses and metrics of a batch, in predict mode.");
        code.line(derive);
        code.open(format!("pub struct Evaluation<T = {}> {{", self.real));
        code.line("/// The loss terms.");
        code.line("pub losses: Losses<T>,");
        code.line("/// The metrics.");
        code.line("pub metrics: Metrics<T>,");
        code.close("}");
    }

    pub(super) fn named_losses(&self) -> Vec<(usize, &'a str)> {
        let names = self.network.train.losses.iter().map(|loss| loss.name.as_str()).enumerate();
        names.filter(|(_, name)| !name.is_empty()).collect()
    }

    /// `Losses { total, data: losses[0] }`
    pub(super) fn losses_value(&self) -> Vec<String> {
        let mut scope = Scope::new(&["total"]);
        let named = self.named_losses().into_iter().map(|(i, name)| format!("{}: losses[{i}]", scope.unique(name)));
        std::iter::once("total".to_owned()).chain(named).collect()
    }

    pub(super) fn metrics_value(&self) -> Vec<String> {
        let metrics = &self.network.predict.metrics;
        if metrics.is_empty() {
            return vec!["none: core::marker::PhantomData".into()];
        }
        metrics.iter().enumerate().map(|(i, metric)| format!("{}: metrics[{i}]", identifier(&metric.name))).collect()
    }

    /// The optimizer's settable numbers.
    pub(super) fn hyper(&self, code: &mut Code) {
        let count = self.layout.hyper.len();
        code.line("");
        code.line("/// The settable numbers of the update.");
        code.line("#[derive(Clone, Copy, Debug, PartialEq)]");
        code.open("pub struct Hyper {");
        for (name, value) in &self.layout.hyper {
            code.line(format!("/// At first {value:?}."));
            code.line(format!("pub {}: f64,", identifier(name)));
        }
        code.close("}");
        code.line("");
        code.open("impl Hyper {");
        code.line("/// As a list, in the order of the declaration; `lr_scale` is the last.");
        code.open(format!("pub fn to_list(self) -> [f64; {count}] {{"));
        let list = self.layout.hyper.iter().map(|(name, _)| text(format!("self.{}", identifier(name)))).collect();
        code.statement("", &Doc::Array(list), "");
        code.close("}");
        code.line("");
        code.line("/// From such a list.");
        code.open(format!("pub fn from_list(list: &[f64; {count}]) -> Self {{"));
        let fields: Vec<String> =
            self.layout.hyper.iter().enumerate().map(|(i, (name, _))| format!("{}: list[{i}]", identifier(name))).collect();
        code.statement("", &structure("Hyper", &fields), "");
        code.close("}");
        code.close("}");
        code.line("");
        code.open("impl Default for Hyper {");
        code.open("fn default() -> Self {");
        let fields: Vec<String> =
            self.layout.hyper.iter().map(|(name, value)| format!("{}: {}", identifier(name), literal(*value))).collect();
        code.statement("", &structure("Hyper", &fields), "");
        code.close("}");
        code.close("}");
    }
}
