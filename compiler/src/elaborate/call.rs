//! Calls: what is called, which argument is which, and running the body.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Arg, Expr, Function, Name, ParameterKind};

use super::Elab;
use super::arguments::{Argument, Given, Source};
use super::files::{Found, ItemRef, PRELUDE, Space};
use super::instance::{Instance, InstanceId, Segment};
use super::pattern::{self, Dimension};
use super::primitives::{self, Primitive};
use super::report::{Fail, R, nearest};
use super::scope::{Body, Frame, Kind};
use super::value::{Target, Thunk, Value};

/// What stands left of `|>`.
#[derive(Clone, Copy)]
pub(super) struct Piped<'e> {
    pub(super) expr: &'e Expr,
}

impl Target {
    pub(super) fn name(&self) -> &str {
        match self {
            Target::Item(item) => item.function().map_or("", |function| &function.name.text),
            Target::Primitive(primitive) => primitive.name,
        }
    }
}

impl Elab<'_> {
    /// `label: callee(args)`, perhaps with a piped first argument.
    pub(super) fn call(&mut self, label: Option<&Name>, callee: &Name, args: &[Arg], piped: Option<Piped<'_>>, span: Span) -> R<Value> {
        let first = piped.map(|piped| Given::value(piped.expr));
        let given = args.iter().map(Given::of);
        let mut givens: Vec<Given<'_>> = first.into_iter().chain(given).collect();
        if let Some(result) = self.schedule_call(callee, &givens, span) {
            return result;
        }
        let stored;
        let (target, instance) = match self.local(&callee.text) {
            Some(Value::Function(function)) => {
                stored = function;
                for arg in &stored.args {
                    givens.push(Given {
                        name: arg.name.as_deref(),
                        source: Source::Value(arg.value.clone()),
                        span: arg.span,
                        named: arg.span,
                    });
                }
                (stored.target.clone(), stored.instance)
            }
            Some(Value::Poison) => return Err(Fail),
            local => match (self.target(callee, local.as_ref()), piped) {
                (Ok(target), _) => (target, None),
                (Err(fail), piped) => {
                    // What is handed over may be wrong on its own.
                    return piped.map_or(Err(fail), |piped| self.value(piped.expr).and(Err(fail)));
                }
            },
        };
        match target {
            Target::Primitive(primitive) => {
                self.label_without_layer(label, &callee.text);
                self.call_primitive(primitive, &givens, span)
            }
            Target::Item(item) => self.call_item(&item, &givens, label, span, instance),
        }
    }

    /// The function that `callee` names.
    pub(super) fn target(&mut self, callee: &Name, local: Option<&Value>) -> R<Target> {
        let file = self.frames.last().map_or(0, |frame| frame.file);
        match self.files.find(self.sources, file, Space::Function, &callee.text) {
            Found::Item(item) => return Ok(Target::Item(item)),
            Found::Ambiguous(a, b) => return self.ambiguous(&callee.text, callee.span, a, b),
            Found::Nothing => {}
        }
        if let Some(primitive) = primitives::find(&callee.text) {
            return Ok(Target::Primitive(primitive));
        }
        self.unknown_function(callee, local, file)
    }

    fn unknown_function(&mut self, callee: &Name, local: Option<&Value>, file: usize) -> R<Target> {
        let name = &callee.text;
        if primitives::LATER.contains(&name.as_str()) {
            return self.error_help(
                "E0190",
                callee.span,
                format!("`{name}` is what a loop over a tensor becomes; it is not written by hand"),
                "`let hs = for z in xs { …; yield h; };`",
            );
        }
        if let Some(value) = local {
            let message = format!("`{name}` is {}, not a function", self.show(value));
            return self.error("E0108", callee.span, message);
        }
        if !matches!(self.files.find(self.sources, file, Space::Optimizer, name), Found::Nothing) {
            return self.error_help(
                "E0108",
                callee.span,
                format!("`{name}` is an optimizer, not a function"),
                format!("`optimizer {name}(…);` is a statement of its own"),
            );
        }
        let mut known = self.files.names(file, Space::Function);
        known.extend(primitives::names().map(str::to_owned));
        if let Some(frame) = self.frames.last() {
            let local = frame.bindings().iter().filter(|binding| matches!(binding.value, Value::Function(_)));
            known.extend(local.map(|binding| binding.name.to_string()));
        }
        let mut diagnostic = Diagnostic::error("E0101", callee.span, format!("there is no function or layer `{name}`"));
        if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        }
        Err(self.fail(diagnostic))
    }

    fn label_without_layer(&mut self, label: Option<&Name>, function: &str) {
        if let Some(label) = label {
            let message = format!("the label `{}` names nothing: `{function}` has no parameters", label.text);
            self.tell(Diagnostic::warning("W0002", label.span, message).help("labels belong to layers"));
        }
    }

    fn call_primitive(&mut self, primitive: &'static Primitive, givens: &[Given<'_>], span: Span) -> R<Value> {
        let parameters: Vec<(&str, bool)> =
            primitive.signature.iter().map(|text| (text.trim_start_matches(['?', '=']), text.starts_with('='))).collect();
        let places = self.assign(primitive.name, &parameters, givens)?;
        let mut arguments = Vec::with_capacity(places.len());
        let mut order: Vec<(usize, usize)> = places.iter().enumerate().filter_map(|(at, given)| given.map(|given| (given, at))).collect();
        order.sort_unstable();
        arguments.resize(places.len(), None);
        for (given, at) in order {
            arguments[at] = Some(self.argument(&givens[given])?);
        }
        for (at, text) in primitive.signature.iter().enumerate() {
            if arguments[at].is_none() && !text.starts_with(['?', '=']) {
                return self.missing(primitive.name, text, span);
            }
        }
        (primitive.run)(self, &primitives::Args { primitive, values: arguments, span })
    }

    /// Runs a `fn` or `layer`.
    fn call_item(
        &mut self,
        item: &ItemRef,
        givens: &[Given<'_>],
        label: Option<&Name>,
        span: Span,
        shared: Option<InstanceId>,
    ) -> R<Value> {
        let Some(function) = item.function() else { return Err(Fail) };
        self.allowed(item, function, span)?;
        let parameters: Vec<(&str, bool)> = function.parameters.iter().map(|parameter| (parameter.name.text.as_str(), false)).collect();
        let places = self.assign(&function.name.text, &parameters, givens)?;
        let mut arguments: Vec<Option<Argument>> = vec![None; places.len()];
        let mut order: Vec<(usize, usize)> = places.iter().enumerate().filter_map(|(at, given)| given.map(|given| (given, at))).collect();
        order.sort_unstable();
        for (given, at) in order {
            arguments[at] = Some(self.argument_for(&givens[given], &function.parameters[at])?);
        }
        for (at, parameter) in function.parameters.iter().enumerate() {
            if arguments[at].is_none() && parameter.default.is_none() {
                return self.missing(&function.name.text, &parameter.name.text, span);
            }
        }
        let dimensions = self.fit_arguments(function, &mut arguments, span)?;
        let thunks = if self.pass.in_optimizer { self.thunks(&places, givens) } else { Vec::new() };
        let body = if item.is_layer() { Body::Layer } else { Body::Fn };
        if body == Body::Fn {
            self.label_without_layer(label, &function.name.text);
        }
        let instance = match (body, shared) {
            (Body::Layer, Some(shared)) => shared,
            (Body::Layer, None) => self.instance(label, &function.name.text, span),
            _ => InstanceId::default(),
        };
        let mut frame = Frame::new(item.file, body, Rc::from(function.name.text.as_str()), instance);
        frame.item = item.identity();
        frame.call = span;
        let first_node = self.pass.builder.len();
        let outer = self.context.clone();
        if body == Body::Layer {
            self.context = Rc::from(self.pass.instances.path(instance));
        }
        self.frames.push(frame);
        let result = self.run(function, arguments, dimensions, thunks).and_then(|value| self.fit_result(function, value, span));
        self.frames.pop();
        self.context = outer;
        let value = result?;
        if body == Body::Layer
            && let Value::Tensor(id) = value
            && id.index() >= first_node
        {
            self.pass.instances.get_mut(instance).results.push(id);
        }
        Ok(value)
    }

    /// Binds the arguments in the new frame and runs the body.
    fn run(
        &mut self,
        function: &Function,
        arguments: Vec<Option<Argument>>,
        dimensions: Vec<Dimension>,
        mut thunks: Vec<Option<Rc<Thunk>>>,
    ) -> R<Value> {
        if let Some(frame) = self.frames.last_mut() {
            for dimension in &dimensions {
                frame.push(&dimension.name, Value::Int(dimension.extent as i64), dimension.span, Kind::Dimension);
            }
        }
        thunks.resize(arguments.len(), None);
        for ((parameter, argument), thunk) in function.parameters.iter().zip(arguments).zip(thunks) {
            let value = match (argument, &parameter.default) {
                (Some(argument), _) => argument.value,
                (None, Some(default)) => {
                    let given = Given::value(default);
                    self.argument_for(&given, parameter)?.value
                }
                (None, None) => return Err(Fail),
            };
            if let Some(frame) = self.frames.last_mut() {
                let name = Rc::from(parameter.name.text.as_str());
                frame.add(name, value, parameter.name.span, Kind::Argument, thunk);
            }
        }
        let value = self.body(&function.body)?;
        if value.is_unit() {
            return self.error_help(
                "E0199",
                function.name.span,
                format!("`{}` gives no value", function.name.text),
                "a body's value is its last expression, without `;`",
            );
        }
        Ok(value)
    }

    /// What may not be called here.
    fn allowed(&mut self, item: &ItemRef, function: &Function, span: Span) -> R<()> {
        let name = &function.name.text;
        if self.frames.iter().any(|frame| frame.item == item.identity()) {
            let diagnostic = Diagnostic::error("E0117", span, format!("`{name}` calls itself"))
                .help("recursion is not part of the language: write a `for` loop");
            return Err(self.fail(diagnostic));
        }
        let here = self.frames.last().map_or(Body::Const, |frame| frame.body);
        if item.is_layer() && !matches!(here, Body::Network | Body::Layer) {
            let message = format!("`{name}` is a layer, and {} may call only fns", here.text());
            return self.error_help("E0118", span, message, "declare the caller with `layer`: only layers have parameters");
        }
        Ok(())
    }

    /// The instance of a layer call.
    fn instance(&mut self, label: Option<&Name>, layer: &str, span: Span) -> InstanceId {
        let site = self.user_span(span);
        let Some(frame) = self.frames.last() else { return InstanceId::default() };
        let segment = match (label, &frame.statement.bound) {
            (Some(label), _) => Segment::Named(Rc::from(label.text.as_str()), None),
            (None, Some(bound)) => Segment::Pending(bound.clone()),
            (None, None) => Segment::Pending(Rc::from(layer)),
        };
        let pending = matches!(segment, Segment::Pending(_));
        let place = label.map_or(span, |label| label.span);
        let instance = Instance {
            parent: frame.instance,
            segment,
            indices: frame.indices.clone(),
            layer: Rc::from(layer),
            span,
            site: if frame.file == PRELUDE { site } else { place },
            owns: false,
            results: Vec::new(),
        };
        let (id, new) = self.pass.instances.enter(instance);
        if pending
            && new
            && let Some(frame) = self.frames.last_mut()
        {
            frame.statement.created.push(id);
        }
        id
    }

    /// Checks shape patterns and names dimensions.
    fn fit_arguments(&mut self, function: &Function, arguments: &mut [Option<Argument>], span: Span) -> R<Vec<Dimension>> {
        let mut dimensions = Vec::new();
        for (parameter, argument) in function.parameters.iter().zip(arguments) {
            let (Some(ParameterKind::Shape(pattern)), Some(argument)) = (&parameter.kind, argument) else { continue };
            if matches!(argument.value, Value::None) && parameter.default.is_some() {
                continue;
            }
            let id = self.tensor(&argument.value, argument.span)?;
            argument.value = Value::Tensor(id);
            let shape = self.ty(id).shape;
            if let Err(why) = pattern::fit(pattern, &shape, &mut dimensions, &|_| None) {
                let (name, wanted) = (&parameter.name.text, pattern::text(pattern));
                let message = format!("`{}` takes `{name}: {wanted}`, found {shape:?}: {why}", function.name.text);
                let mut diagnostic = Diagnostic::error("E0115", span, message).here(format!("`{name}` must fit {wanted}"));
                if argument.span != span && argument.span.file == span.file {
                    diagnostic = diagnostic.label(argument.span, format!("this is {shape:?}"));
                }
                let diagnostic = self.made_elsewhere(diagnostic, &[id]);
                return Err(self.fail(diagnostic));
            }
        }
        Ok(dimensions)
    }

    /// Checks `-> […]`, in the frame of the body.
    fn fit_result(&mut self, function: &Function, value: Value, span: Span) -> R<Value> {
        let Some(result) = &function.result else { return Ok(value) };
        let parts: Vec<Value> = match &value {
            Value::Tuple(items) if result.tuple => items.items.clone(),
            other => vec![other.clone()],
        };
        let mut why = (parts.len() != result.patterns.len()).then(|| format!("found {}", self.show(&value)));
        let mut dimensions = Vec::new();
        for (part, pattern) in parts.iter().zip(&result.patterns) {
            let shape = match part {
                Value::Tensor(id) => self.ty(*id).shape,
                part if part.is_number() => Vec::new(),
                other => {
                    why = Some(format!("found {}", self.show(other)));
                    break;
                }
            };
            let frame = self.frames.last();
            let known = |name: &str| match frame.and_then(|frame| frame.find(name)).map(|binding| &binding.value) {
                Some(Value::Int(n)) => Some(*n),
                _ => None,
            };
            if let Err(text) = pattern::fit(pattern, &shape, &mut dimensions, &known) {
                why = Some(format!("found {shape:?}: {text}"));
                break;
            }
        }
        let Some(why) = why else { return Ok(value) };
        let wanted: Vec<String> = result.patterns.iter().map(pattern::text).collect();
        let message = format!("`{}` promises `-> {}`, {why}", function.name.text, wanted.join(", "));
        let place = result.patterns.first().map_or(function.name.span, |pattern| pattern.span);
        let diagnostic = Diagnostic::error("E0116", span, message).label(place, "promised here");
        Err(self.fail(diagnostic))
    }
}
