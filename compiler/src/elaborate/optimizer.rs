//! Optimizers: who updates which parameter, and the body for one of them.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Arg, Expr, ExprKind, Function, Name, Stored};

use super::Elab;
use super::files::{Found, Space};
use super::instance::InstanceId;
use super::report::{Fail, R, nearest};
use super::schedule::at_first_step;
use super::scope::{Body, Frame, Kind};
use super::value::Value;
use crate::graph::{Attr, NodeId, Type};
use crate::network::{Hyper, Initialiser, Optimizer};
use crate::ops;

/// The state variables of the optimizer being elaborated.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    /// Name, initial value, leaf: one for each parameter element.
    tensors: Vec<(String, f64, NodeId)>,
    /// One for the optimizer.
    scalars: Vec<(String, f64, NodeId)>,
}

impl Elab<'_> {
    /// The optimizers of the network in `self.pass`, with the parameters that each updates.
    pub(super) fn optimizers(&mut self, file: usize) -> R<Vec<Optimizer>> {
        let statements = std::mem::take(&mut self.pass.optimizers);
        let pass = std::mem::take(&mut self.pass);
        let shares = self.shares(&pass, &statements);
        self.pass = pass;
        let shares = shares?;
        let network = std::mem::take(&mut self.pass.builder);
        self.pass.in_optimizer = true;
        let mut out = Vec::new();
        let mut result = Ok(());
        for (statement, parameters) in statements.iter().zip(shares) {
            match self.optimizer(statement, parameters, file) {
                Ok(optimizer) => out.push(optimizer),
                Err(fail) => result = Err(fail),
            }
        }
        self.pass.in_optimizer = false;
        self.pass.builder = network;
        self.frames.clear();
        result.map(|()| out)
    }

    /// Which parameters each statement updates: the most specific wins, none but frozen ones may be left over.
    fn shares(&mut self, pass: &super::network::PassState, statements: &[OptimizerStatement]) -> R<Vec<Vec<usize>>> {
        let frozen = self.frozen_paths(pass);
        let mut shares = vec![Vec::new(); statements.len()];
        if statements.is_empty() {
            return Ok(shares);
        }
        let mut claims: Vec<Option<(usize, usize)>> = vec![None; pass.parameters.len()];
        let mut result = Ok(());
        for (number, statement) in statements.iter().enumerate() {
            let (parameters, rank) = match &statement.target {
                None => ((0..pass.parameters.len()).collect(), 0),
                Some(target) => match self.under(pass, InstanceId(0), target) {
                    Ok(found) => found,
                    Err(fail) => {
                        result = Err(fail);
                        continue;
                    }
                },
            };
            for i in parameters {
                match claims[i] {
                    Some((_, before)) if before > rank => {}
                    Some((first, before)) if before == rank => {
                        let path = pass.path_of(&pass.parameters[i]);
                        let diagnostic =
                            Diagnostic::error("E0182", statement.span, format!("two optimizers are for `{path}`, equally specific"))
                                .label(statements[first].span, "the other")
                                .help("`optimizer … for weights;` takes a group, `… for fc1;` a layer; the most specific wins");
                        self.report.push(diagnostic);
                        result = Err(Fail);
                    }
                    _ => claims[i] = Some((number, rank)),
                }
            }
        }
        result?;
        for (i, claim) in claims.iter().enumerate() {
            match claim {
                Some((number, _)) if !frozen.contains(&i) => shares[*number].push(i),
                Some(_) => {}
                None if frozen.contains(&i) => {}
                None => {
                    let path = pass.path_of(&pass.parameters[i]);
                    let span = statements.first().map_or(Span::default(), |statement| statement.span);
                    let diagnostic = Diagnostic::error("E0181", span, format!("no optimizer is for `{path}`"))
                        .label(pass.parameters[i].site, "declared here")
                        .help(format!("an `optimizer` without `for` takes what is left; `freeze {path};` leaves it as it is"));
                    self.report.push(diagnostic);
                    result = Err(Fail);
                }
            }
        }
        result.map(|()| shares)
    }

    fn optimizer(&mut self, statement: &OptimizerStatement, parameters: Vec<usize>, file: usize) -> R<Optimizer> {
        self.frames = vec![statement.frame.clone()];
        self.pass.slots = Slots::default();
        self.pass.step = None;
        self.context = Rc::from("");
        self.start_counting();
        self.pass.builder = crate::graph::Builder::default();
        let (callee, args): (Name, &[Arg]) = match &statement.call.kind {
            ExprKind::Call { label: None, callee, args, .. } => (callee.clone(), args),
            ExprKind::Name(name) => (Name { text: name.clone(), span: statement.call.span }, &[]),
            _ => return self.error("E0180", statement.call.span, "an optimizer is called by its name: `optimizer adam(lr = 1e-3);`"),
        };
        let item = match self.files.find(self.sources, file, Space::Optimizer, &callee.text) {
            Found::Item(item) => item,
            Found::Ambiguous(a, b) => return self.ambiguous(&callee.text, callee.span, a, b),
            Found::Nothing => {
                let known = self.files.names(file, Space::Optimizer);
                let mut diagnostic = Diagnostic::error("E0180", callee.span, format!("there is no optimizer `{}`", callee.text));
                diagnostic = match nearest(&callee.text, known.iter().map(String::as_str)) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                    None => diagnostic.help(format!("there are: {}", known.join(", "))),
                };
                return Err(self.fail(diagnostic));
            }
        };
        let Some(function) = item.function() else { return Err(Fail) };
        let bound = self.hyper(function, args, statement)?;
        let mut frame = Frame::new(item.file, Body::Optimizer, Rc::from(function.name.text.as_str()), InstanceId(0));
        frame.call = statement.span;
        self.frames.push(frame);
        let finished = self.optimizer_body(function, bound);
        self.frames.pop();
        let (hyper, parameter, new_slots, new_scalar_slots) = finished?;
        let slots = std::mem::take(&mut self.pass.slots);
        Ok(Optimizer {
            name: function.name.text.clone(),
            span: statement.span,
            parameters,
            hyper,
            slots: slots.tensors.into_iter().map(|(name, value, _)| (name, value)).collect(),
            scalar_slots: slots.scalars.into_iter().map(|(name, value, _)| (name, value)).collect(),
            graph: std::mem::take(&mut self.pass.builder).finish(),
            parameter,
            new_slots,
            new_scalar_slots,
        })
    }

    /// The arguments as given: run-time numbers and schedules, and what the body's names mean (`None`: the default, in the body's frame).
    fn hyper(&mut self, function: &Function, args: &[Arg], statement: &OptimizerStatement) -> R<Vec<Option<Value>>> {
        let places = self.optimizer_places(function, args)?;
        let mut bound = Vec::new();
        for (parameter, place) in function.parameters.iter().zip(&places) {
            bound.push(match place {
                Some(arg) => {
                    let value = self.some_value(&args[*arg].value)?;
                    let constant = matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Str(_) | Value::None);
                    let schedule = matches!(&value, Value::Tensor(id) if self.ty(*id) == Type::real(false, &[]));
                    if parameter.constant && !constant {
                        let message = format!("`{}` is a static argument, found {}", parameter.name.text, self.show(&value));
                        return self.error("E0187", args[*arg].value.span, message);
                    }
                    if !parameter.constant && !value.is_number() && !schedule {
                        let message = format!("`{}` is a number or a schedule, found {}", parameter.name.text, self.show(&value));
                        return self.error_help("E0186", args[*arg].value.span, message, "as in `lr = 1e-3` or `lr = cosine(1e-3, 1000)`");
                    }
                    Some(value)
                }
                None if parameter.default.is_some() => None,
                None => {
                    return self.error(
                        "E0110",
                        statement.call.span,
                        format!("`{}` needs the argument `{}`", function.name.text, parameter.name.text),
                    );
                }
            });
        }
        Ok(bound)
    }

    fn optimizer_places(&mut self, function: &Function, args: &[Arg]) -> R<Vec<Option<usize>>> {
        let names: Vec<(&str, bool)> = function.parameters.iter().map(|parameter| (parameter.name.text.as_str(), false)).collect();
        let givens: Vec<super::arguments::Given<'_>> = args.iter().map(super::arguments::Given::of).collect();
        self.assign(&function.name.text, &names, &givens)
    }

    /// Runs the body: the new parameter, the new values of the slots.
    fn optimizer_body(&mut self, function: &Function, bound: Vec<Option<Value>>) -> R<Finished> {
        let mut hyper: Vec<Hyper> = Vec::new();
        let leaf =
            |elab: &mut Self, op, attr, batched: bool, name: &str| elab.pass.builder.leaf(op, attr, Type::real(batched, &[]), Some(name));
        self.origin(function.name.span);
        let mut numbers = Vec::new();
        for (parameter, given) in function.parameters.iter().zip(bound) {
            let name = &parameter.name.text;
            let value = match (given, &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.some_value(default)?,
                (None, None) => return Err(Fail),
            };
            self.origin(parameter.name.span);
            let value = if parameter.constant {
                value
            } else {
                let number = hyper.len();
                let (start, schedule, mut node) = match &value {
                    Value::Tensor(id) => (self.pass.builder.with_graph(|graph| at_first_step(graph, *id, &numbers)), Some(*id), *id),
                    other => (other.number().unwrap_or(0.0), None, leaf(self, &ops::hyper::OP, Attr::Leaf(number), false, name)),
                };
                numbers.push(start);
                hyper.push(Hyper { name: name.clone(), value: start, schedule });
                if name == "lr" {
                    let scale = leaf(self, &ops::lr_scale::OP, Attr::None, false, "lr_scale");
                    node = self.each(parameter.name.span, "`*`", &ops::mul::OP, Attr::None, &[node, scale])?;
                }
                Value::Tensor(node)
            };
            self.bind(name, value, parameter.name.span, Kind::Argument)?;
        }
        let param = leaf(self, &ops::parameter_value::OP, Attr::None, true, "param");
        let grad = leaf(self, &ops::gradient::OP, Attr::None, true, "grad");
        self.bind("param", Value::Tensor(param), function.name.span, Kind::Mutable)?;
        self.bind("grad", Value::Tensor(grad), function.name.span, Kind::Mutable)?;
        self.statements(&function.body.statements)?;
        if let Some(value) = &function.body.value {
            return self.error("E0183", value.span, "an optimizer's body has no value: it assigns `param` and its states");
        }
        let parameter = self.slot_value("param", true)?;
        if parameter == param {
            return self.error_help(
                "E0183",
                function.name.span,
                format!("the optimizer `{}` never assigns `param`", function.name.text),
                "`param = param - lr * grad;`",
            );
        }
        let slots = self.pass.slots.clone();
        let mut new = [Vec::new(), Vec::new()];
        for (list, batched, out) in [(&slots.tensors, true, 0), (&slots.scalars, false, 1)] {
            for (name, ..) in list {
                let value = self.slot_value(name, batched)?;
                new[out].push(value);
            }
        }
        let [tensors, scalars] = new;
        Ok((hyper, parameter, tensors, scalars))
    }

    /// What a name of the body holds at its end, as a number for each element or as one.
    fn slot_value(&mut self, name: &str, batched: bool) -> R<NodeId> {
        let Some((value, span)) =
            self.frames.last().and_then(|frame| frame.find(name)).map(|binding| (binding.value.clone(), binding.span))
        else {
            return Err(Fail);
        };
        let id = self.real(&value, span, "an optimizer's state")?;
        let ty = self.ty(id);
        if !ty.shape.is_empty() || (ty.batched && !batched) {
            return self.error_help(
                "E0183",
                span,
                format!("`{name}` is one number for the optimizer, and it is assigned a tensor"),
                "`state m = zeros();` is one for each parameter",
            );
        }
        if !ty.batched && batched {
            return self.error("E0183", span, format!("`{name}` is a tensor of the parameter's shape, and it is assigned one number"));
        }
        Ok(id)
    }

    /// `state m = zeros();`, `state mu: [] = ones();`
    pub(super) fn slot(&mut self, stored: &Stored) -> R<()> {
        let name = stored.name.text.clone();
        let scalar = match &stored.shape {
            None => false,
            Some(shape) => {
                let list = self.some_value(shape)?;
                if !self.shape_of(&list, shape.span)?.is_empty() {
                    return self.error_help(
                        "E0183",
                        shape.span,
                        "an optimizer's state has the parameter's shape, or is one number",
                        "leave the shape out, or write `[]`",
                    );
                }
                true
            }
        };
        let start = match self.some_value(&stored.value)? {
            Value::Initialiser(initialiser) if matches!(*initialiser, Initialiser::Constant(_)) => match *initialiser {
                Initialiser::Constant(x) => x,
                _ => 0.0,
            },
            value if value.is_number() => value.number().unwrap_or(0.0),
            other => {
                let message = format!("an optimizer's state begins as one number, found {}", self.show(&other));
                return self.error_help("E0183", stored.value.span, message, "`zeros()`, `ones()` or `constant(v)`");
            }
        };
        self.origin(stored.name.span);
        let number = if scalar { self.pass.slots.scalars.len() } else { self.pass.slots.tensors.len() };
        let op = if scalar { &ops::scalar_slot::OP } else { &ops::slot::OP };
        let node = self.pass.builder.leaf(op, Attr::Leaf(number), Type::real(!scalar, &[]), Some(&name));
        let list = if scalar { &mut self.pass.slots.scalars } else { &mut self.pass.slots.tensors };
        list.push((name.clone(), start, node));
        self.bind(&name, Value::Tensor(node), stored.name.span, Kind::Slot)
    }

    pub(super) fn assign_slot(&mut self, name: &Name, value: Value) -> R<()> {
        let value = self.named(value, &name.text, name.span)?;
        let id = self.tensor(&value, name.span)?;
        if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(&name.text)) {
            binding.value = Value::Tensor(id);
        }
        Ok(())
    }
}

type Finished = (Vec<Hyper>, NodeId, Vec<NodeId>, Vec<NodeId>);

/// `optimizer adam(lr = 1e-3) for weights;`, and the names in sight there.
#[derive(Clone, Debug)]
pub(super) struct OptimizerStatement {
    pub(super) call: Expr,
    pub(super) target: Option<Expr>,
    pub(super) span: Span,
    pub(super) frame: Frame,
}
