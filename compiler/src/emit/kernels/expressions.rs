//! The expression that a kernel computes of each element: what is inlined in it, its operands, and the variables before it.

use std::collections::BTreeMap;

use super::Writer;
use crate::emit::doc::{Doc, text};
use crate::emit::element::{Term, are_long, fill, number};
use crate::emit::names::{identifier, place_in, snake_case};
use crate::emit::pass::RESERVED;
use crate::graph::{Attr, Elem, NodeId};
use crate::ops::Value;
use crate::plan::{Access, Place, Plan, Space};

/// One kernel's expression under construction.
#[derive(Default)]
pub(super) struct Inside {
    /// Operands read as vectors along the kernel: access and variable.
    pub(super) operands: Vec<(Access, String)>,
    /// Statements before the value.
    pub(super) lets: Vec<(String, Doc)>,
    /// Values that already have a variable.
    pub(super) bound: BTreeMap<NodeId, String>,
    /// Results of the kernel that others of it are made of: their variables.
    pub(super) made: BTreeMap<NodeId, String>,
    /// How often each inlined value is used.
    pub(super) uses: BTreeMap<NodeId, usize>,
    /// The ways in which each stored value is read.
    pub(super) reads: BTreeMap<NodeId, Vec<Access>>,
}

impl Writer<'_> {
    /// Counts the uses of what is computed inside a kernel with these results, and the reads of what is not.
    pub(super) fn inside(&self, outputs: &[NodeId], space: &Space) -> Inside {
        let graph = &self.plan.program.graph;
        let mut inside = Inside::default();
        let mut open: Vec<NodeId> = outputs.iter().flat_map(|&output| graph.node(output).args.iter().copied()).collect();
        while let Some(id) = open.pop() {
            let uses = inside.uses.entry(id).or_insert(0);
            *uses += 1;
            if *uses > 1 {
                continue;
            }
            match (self.plan.places[id.index()], &graph.node(id).op.value) {
                (Place::Inline, Value::Each { .. }) => open.extend(&graph.node(id).args),
                (Place::Inline, Value::Contract | Value::Conv(_)) => {}
                _ => {
                    let access = self.plan.access(id, space);
                    if outputs.contains(&access.source) {
                        inside.uses.entry(access.source).or_insert(1);
                        continue;
                    }
                    let reads = inside.reads.entry(access.source).or_default();
                    if !reads.contains(&access) {
                        reads.push(access);
                    }
                }
            }
        }
        inside
    }

    /// The expression of a value inside a kernel; `top` is the kernel's own value.
    pub(super) fn value_of(&mut self, id: NodeId, space: &Space, inside: &mut Inside, top: bool) -> Term {
        if let Some(variable) = inside.bound.get(&id) {
            return Term::atom(text(variable.clone()));
        }
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let computed = top || self.plan.places[id.index()] == Place::Inline;
        match &node.op.value {
            Value::Each { rust, .. } if computed => {
                let args: Vec<Term> = node.args.iter().map(|&arg| self.value_of(arg, space, inside, false)).collect();
                let args = self.short_arguments(&node.args, args, inside);
                let term = fill(template(self.plan, id, rust), &node.attr, &args);
                if !top && (inside.uses.get(&id).copied().unwrap_or(0) > 1 || term.doc.is_long()) {
                    let variable = self.local(id, inside);
                    inside.lets.push((variable.clone(), term.doc));
                    inside.bound.insert(id, variable.clone());
                    return Term::atom(text(variable));
                }
                term
            }
            Value::Leaf if matches!(node.attr, Attr::Number(_)) => match node.attr {
                Attr::Number(value) => constant_of(value, node.ty.elem),
                _ => number(0.0),
            },
            _ => {
                if let Value::Move(_) = node.op.value
                    && let Attr::Number(value) = graph.node(self.through(id)).attr
                    && matches!(graph.node(self.through(id)).op.value, Value::Leaf)
                {
                    return constant_of(value, node.ty.elem);
                }
                let access = self.plan.access(id, space);
                if let Some(variable) = inside.made.get(&access.source) {
                    return Term::atom(text(variable.clone()));
                }
                if let Some(variable) = self.row.get(&access.source) {
                    let number = Term::atom(text(variable.clone()));
                    return if node.ty.elem == Elem::Condition { fill("{0}.ne({zero})", &Attr::None, &[number]) } else { number };
                }
                let variable = match inside.operands.iter().find(|operand| operand.0 == access) {
                    Some((_, variable)) => variable.clone(),
                    None => {
                        let variable = self.local(access.source, inside);
                        inside.operands.push((access, variable.clone()));
                        variable
                    }
                };
                if node.ty.elem == Elem::Condition {
                    return fill("{0}.ne({zero})", &Attr::None, &[Term::atom(text(variable))]);
                }
                inside.bound.insert(id, variable.clone());
                Term::atom(text(variable))
            }
        }
    }

    /// What a movement that is read through reads.
    pub(super) fn through(&self, id: NodeId) -> NodeId {
        match self.plan.places[id.index()] {
            Place::Inline => self.plan.base(self.plan.program.graph.node(id).args[0]),
            _ => self.plan.base(id),
        }
    }

    /// A variable's name inside a closure. What else is read there must not be hidden by it: a value's own name only serves where the
    /// value is read once.
    pub(super) fn local(&self, id: NodeId, inside: &Inside) -> String {
        let full = match self.names.get(&id) {
            Some(name) => name.clone(),
            None if self.functions.is_some() => self.short_name(id).to_string(),
            None => snake_case(&self.notes.name(self.plan.program.graph.node(id))),
        };
        let short = identifier(full.rsplit('.').next().unwrap_or(&full));
        let once = inside.reads.get(&id).is_none_or(|reads| reads.len() <= 1);
        let taken = |name: &str| {
            place_in(RESERVED, name).is_some()
                || inside.operands.iter().any(|operand| operand.1 == name)
                || inside.bound.values().any(|bound| bound == name)
                || self.row.values().any(|number| number == name)
                || self.names.borne(name, if once { Some(id) } else { None })
        };
        let mut name = short.clone();
        let mut n = 2;
        while taken(&name) {
            name = format!("{}_{n}", short.trim_start_matches("r#"));
            n += 1;
        }
        name
    }

    /// Where operands together are long, those that are not names already get one.
    fn short_arguments(&self, ids: &[NodeId], args: Vec<Term>, inside: &mut Inside) -> Vec<Term> {
        if !are_long(&args) {
            return args;
        }
        let named = |(arg, id): (Term, &NodeId)| {
            if !arg.doc.deserves_name() {
                return arg;
            }
            let name = self.local(*id, inside);
            inside.lets.push((name.clone(), arg.doc));
            inside.bound.insert(*id, name.clone());
            Term::atom(text(name))
        };
        args.into_iter().zip(ids).map(named).collect()
    }

    /// A long value gets a name before it stands in a list.
    pub(super) fn short(&self, id: NodeId, term: Term, inside: &mut Inside) -> Term {
        if !term.doc.is_long() {
            return term;
        }
        let name = self.local(id, inside);
        inside.lets.push((name.clone(), term.doc));
        Term::atom(text(name))
    }

    /// Conditions are stored as 0 and 1.
    pub(super) fn as_stored(&self, id: NodeId, term: Term) -> Term {
        if self.plan.program.graph.ty(id).elem == Elem::Condition { fill("{0}.select({one}, {zero})", &Attr::None, &[term]) } else { term }
    }
}

/// A number in every lane, or a condition.
pub(crate) fn constant_of(value: f64, elem: Elem) -> Term {
    if elem == Elem::Condition { fill("{0}.ne({zero})", &Attr::None, &[number(value)]) } else { number(value) }
}

/// An operation's template; what is made of a condition is, of an index, the number it already is.
pub(crate) fn template<'t>(plan: &Plan, id: NodeId, rust: &'t str) -> &'t str {
    let graph = &plan.program.graph;
    let of_index = graph.node(id).args.first().is_some_and(|&arg| matches!(graph.ty(arg).elem, Elem::Index(_)));
    if of_index && rust == "{0}.select({one}, {zero})" { "{0}" } else { rust }
}
