//! Arguments: which stands for which parameter, and what each is.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Arg, Expr, ExprKind, Name, Parameter, ParameterKind};

use super::Elab;
use super::files::{Found, Space};
use super::primitives;
use super::report::{R, nearest};
use super::value::{FunctionValue, StoredArg, Target, Value};

/// An argument as given.
#[derive(Clone)]
pub(super) struct Given<'e> {
    pub(super) name: Option<&'e str>,
    pub(super) source: Source<'e>,
    pub(super) span: Span,
    /// The name's place, where there is one; otherwise the value's.
    pub(super) named: Span,
}

impl<'e> Given<'e> {
    pub(super) fn of(arg: &'e Arg) -> Given<'e> {
        let name = arg.name.as_ref();
        Given {
            name: name.map(|name| name.text.as_str()),
            named: name.map_or(arg.value.span, |name| name.span),
            ..Given::value(&arg.value)
        }
    }

    /// By position.
    pub(super) fn value(expr: &'e Expr) -> Given<'e> {
        Given { name: None, source: Source::Ast(expr), span: expr.span, named: expr.span }
    }

    /// The expression that was written.
    pub(super) fn expression(&self) -> Option<&'e Expr> {
        match self.source {
            Source::Ast(expr) => Some(expr),
            Source::Value(_) => None,
        }
    }
}

/// An expression, or a value that a partial call holds.
#[derive(Clone)]
pub(super) enum Source<'e> {
    Ast(&'e Expr),
    Value(Value),
}

/// An argument when it is evaluated.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) value: Value,
    pub(super) span: Span,
    /// A plain name (or a parameter's path): what derivatives are taken with respect to.
    pub(super) plain: bool,
}

impl Elab<'_> {
    /// Which argument stands for which parameter: indices into `givens`.
    pub(super) fn assign(&mut self, function: &str, parameters: &[(&str, bool)], givens: &[Given<'_>]) -> R<Vec<Option<usize>>> {
        let mut out: Vec<Option<usize>> = vec![None; parameters.len()];
        let mut next = 0;
        let mut known = Ok(());
        for (i, given) in givens.iter().enumerate() {
            let at = match given.name {
                Some(name) => match parameters.iter().position(|(known, _)| *known == name) {
                    Some(at) => at,
                    None => {
                        known = self.unknown_argument(function, name, parameters, given.named);
                        continue;
                    }
                },
                None => {
                    // What a call stores comes after what it is given: a stored positional argument takes the next free place.
                    while next < parameters.len()
                        && (parameters[next].1 || (out[next].is_some() && matches!(given.source, Source::Value(_))))
                    {
                        next += 1;
                    }
                    if next >= parameters.len() {
                        let positional = parameters.iter().filter(|(_, named)| !named).count();
                        let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
                        let message = format!(
                            "`{function}` takes {} by position, found one more",
                            super::show::count(positional, "argument", "arguments")
                        );
                        return self.error_help("E0112", given.span, message, format!("its arguments are: {}", names.join(", ")));
                    }
                    next += 1;
                    next - 1
                }
            };
            if let Some(before) = out[at] {
                let diagnostic = Diagnostic::error("E0113", given.named, format!("`{}` of `{function}` is given twice", parameters[at].0))
                    .label(givens[before].named, "first here");
                return Err(self.fail(diagnostic));
            }
            out[at] = Some(i);
        }
        known.map(|()| out)
    }

    pub(super) fn unknown_argument<T>(&mut self, function: &str, name: &str, parameters: &[(&str, bool)], span: Span) -> R<T> {
        let mut diagnostic = Diagnostic::error("E0111", span, format!("`{function}` has no argument `{name}`"));
        let names: Vec<&str> = parameters.iter().map(|(name, _)| *name).collect();
        diagnostic = match nearest(name, names.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("its arguments are: {}", names.join(", "))),
        };
        Err(self.fail(diagnostic))
    }

    pub(super) fn missing<T>(&mut self, function: &str, argument: &str, span: Span) -> R<T> {
        self.error("E0110", span, format!("`{function}` needs the argument `{argument}`"))
    }

    pub(super) fn argument(&mut self, given: &Given<'_>) -> R<Argument> {
        match &given.source {
            Source::Value(value) => Ok(Argument { value: value.clone(), span: given.span, plain: true }),
            Source::Ast(expr) => {
                let plain = matches!(expr.kind, ExprKind::Name(_) | ExprKind::Field { .. });
                Ok(Argument { value: self.some_value(expr)?, span: given.span, plain })
            }
        }
    }

    /// An argument for a parameter of a `fn` or `layer`: where a function is wanted, its name or a call without its first argument.
    pub(super) fn argument_for(&mut self, given: &Given<'_>, parameter: &Parameter) -> R<Argument> {
        let wants_function = matches!(parameter.kind, Some(ParameterKind::Fn));
        if let Source::Ast(expr) = &given.source {
            match &expr.kind {
                ExprKind::Name(name) if self.local(name).is_none() && name != "none" => {
                    let callee = Name { text: name.clone(), span: expr.span };
                    if wants_function || self.names_function(name) {
                        let target = self.target(&callee, None)?;
                        return Ok(function_argument(target, Vec::new(), given.span));
                    }
                }
                ExprKind::Call { label: None, callee, args, .. } if wants_function => return self.partial(callee, args, given.span),
                _ => {}
            }
        }
        let argument = self.argument(given)?;
        if wants_function && !matches!(argument.value, Value::Function(_) | Value::None) {
            let message = format!("`{}` takes a function, found {}", parameter.name.text, self.show(&argument.value));
            return self.error_help(
                "E0114",
                given.span,
                message,
                "write its name, or a call without its first argument: `act = leaky_relu(slope = 0.2)`",
            );
        }
        Ok(argument)
    }

    pub(super) fn names_function(&mut self, name: &str) -> bool {
        let file = self.frames.last().map_or(0, |frame| frame.file);
        matches!(self.files.find(self.sources, file, Space::Const, name), Found::Nothing)
            && (primitives::find(name).is_some() || matches!(self.files.find(self.sources, file, Space::Function, name), Found::Item(_)))
    }

    /// A call without its first argument.
    pub(super) fn partial(&mut self, callee: &Name, args: &[Arg], span: Span) -> R<Argument> {
        let local = self.local(&callee.text);
        let (target, mut stored) = match local {
            Some(Value::Function(function)) => (function.target.clone(), function.args.clone()),
            local => (self.target(callee, local.as_ref())?, Vec::new()),
        };
        for (i, arg) in args.iter().enumerate() {
            let given = Given::of(arg);
            let parameter = match &target {
                Target::Item(item) => item.function().and_then(|function| match given.name {
                    Some(name) => function.parameters.iter().find(|parameter| parameter.name.text == name).cloned(),
                    None => function.parameters.get(i + 1).cloned(),
                }),
                Target::Primitive(_) => None,
            };
            let argument = match parameter {
                Some(parameter) => self.argument_for(&given, &parameter)?,
                None => self.argument(&given)?,
            };
            stored.push(StoredArg { name: given.name.map(Rc::from), value: argument.value, span: given.span });
        }
        Ok(function_argument(target, stored, span))
    }
}

fn function_argument(target: Target, args: Vec<StoredArg>, span: Span) -> Argument {
    let value = Value::Function(Rc::new(FunctionValue { target, args, instance: None }));
    Argument { value, span, plain: true }
}
