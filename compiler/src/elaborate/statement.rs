//! Statements of bodies; those that only a network has are `network`'s.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{BinaryOp, Expr, ExprKind, Name, Statement, StatementKind};

use super::Elab;
use super::instance::{Instance, Segment, StatementContext};
use super::report::{Fail, R, nearest};
use super::scope::{Body, Kind};
use super::value::{FunctionValue, Value};
use crate::graph::NodeId;

impl Elab<'_> {
    pub(super) fn statement(&mut self, statement: &Statement) -> R<()> {
        let body = self.frames.last().map_or(Body::Const, |frame| frame.body);
        self.belongs(&statement.kind, body, statement.span)?;
        let bound = bound_name(&statement.kind).map(Rc::from);
        let outer = self.context.clone();
        if matches!(body, Body::Network | Body::Optimizer)
            && let Some(name) = bound_name(&statement.kind).or(context_name(&statement.kind))
        {
            self.context = Rc::from(name);
        }
        let context = StatementContext { bound, ..StatementContext::default() };
        let result = self.within(context, |elab| elab.run_statement(statement, body));
        self.context = outer;
        result
    }

    fn run_statement(&mut self, statement: &Statement, body: Body) -> R<()> {
        match &statement.kind {
            StatementKind::Let { mutable, names, tuple, value } => {
                let value = self.some_value(value)?;
                let kind = if *mutable { Kind::Mutable } else { Kind::Let };
                let parts = self.taken_apart(value, names, *tuple, statement.span)?;
                for (name, part) in names.iter().zip(parts) {
                    let part = self.named(part, &name.text, name.span)?;
                    self.bind(&name.text, part, name.span, kind)?;
                }
                Ok(())
            }
            StatementKind::Assign { names, tuple, value } => {
                let value = self.some_value(value)?;
                let parts = self.taken_apart(value, names, *tuple, statement.span)?;
                for (name, part) in names.iter().zip(parts) {
                    self.assign_to(name, part, statement.span)?;
                }
                Ok(())
            }
            StatementKind::Param(stored) => self.stored(stored, false),
            StatementKind::Buffer(stored) => self.stored(stored, true),
            StatementKind::Const(stored) => self.constant(stored),
            StatementKind::State(stored) if body == Body::Optimizer => self.slot(stored),
            StatementKind::State(stored) => self.state(stored),
            StatementKind::Unroll(steps) => self.unroll(steps, statement.span),
            StatementKind::Shared { name, value } => self.shared(name, value),
            StatementKind::Freeze { target } => {
                let instance = self.frames.last().map(|frame| frame.instance).unwrap_or_default();
                self.pass.freezes.push((instance, target.clone()));
                Ok(())
            }
            StatementKind::Assert { condition, message } => self.assertion(condition, message.as_ref()),
            StatementKind::Yield(value) => {
                let made = self.some_value(value)?;
                self.yielded(made, value.span)
            }
            StatementKind::Expr(expr) => {
                let value = self.value(expr)?;
                if matches!(expr.kind, ExprKind::If { .. } | ExprKind::For { .. } | ExprKind::Block(_)) || value.is_unit() {
                    return Ok(());
                }
                let diagnostic =
                    Diagnostic::warning("W0003", expr.span, "the value of this statement is not used").help("name it: `let a = …;`");
                self.tell(diagnostic);
                Ok(())
            }
            _ => self.network_statement(statement),
        }
    }

    /// Whether a statement may stand in this body.
    fn belongs(&mut self, kind: &StatementKind, body: Body, span: Span) -> R<()> {
        use StatementKind as S;
        let ok = match kind {
            S::Let { .. } | S::Assign { .. } | S::Const(_) | S::Assert { .. } | S::Yield(_) | S::Expr(_) => true,
            S::Param(_) | S::Buffer(_) | S::Shared { .. } | S::Freeze { .. } => matches!(body, Body::Network | Body::Layer),
            S::State(_) => matches!(body, Body::Network | Body::Optimizer),
            _ => body == Body::Network,
        };
        if ok {
            return Ok(());
        }
        let help = match kind {
            S::Param(_) | S::Buffer(_) | S::Shared { .. } => "parameters live in networks and layers: declare this with `layer`",
            S::State(_) => {
                "the network keeps the state: take it as an argument and give its next value back, as `(h, c) = lstm_cell(x, h, c);` does"
            }
            S::Loss { .. } | S::Metric { .. } => "give the value back, and write the statement in the network",
            _ => "it belongs into a network",
        };
        self.error_help("E0109", span, format!("this statement does not belong into {}", body.text()), help)
    }

    /// Gives a name a meaning in the current block.
    pub(super) fn bind(&mut self, name: &str, value: Value, span: Span, kind: Kind) -> R<()> {
        let before = self
            .frames
            .last()
            .and_then(|frame| frame.in_block(name))
            .map(|binding| (binding.span, binding.kind, matches!(binding.value, Value::Poison)));
        if let Some((first, first_kind, poison)) = before
            && !poison
            && !(kind == Kind::Param && first_kind == Kind::Argument)
        {
            let mut diagnostic =
                Diagnostic::error("E0102", span, format!("`{name}` is declared twice in one block")).label(first, "first here");
            if matches!(kind, Kind::Let | Kind::Mutable) {
                diagnostic = diagnostic.help(format!("`let mut {name}` may be assigned again: `{name} = …;`"));
            }
            return Err(self.fail(diagnostic));
        }
        match self.frames.last_mut() {
            Some(frame) => frame.push(name, value, span, kind),
            None => return Err(Fail),
        }
        Ok(())
    }

    /// The parts of a value for the names of a `let` or an assignment.
    fn taken_apart(&mut self, value: Value, names: &[Name], tuple: bool, span: Span) -> R<Vec<Value>> {
        if !tuple {
            return Ok(vec![value]);
        }
        match &value {
            Value::Tuple(items) if items.items.len() == names.len() => Ok(items.items.clone()),
            Value::Poison => Err(Fail),
            other => {
                let message = format!("{} for {}", super::show::count(names.len(), "name", "names"), self.show(other));
                self.error_help("E0105", span, message, "a tuple is taken apart by as many names as it has parts")
            }
        }
    }

    fn assign_to(&mut self, name: &Name, value: Value, span: Span) -> R<()> {
        let Some((kind, first)) = self.frames.last().and_then(|frame| frame.find(&name.text)).map(|binding| (binding.kind, binding.span))
        else {
            let known: Vec<String> = self
                .frames
                .last()
                .map(|frame| frame.bindings().iter().map(|binding| binding.name.to_string()).collect())
                .unwrap_or_default();
            let mut diagnostic = Diagnostic::error("E0105", name.span, format!("nothing is called `{}` here", name.text));
            diagnostic = match nearest(&name.text, known.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("`let mut {} = …;` declares it", name.text)),
            };
            return Err(self.fail(diagnostic));
        };
        match kind {
            Kind::Mutable => {
                let value = self.named(value, &name.text, name.span)?;
                if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(&name.text)) {
                    binding.value = value;
                }
                Ok(())
            }
            Kind::Slot => self.assign_slot(name, value),
            Kind::Buffer(number) => self.update_buffer(name, number, value, span),
            Kind::State(number) => self.update_state(name, number, value, span),
            _ => {
                let (what, help) = match kind {
                    Kind::Let => ("a `let`", format!("declare it with `let mut {}`", name.text)),
                    Kind::Param => ("a parameter", "the optimizer changes parameters".to_owned()),
                    Kind::Argument | Kind::Dimension => ("an argument", format!("take a name of your own: `let mut a = {};`", name.text)),
                    Kind::Loop => ("a loop's name", "its value comes from the loop".to_owned()),
                    _ => ("a fixed name", format!("take a name of your own: `let mut a = {};`", name.text)),
                };
                let diagnostic = Diagnostic::error("E0104", name.span, format!("`{}` is {what} and cannot be assigned", name.text))
                    .label(first, "declared here")
                    .help(help);
                Err(self.fail(diagnostic))
            }
        }
    }

    /// `m = e;`: what a buffer holds after a training step.
    fn update_buffer(&mut self, name: &Name, number: usize, value: Value, span: Span) -> R<()> {
        let id = self.real(&value, span, "a buffer")?;
        let (ty, shape) = (self.ty(id), self.pass.buffers[number].shape.clone());
        let text = &name.text;
        if self.frames.iter().any(|frame| frame.tensor_loops > 0) {
            return self.error_help(
                "E0196",
                span,
                format!("the buffer `{text}` is updated in a loop over a tensor"),
                "compute its next value in the loop, and assign it once after",
            );
        }
        if self.pass.unroll.is_some() || self.pass.step_of.is_some() {
            return self.error_help(
                "E0196",
                span,
                format!("the buffer `{text}` is updated under `unroll`, where there are many steps and one next value"),
                "leave out `unroll`, or keep what changes from step to step in a `state`",
            );
        }
        if ty.batched {
            return self.error_help(
                "E0196",
                span,
                format!("the buffer `{text}` is one for all samples, and its next value depends on the sample"),
                "`batch_mean(e)` is the same for all samples",
            );
        }
        if ty.shape != shape {
            return self.error("E0196", span, format!("the buffer `{text}` is {shape:?}, its next value {:?}", ty.shape));
        }
        if let Some(&(_, _, before)) = self.pass.buffer_updates.iter().find(|(known, ..)| *known == number) {
            let diagnostic = Diagnostic::error("E0196", span, format!("the buffer `{text}` is updated twice")).label(before, "first here");
            return Err(self.fail(diagnostic));
        }
        self.pass.buffer_updates.push((number, id, span));
        Ok(())
    }

    /// `shared enc = dense(16);`
    fn shared(&mut self, name: &Name, value: &Expr) -> R<()> {
        let (callee, args): (Name, &[_]) = match &value.kind {
            ExprKind::Call { label: None, callee, args, .. } => (callee.clone(), args),
            ExprKind::Name(layer) => (Name { text: layer.clone(), span: value.span }, &[]),
            _ => {
                return self.error_help(
                    "E0114",
                    value.span,
                    "`shared` takes a layer's call without its first argument",
                    "`shared enc = dense(16);`, then `x |> enc`",
                );
            }
        };
        let made = self.partial(&callee, args, value.span)?;
        let Value::Function(function) = made.value else { return Err(Fail) };
        let is_layer = matches!(&function.target, super::value::Target::Item(item) if item.is_layer());
        if !is_layer {
            return self.error("E0114", value.span, format!("`shared` takes a layer, and `{}` has no parameters", callee.text));
        }
        let Some(frame) = self.frames.last() else { return Err(Fail) };
        let instance = Instance {
            parent: frame.instance,
            segment: Segment::Named(Rc::from(name.text.as_str()), None),
            indices: frame.indices.clone(),
            layer: Rc::from(callee.text.as_str()),
            span: name.span,
            site: self.user_span(name.span),
            owns: false,
            results: Vec::new(),
        };
        let (id, _) = self.pass.instances.enter(instance);
        let function = FunctionValue { instance: Some(id), ..(*function).clone() };
        self.bind(&name.text, Value::Function(Rc::new(function)), name.span, Kind::Shared)
    }

    /// `assert c, "message";` told at the user's call of the layer that says it.
    fn assertion(&mut self, condition: &Expr, message: Option<&(String, Span)>) -> R<()> {
        if self.names_batch_count(condition) {
            return self.batch_assertion(condition, message);
        }
        let found = match self.some_value(condition)? {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => self.both_sides(condition),
            Value::Poison => return Err(Fail),
            other => {
                let message = format!("`assert` takes a static condition, found {}", self.show(&other));
                return self.error("E0158", condition.span, message);
            }
        };
        let said = match message {
            Some((text, _)) => text.clone(),
            None => format!("`{}` does not hold", self.sources.text(condition.span)),
        };
        let frame = self.frames.last();
        let call = frame.map(|frame| (frame.call, frame.name.clone())).filter(|(call, _)| *call != Span::default());
        let message = format!("{said}{found}");
        match call {
            // Told in the frame of the caller, so that the call is the primary place.
            Some((call, name)) if frame.is_some_and(|frame| frame.file != super::files::PRELUDE) => {
                let diagnostic = Diagnostic::error("E0157", call, message)
                    .here(format!("in this call of `{name}`"))
                    .label(condition.span, "asserted here");
                self.report.push(diagnostic);
                Err(Fail)
            }
            _ => {
                let diagnostic = Diagnostic::error("E0157", condition.span, message).here("asserted here");
                let tensors = self.tensors_in(condition);
                let mut diagnostic = self.made_elsewhere(diagnostic, &tensors);
                if let [made, wanted] = tensors[..]
                    && let Some(help) = self.fitting_dense(made, wanted)
                {
                    diagnostic = diagnostic.help(help);
                }
                Err(self.fail(diagnostic))
            }
        }
    }

    /// `` `fc` gives [3]: `dense(2)` would fit `y` `` where another number of units is all it takes.
    fn fitting_dense(&self, made: NodeId, wanted: NodeId) -> Option<String> {
        let (from, to) = (self.ty(made).shape, self.ty(wanted).shape);
        let (units, lead) = to.split_last()?;
        if from.len() != to.len() || !from.starts_with(lead) {
            return None;
        }
        self.pass.builder.with_graph(|graph| {
            let mut at = made;
            // Through what keeps the shape, as activations do, to the layer.
            loop {
                let found = self.pass.instances.all.iter().position(|instance| instance.results.contains(&at));
                if let Some(found) = found {
                    let instance = self.pass.instances.all.get(found).filter(|instance| &*instance.layer == "dense")?;
                    let path = self.pass.instances.path(super::instance::InstanceId(found as u32));
                    let name = graph.node(wanted).name.as_deref().map_or("the other side".to_owned(), |name| format!("`{name}`"));
                    return Some(format!("`{path}` gives {from:?}: `{}({units})` would fit {name}", instance.layer));
                }
                let args = &graph.node(at).args;
                at = *args.iter().find(|arg| graph.ty(**arg).batched && graph.ty(**arg).shape == from)?;
            }
        })
    }

    /// The tensors whose `shape` a condition asks for.
    fn tensors_in(&self, condition: &Expr) -> Vec<NodeId> {
        match &condition.kind {
            ExprKind::Binary { left, right, .. } => [self.tensors_in(left), self.tensors_in(right)].concat(),
            ExprKind::Call { callee, args, .. } if callee.text == "shape" => args
                .iter()
                .filter_map(|arg| match &arg.value.kind {
                    ExprKind::Name(name) => self.local(name),
                    _ => None,
                })
                .filter_map(|value| if let Value::Tensor(id) = value { Some(id) } else { None })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// `, found [3] and [2]` for a comparison that does not hold; what is written as a number says nothing new.
    fn both_sides(&mut self, condition: &Expr) -> String {
        let ExprKind::Binary { op, left, right, .. } = &condition.kind else { return String::new() };
        if !matches!(op, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge) {
            return String::new();
        }
        match (self.side(left), self.side(right)) {
            (Some(a), Some(b)) => format!(", found {a} and {b}"),
            (Some(one), None) | (None, Some(one)) => format!(", found {one}"),
            (None, None) => String::new(),
        }
    }

    /// `[3]`, or `6 % 4 = 2` for a remainder.
    fn side(&mut self, side: &Expr) -> Option<String> {
        let value = match &side.kind {
            ExprKind::Int(_) | ExprKind::Float { .. } | ExprKind::Bool(_) => return None,
            ExprKind::Name(name) if name == "none" => return None,
            _ => self.value(side).ok()?,
        };
        let shown = self.literal(&value);
        match &side.kind {
            ExprKind::Binary { op: BinaryOp::Rem, left, right, .. } => {
                let (left, right) = (self.value(left).ok()?, self.value(right).ok()?);
                Some(format!("{} % {} = {shown}", self.literal(&left), self.literal(&right)))
            }
            _ => Some(shown),
        }
    }

    /// After an error: the names of a statement silence what depends on them.
    pub(super) fn poison(&mut self, statement: &Statement) {
        let mut names: Vec<&Name> = Vec::new();
        match &statement.kind {
            StatementKind::Let { names: bound, .. } => names.extend(bound),
            StatementKind::Assign { names: bound, .. } => {
                for name in bound {
                    if let Some(binding) = self.frames.last_mut().and_then(|frame| frame.find_mut(&name.text)) {
                        binding.value = Value::Poison;
                    }
                }
            }
            StatementKind::Input(port) | StatementKind::Target(port) => names.push(&port.name),
            StatementKind::Param(stored) | StatementKind::Buffer(stored) | StatementKind::State(stored) | StatementKind::Const(stored) => {
                names.push(&stored.name)
            }
            StatementKind::Shared { name, .. } | StatementKind::Output { name, .. } => names.push(name),
            _ => {}
        }
        if let Some(frame) = self.frames.last_mut() {
            for name in names {
                if frame.in_block(&name.text).is_none() {
                    frame.push(&name.text, Value::Poison, name.span, Kind::Mutable);
                }
            }
        }
    }
}

/// The (first) name that a statement binds: what unlabelled layers in it are called.
fn bound_name(kind: &StatementKind) -> Option<&str> {
    match kind {
        StatementKind::Let { names, .. } | StatementKind::Assign { names, .. } => names.first().map(|name| name.text.as_str()),
        StatementKind::Output { name, .. } => Some(&name.text),
        _ => None,
    }
}

/// What else values of a statement are called after.
fn context_name(kind: &StatementKind) -> Option<&str> {
    match kind {
        StatementKind::Loss { name: Some(name), .. } => Some(&name.text),
        StatementKind::Loss { name: None, value, .. } => Some(spoken(value).unwrap_or("loss")),
        StatementKind::Metric { name, .. } => Some(&name.text),
        _ => None,
    }
}

/// The first function or name in an expression: what it would be called when it is spoken of.
fn spoken(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Call { callee, .. } => Some(&callee.text),
        ExprKind::Pipe { call: inner, .. }
        | ExprKind::Unary { operand: inner, .. }
        | ExprKind::Index { value: inner, .. }
        | ExprKind::Field { value: inner, .. } => spoken(inner),
        ExprKind::Binary { left, right, .. } => spoken(left).or_else(|| spoken(right)),
        _ => None,
    }
}
