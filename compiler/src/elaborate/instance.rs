//! Layer instances and their paths (LANGUAGE, section 3): the contract of checkpoints.
//!
//! An unlabelled call does not know its name until its statement has ended, because two of them in one statement count themselves.
//! So an instance holds a segment that is settled then, and paths are put together when somebody asks.

use std::collections::HashMap;
use std::rc::Rc;

use tapeless_grammar::span::Span;

use crate::graph::NodeId;

/// Which instance; 0 is the network itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct InstanceId(pub(super) u32);

/// A layer that was called.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) parent: InstanceId,
    pub(super) segment: Segment,
    pub(super) indices: Vec<i64>,
    /// `dense`
    pub(super) layer: Rc<str>,
    /// The call (of a `shared`, the statement's name).
    pub(super) span: Span,
    /// For people: the call in the user's own text.
    pub(super) site: Span,
    /// A parameter or buffer lives under it.
    pub(super) owns: bool,
    /// What its calls gave.
    pub(super) results: Vec<NodeId>,
}

/// What an instance adds to its parent's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// A label, or a name that is settled; with `.k` where several stand in one statement.
    Named(Rc<str>, Option<usize>),
    /// Nothing: the parent's value is this one call.
    Passed,
    /// Not settled yet; the name that it would have if it were alone.
    Pending(Rc<str>),
}

/// The unlabelled calls of the current statement.
#[derive(Clone, Debug, Default)]
pub(super) struct StatementContext {
    /// The (first) name that the statement binds.
    pub(super) bound: Option<Rc<str>>,
    pub(super) created: Vec<InstanceId>,
    /// Calls that are the value of the layer's body, if the statement is that value.
    pub(super) tails: Vec<Span>,
}

/// All instances of a pass.
#[derive(Clone, Debug, Default)]
pub(super) struct Instances {
    pub(super) all: Vec<Instance>,
    /// A call met again (a loop over a tensor, a second use of a `shared`) is the same instance.
    by_call: HashMap<(InstanceId, Span, Vec<i64>), InstanceId>,
}

impl Instances {
    pub(super) fn new(span: Span) -> Instances {
        let root = Instance {
            parent: InstanceId(0),
            segment: Segment::Passed,
            indices: Vec::new(),
            layer: Rc::from(""),
            span,
            site: span,
            owns: true,
            results: Vec::new(),
        };
        Instances { all: vec![root], by_call: HashMap::new() }
    }

    pub(super) fn get(&self, id: InstanceId) -> &Instance {
        &self.all[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: InstanceId) -> &mut Instance {
        &mut self.all[id.0 as usize]
    }

    /// The instance of a call; whether it is new.
    pub(super) fn enter(&mut self, instance: Instance) -> (InstanceId, bool) {
        let key = (instance.parent, instance.span, instance.indices.clone());
        if let Some(&known) = self.by_call.get(&key) {
            return (known, false);
        }
        let id = InstanceId(self.all.len() as u32);
        self.by_call.insert(key, id);
        self.all.push(instance);
        (id, true)
    }

    /// `id` and everything around it has a parameter.
    pub(super) fn mark_owner(&mut self, mut id: InstanceId) {
        while !self.get(id).owns {
            self.get_mut(id).owns = true;
            id = self.get(id).parent;
        }
    }

    /// `block.0.attn`; empty for the network.
    pub(super) fn path(&self, id: InstanceId) -> String {
        if id.0 == 0 {
            return String::new();
        }
        let instance = self.get(id);
        let mut path = self.path(instance.parent);
        match &instance.segment {
            Segment::Passed => {}
            Segment::Named(name, count) => {
                join(&mut path, name);
                if let Some(count) = count {
                    join(&mut path, &count.to_string());
                }
            }
            Segment::Pending(name) => join(&mut path, name),
        }
        for index in &instance.indices {
            join(&mut path, &index.to_string());
        }
        path
    }

    /// Settles the names of a statement's unlabelled calls.
    pub(super) fn settle(&mut self, statement: &StatementContext) {
        let owners: Vec<InstanceId> = statement.created.iter().copied().filter(|&id| self.get(id).owns).collect();
        if let [only] = owners[..]
            && statement.tails.contains(&self.get(only).span)
        {
            self.get_mut(only).segment = Segment::Passed;
            return;
        }
        let several = owners.len() > 1;
        for (k, id) in owners.into_iter().enumerate() {
            let instance = self.get_mut(id);
            if let Segment::Pending(name) = &instance.segment {
                instance.segment = Segment::Named(name.clone(), several.then_some(k));
            }
        }
    }
}

/// Appends a segment.
pub(super) fn join(path: &mut String, segment: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(segment);
}
