//! Paths after a pass: none twice, the same in both passes, and what `freeze` and an optimizer's `for` mean by one.

use std::collections::HashMap;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::{Expr, ExprKind, Network as Tree};

use super::Elab;
use super::index::path_of;
use super::instance::{InstanceId, Segment, join};
use super::network::PassState;
use super::report::{Fail, R, nearest};
use super::store::Declared;

impl Elab<'_> {
    /// Two instances, or an instance and a parameter, with one path.
    pub(super) fn check_paths(&mut self, pass: &PassState) -> R<()> {
        let mut seen: HashMap<String, (Span, bool)> = HashMap::new();
        let mut result = Ok(());
        let owners =
            pass.instances.all.iter().enumerate().skip(1).filter(|(_, instance)| instance.owns && instance.segment != Segment::Passed);
        let instances = owners.map(|(i, instance)| (pass.instances.path(InstanceId(i as u32)), instance.site, true));
        let stored = pass.parameters.iter().chain(&pass.buffers).map(|declared| (pass.path_of(declared), declared.site, false));
        for (path, site, layer) in instances.chain(stored) {
            let Some((first, _)) = seen.insert(path.clone(), (site, layer)) else { continue };
            if !layer && result.is_err() {
                // The layer's parameters are told with the layer.
                continue;
            }
            let what = if layer { "two layers" } else { "two parameters" };
            let diagnostic = Diagnostic::error("E0140", site, format!("{what} with one path: `{path}`"))
                .label(first, "the first")
                .help("a label names a layer: `x |> fc1: dense(16)`; `shared` uses one layer twice");
            self.report.push(diagnostic);
            result = Err(Fail);
        }
        result
    }

    /// Both passes must have the same parameters, buffers, inputs and outputs.
    pub(super) fn agree(&mut self, predict: &PassState, train: &PassState, tree: &Tree) -> R<()> {
        let list = |pass: &PassState| -> Vec<(String, Vec<usize>, Span)> {
            let path = |declared: &Declared| (pass.path_of(declared), declared.shape.clone(), declared.site);
            pass.parameters.iter().map(path).chain(pass.buffers.iter().map(path)).collect()
        };
        let (a, b) = (list(predict), list(train));
        for (one, other, name) in [(&a, &b, "predict"), (&b, &a, "training")] {
            if let Some((path, shape, span)) = one.iter().find(|(path, shape, _)| !other.iter().any(|(p, s, _)| p == path && s == shape)) {
                return self.error_help(
                    "E0149",
                    *span,
                    format!("`{path}` {shape:?} exists only in the {name} pass"),
                    "`if training` may change what is computed, not which parameters there are",
                );
            }
        }
        if a.iter().map(|(path, ..)| path).ne(b.iter().map(|(path, ..)| path)) {
            return self.error("E0149", tree.name.span, "the parameters come in another order in training");
        }
        let shapes = |pass: &PassState, steps: Option<usize>| -> Vec<(String, Vec<usize>)> {
            let shape = |node| steps.into_iter().chain(pass.builder.ty(node).shape).collect();
            pass.outputs.iter().map(|output| (output.name.clone(), shape(output.node))).collect()
        };
        let steps = train.step_of.as_ref().and(predict.unroll).map(|(steps, _)| steps);
        if shapes(predict, steps) != shapes(train, None) {
            return self.error("E0149", tree.name.span, "the outputs differ between predict and training");
        }
        let states = |pass: &PassState| -> Vec<_> { pass.states.iter().map(|state| (state.name.clone(), state.shape.clone())).collect() };
        if states(predict) != states(train) || predict.unroll.map(|(steps, _)| steps) != train.unroll.map(|(steps, _)| steps) {
            return self.error("E0149", tree.name.span, "states or `unroll` differ between predict and training");
        }
        Ok(())
    }

    /// The numbers of the parameters under frozen paths.
    pub(super) fn frozen_paths(&mut self, pass: &PassState) -> Vec<usize> {
        let mut frozen = Vec::new();
        for (instance, target) in &pass.freezes {
            if let Ok(numbers) = self.under(pass, *instance, target) {
                frozen.extend(numbers.0);
            }
        }
        frozen.sort_unstable();
        frozen.dedup();
        frozen
    }

    /// The parameters that a path or group means, and how specific it is.
    pub(super) fn under(&mut self, pass: &PassState, instance: InstanceId, target: &Expr) -> R<(Vec<usize>, usize)> {
        let paths: Vec<String> = pass.parameters.iter().map(|declared| pass.path_of(declared)).collect();
        let rank = |i: &usize| pass.parameters[*i].shape.len();
        if let ExprKind::Name(name) = &target.kind {
            let all = 0..paths.len();
            let group: Option<(Vec<usize>, usize)> = match name.as_str() {
                "params" => Some((all.collect(), 1)),
                "weights" => Some((all.filter(|i| rank(i) >= 2).collect(), 2)),
                "biases" => Some((all.filter(|i| rank(i) < 2).collect(), 2)),
                _ => None,
            };
            if let Some(group) = group {
                return Ok(group);
            }
        }
        let Some(path) = path_of(target, None) else {
            let diagnostic = Diagnostic::error("E0184", target.span, "a path of parameters or a group is needed here")
                .help("`fc1`, `fc1.weight`, `params`, `weights` or `biases`");
            self.report.push(diagnostic);
            return Err(Fail);
        };
        let mut full = pass.instances.path(instance);
        join(&mut full, &path);
        let below = format!("{full}.");
        let found: Vec<usize> = (0..paths.len()).filter(|&i| paths[i] == full || paths[i].starts_with(&below)).collect();
        if found.is_empty() {
            let mut diagnostic = Diagnostic::error("E0184", target.span, format!("no parameter is under the path `{path}`"));
            let mut names: Vec<&str> = paths.iter().map(String::as_str).collect();
            names.extend(paths.iter().filter_map(|path| path.rsplit_once('.')).map(|(layer, _)| layer));
            diagnostic = match nearest(&full, names.iter().copied()) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None if paths.is_empty() => diagnostic.help("this network has no parameters"),
                None => {
                    diagnostic.help(format!("its parameters: {}", paths.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ")))
                }
            };
            self.report.push(diagnostic);
            return Err(Fail);
        }
        Ok((found, 3 + full.matches('.').count()))
    }
}
