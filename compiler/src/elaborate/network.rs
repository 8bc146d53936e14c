//! A network: its own statements, its two passes, and putting the result together.

use std::collections::HashMap;
use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Expr, Item, ItemKind, Network as Tree, Statement, StatementKind};

use super::Elab;
use super::instance::{InstanceId, Instances, join};
use super::optimizer::OptimizerStatement;
use super::report::{Fail, R};
use super::scope::{Body, Frame, Kind};
use super::state::DeclaredState;
use super::store::Declared;
use super::unroll::{StepOf, Steps};
use super::value::Value;
use crate::differentiate::{Derivative, Mode, settled};
use crate::graph::{Attr, Builder, NodeId, Type};
use crate::network::{BatchAssert, Emit, Named, Network, Parameter, Pass, Port, Precision, State};
use crate::ops;

/// What a pass gathers.
#[derive(Debug, Default)]
pub(super) struct PassState {
    pub(super) builder: Builder,
    pub(super) training: bool,
    /// The program asked whether this is training.
    pub(super) consulted: bool,
    pub(super) instances: Instances,
    pub(super) parameters: Vec<Declared>,
    pub(super) buffers: Vec<Declared>,
    pub(super) buffer_updates: Vec<(usize, NodeId, Span)>,
    pub(super) states: Vec<DeclaredState>,
    /// `unroll T;`
    pub(super) unroll: Option<(usize, Span)>,
    /// This is a step of several.
    pub(super) step_of: Option<StepOf>,
    pub(super) ports: Vec<Port>,
    pub(super) outputs: Vec<Named>,
    pub(super) losses: Vec<Named>,
    pub(super) metrics: Vec<Named>,
    pub(super) freezes: Vec<(InstanceId, Expr)>,
    pub(super) optimizers: Vec<OptimizerStatement>,
    pub(super) precision: Option<(Precision, Span)>,
    pub(super) emit: Option<(Emit, Span)>,
    pub(super) budget_train: Option<(u64, Span)>,
    pub(super) budget_predict: Option<(u64, Span)>,
    pub(super) batch: Option<(usize, Span)>,
    /// `batch_mean` or `batch_var` is used.
    pub(super) looks_across: bool,
    pub(super) asserts: Vec<BatchAssert>,
    /// Random operations so far.
    pub(super) places: u32,
    /// The loops over tensors of which a step is being run, the outermost first.
    pub(super) running: Vec<super::kept::Running>,
    /// The derivatives that the program asked for.
    pub(super) derivatives: Vec<Derivative>,
    /// Fewest parameters that were declared when a group was named.
    pub(super) group_seen: Option<usize>,
    /// The parameters of an earlier run, where a group was named before all were declared.
    pub(super) known: Vec<Known>,
    pub(super) in_optimizer: bool,
    /// `step` where a schedule is taken at another one.
    pub(super) step: Option<Value>,
    pub(super) slots: super::optimizer::Slots,
}

impl PassState {
    /// The path of a parameter or buffer, as far as names are settled.
    pub(super) fn path_of(&self, declared: &Declared) -> String {
        let mut path = self.instances.path(declared.instance);
        join(&mut path, &declared.name);
        declared.indices.iter().for_each(|index| join(&mut path, &index.to_string()));
        path
    }
}

/// A parameter of an earlier run.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) shape: Vec<usize>,
    pub(super) node: NodeId,
}

impl Elab<'_> {
    /// The networks of a file.
    pub(super) fn networks(&mut self, file: usize) -> Vec<Network> {
        self.check_consts(file);
        let mut modules: HashMap<String, Span> = HashMap::new();
        let mut out = Vec::new();
        for item in self.files.networks(file) {
            let ItemKind::Network(tree) = &item.kind else { continue };
            let module = module_name(&tree.name.text);
            if let Some(&first) = modules.get(&module) {
                let diagnostic = Diagnostic::error("E0194", tree.name.span, format!("two networks would be the module `{module}`"))
                    .label(first, "the first");
                self.report.push(diagnostic.help("give one of them another name"));
                continue;
            }
            modules.insert(module, tree.name.span);
            if let Ok(network) = self.network(&item, tree, file) {
                out.push(network);
            }
        }
        out
    }

    fn network(&mut self, item: &Item, tree: &Tree, file: usize) -> R<Network> {
        let failures = self.report.failures;
        self.predict_pass(tree, file)?;
        self.predictions_stand_alone()?;
        self.look_at_states();
        let predict = std::mem::take(&mut self.pass);
        self.check_paths(&predict)?;
        let steps = Steps::of(&predict);
        let evaluate = match &steps {
            Some(_) => Some(self.other_pass(tree, file, false, steps.as_ref(), &predict)?),
            None => None,
        };
        let train = match predict.consulted {
            true => Some(self.other_pass(tree, file, true, steps.as_ref(), &predict)?),
            false => None,
        };
        self.pass = predict;
        let optimizers = self.optimizers(file)?;
        let predict = std::mem::take(&mut self.pass);
        // Also what was told of another network before: a layer of both.
        if self.report.failures > failures {
            return Err(Fail);
        }
        Ok(self.finish(item, tree, predict, (evaluate, train), optimizers))
    }

    /// A pass beside that of a prediction: in training mode, or of all steps of a sample.
    fn other_pass(&mut self, tree: &Tree, file: usize, training: bool, steps: Option<&Steps>, predict: &PassState) -> R<PassState> {
        let known: Vec<Vec<usize>> = predict.known.iter().map(|known| known.shape.clone()).collect();
        self.run_pass(tree, file, (training, steps), &known)?;
        if known.is_empty() && self.groups_came_early() {
            let shapes: Vec<Vec<usize>> = predict.parameters.iter().map(|declared| declared.shape.clone()).collect();
            self.run_pass(tree, file, (training, steps), &shapes)?;
        }
        let other = std::mem::take(&mut self.pass);
        self.check_paths(&other)?;
        self.agree(predict, &other, tree)?;
        Ok(other)
    }

    /// A pass; once more with all parameters known where a group was named before the last was declared.
    fn predict_pass(&mut self, tree: &Tree, file: usize) -> R<()> {
        self.run_pass(tree, file, (false, None), &[])?;
        if !self.groups_came_early() {
            return Ok(());
        }
        let shapes: Vec<Vec<usize>> = self.pass.parameters.iter().map(|declared| declared.shape.clone()).collect();
        self.run_pass(tree, file, (false, None), &shapes)?;
        if self.pass.parameters.iter().map(|declared| &declared.shape).ne(shapes.iter()) {
            return self.error(
                "E0149",
                tree.name.span,
                format!("the parameters of `{}` depend on the group of all its parameters", tree.name.text),
            );
        }
        Ok(())
    }

    /// Whether a group was named before the last parameter was declared.
    fn groups_came_early(&self) -> bool {
        self.pass.group_seen.is_some_and(|seen| seen < self.pass.parameters.len())
    }

    fn run_pass(&mut self, tree: &Tree, file: usize, (training, steps): (bool, Option<&Steps>), known: &[Vec<usize>]) -> R<()> {
        let name: Rc<str> = Rc::from(tree.name.text.as_str());
        self.pass = PassState { training, instances: Instances::new(tree.name.span), ..PassState::default() };
        self.context = Rc::from("");
        self.start_counting();
        for (i, shape) in known.iter().enumerate() {
            self.pass.builder.set_origin(tree.name.span, "");
            let node = self.pass.builder.leaf(&ops::param::OP, Attr::Leaf(i), Type::real(false, shape), None);
            self.pass.known.push(Known { shape: shape.clone(), node });
        }
        self.frames = vec![Frame::new(file, Body::Network, name, InstanceId(0))];
        let result = match steps {
            Some(steps) => self.all_steps(tree, file, steps),
            None => self.statements(&tree.body.statements),
        };
        self.frames.clear();
        result
    }

    /// Statements that only a network has.
    pub(super) fn network_statement(&mut self, statement: &Statement) -> R<()> {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Input(port) => self.port(port, &statement.doc, false),
            StatementKind::Target(port) => self.port(port, &statement.doc, true),
            StatementKind::Output { name, value } => {
                let made = self.some_value(value)?;
                let id = self.tensor(&made, value.span)?;
                let named = self.named(Value::Tensor(id), &name.text, name.span)?;
                let Value::Tensor(node) = named else { return Err(Fail) };
                if let Some(target) = self.target_of(node) {
                    return self.error_help(
                        "E0152",
                        value.span,
                        format!("the output `{}` depends on the target `{target}`", name.text),
                        "only losses and metrics may: `predict` has no targets",
                    );
                }
                self.bind(&name.text, Value::Tensor(node), name.span, Kind::Let)?;
                self.pass.outputs.push(Named { name: name.text.clone(), span: name.span, node });
                Ok(())
            }
            StatementKind::Loss { name, value } => {
                let node = self.scalar(value, "a loss")?;
                let (text, place) = name.as_ref().map_or(("", span), |name| (name.text.as_str(), name.span));
                let before = self.pass.losses.iter().find(|loss| loss.name == text).map(|loss| loss.span);
                self.fresh(text, place, before, "loss")?;
                self.pass.losses.push(Named { name: text.to_owned(), span: place, node });
                Ok(())
            }
            StatementKind::Metric { name, value } => {
                let node = self.scalar(value, "a metric")?;
                let before = self.pass.metrics.iter().find(|metric| metric.name == name.text).map(|metric| metric.span);
                self.fresh(&name.text, name.span, before, "metric")?;
                self.pass.metrics.push(Named { name: name.text.clone(), span: name.span, node });
                Ok(())
            }
            StatementKind::Optimizer { call, target } => {
                let Some(mut frame) = self.frames.last().cloned() else { return Err(Fail) };
                // The network's tensors are not known where parameters are updated.
                frame.retain(|binding| !matches!(binding.value, Value::Tensor(_)));
                self.pass.optimizers.push(OptimizerStatement { call: call.clone(), target: target.clone(), span, frame });
                Ok(())
            }
            StatementKind::Precision(name) => {
                let precision = match name.text.as_str() {
                    "f32" => Precision::F32,
                    "f64" => Precision::F64,
                    other => {
                        return self.error_help(
                            "E0154",
                            name.span,
                            format!("there is no precision `{other}`"),
                            "`f32` (the default) or `f64`",
                        );
                    }
                };
                self.once(self.pass.precision.map(|(_, span)| span), span, "precision")?;
                self.pass.precision = Some((precision, span));
                Ok(())
            }
            StatementKind::Emit(name) => {
                let emit = match name.text.as_str() {
                    "unrolled" => Emit::Unrolled,
                    "kernels" => Emit::Kernels,
                    other => return self.error_help("E0155", name.span, format!("`emit` knows no `{other}`"), "`unrolled` or `kernels`"),
                };
                self.once(self.pass.emit.map(|(_, span)| span), span, "emit")?;
                self.pass.emit = Some((emit, span));
                Ok(())
            }
            StatementKind::Batch(value) => self.batch(value, span),
            StatementKind::Budget { what, bytes } => {
                let n = self.integer(bytes, "a budget")?;
                let Ok(n) = u64::try_from(n) else {
                    return self.error("E0156", bytes.span, format!("a budget of {n} bytes"));
                };
                let slot = match what.text.as_str() {
                    "memory" => self.pass.budget_train,
                    "predict" => self.pass.budget_predict,
                    other => {
                        return self.error_help(
                            "E0156",
                            what.span,
                            format!("there is no budget `{other}`"),
                            "`budget memory = …;` for training, `budget predict = …;` for inference",
                        );
                    }
                };
                self.once(slot.map(|(_, span)| span), span, "budget")?;
                match what.text.as_str() {
                    "memory" => self.pass.budget_train = Some((n, span)),
                    _ => self.pass.budget_predict = Some((n, span)),
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn once(&mut self, before: Option<Span>, span: Span, what: &str) -> R<()> {
        match before {
            None => Ok(()),
            Some(before) => {
                let diagnostic = Diagnostic::error("E0151", span, format!("`{what}` is said twice")).label(before, "first here");
                Err(self.fail(diagnostic))
            }
        }
    }

    fn fresh(&mut self, name: &str, span: Span, before: Option<Span>, what: &str) -> R<()> {
        let Some(before) = before else { return Ok(()) };
        let message =
            if name.is_empty() { format!("at most one {what} is unnamed") } else { format!("two {what} terms are called `{name}`") };
        let diagnostic = Diagnostic::error("E0151", span, message).label(before, "the first").help(format!("name it: `{what} data = …;`"));
        Err(self.fail(diagnostic))
    }

    /// A scalar per sample.
    fn scalar(&mut self, value: &Expr, what: &str) -> R<NodeId> {
        let made = self.some_value(value)?;
        let id = self.real(&made, value.span, what)?;
        let shape = self.ty(id).shape;
        if !shape.is_empty() {
            let diagnostic = Diagnostic::error("E0150", value.span, format!("{what} is a scalar for each sample, found {shape:?}"))
                .here(format!("this is {shape:?}"))
                .help("take its `mean` or `sum`");
            let diagnostic = self.made_elsewhere(diagnostic, &[id]);
            return Err(self.fail(diagnostic));
        }
        Ok(id)
    }

    fn finish(
        &mut self,
        item: &Item,
        tree: &Tree,
        predict: PassState,
        (evaluate, train): (Option<PassState>, Option<PassState>),
        optimizers: Vec<crate::network::Optimizer>,
    ) -> Network {
        let frozen = self.frozen_paths(&predict);
        let describe = |declared: &Declared, frozen: bool| Parameter {
            path: predict.path_of(declared),
            span: declared.site,
            shape: declared.shape.clone(),
            init: declared.init.clone(),
            frozen,
            layers: declared.layers.iter().map(ToString::to_string).collect(),
        };
        let parameters: Vec<Parameter> =
            predict.parameters.iter().enumerate().map(|(i, declared)| describe(declared, frozen.contains(&i))).collect();
        let buffers = predict.buffers.iter().map(|declared| describe(declared, false)).collect();
        let mut network = Network {
            name: tree.name.text.clone(),
            doc: item.doc.clone(),
            span: tree.name.span,
            precision: predict.precision.map_or(Precision::F32, |(precision, _)| precision),
            emit: predict.emit.map(|(emit, _)| emit),
            emit_span: predict.emit.map(|(_, span)| span),
            ports: predict.ports.clone(),
            parameters,
            buffers,
            states: predict.states.iter().map(described).collect(),
            unroll: predict.unroll.map(|(steps, _)| steps),
            optimizers,
            budget_train: predict.budget_train,
            budget_predict: predict.budget_predict,
            batch: train.as_ref().unwrap_or(&predict).looks_across.then(|| predict.batch.map_or(super::batch::SAMPLES, |(n, _)| n)),
            predict: Pass::default(),
            evaluate: Pass::default(),
            train: Pass::default(),
        };
        network.predict = finished(predict, self.mode);
        network.evaluate = evaluate.map_or_else(|| network.predict.clone(), |pass| finished(pass, self.mode));
        network.train = match train {
            Some(train) => finished(train, self.mode),
            None => network.evaluate.clone(),
        };
        network
    }
}

fn described(state: &DeclaredState) -> State {
    State { name: state.name.to_string(), span: state.span, shape: state.shape.clone(), init: state.init.clone() }
}

/// The finished pass: leaves and layer results get their names, derivatives are taken as `mode` says.
fn finished(pass: PassState, mode: Mode) -> Pass {
    let underscored = |path: String| path.replace('.', "_");
    for declared in pass.parameters.iter().chain(&pass.buffers) {
        pass.builder.set_name(declared.node, &underscored(pass.path_of(declared)));
    }
    for (i, instance) in pass.instances.all.iter().enumerate() {
        if instance.results.is_empty() || !instance.owns {
            continue;
        }
        let name = underscored(pass.instances.path(InstanceId(i as u32)));
        for &result in &instance.results {
            if !name.is_empty() {
                pass.builder.set_name(result, &name);
            }
        }
    }
    let made = Pass {
        graph: pass.builder.finish(),
        outputs: pass.outputs,
        losses: pass.losses,
        metrics: pass.metrics,
        asserts: pass.asserts,
        buffer_updates: pass.buffer_updates.into_iter().map(|(number, node, _)| (number, node)).collect(),
        new_states: pass.states.iter().map(|state| state.now).collect(),
    };
    settled(made, &pass.derivatives, mode)
}

/// `TwoMoons` is the module `two_moons`.
fn module_name(name: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && before != '_' && !before.is_uppercase() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = c;
    }
    out
}
