//! A file's `const`s: computed when something asks, each once.

use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::Span;
use tapeless_grammar::tree::ItemKind;

use super::Elab;
use super::files::ItemRef;
use super::instance::InstanceId;
use super::report::{Fail, R};
use super::scope::{Body, Frame};
use super::value::Value;

impl Elab<'_> {
    /// The value of a file's `const`.
    pub(super) fn const_item(&mut self, item: &ItemRef, span: Span) -> R<Value> {
        let ItemKind::Const { name, value } = &item.item.kind else { return Err(Fail) };
        match self.files.consts.get(&item.identity()) {
            Some(Some(Value::Poison)) => return Err(Fail),
            Some(Some(known)) => return Ok(known.clone()),
            Some(None) => {
                let diagnostic =
                    Diagnostic::error("E0117", span, format!("`{}` is computed from itself", name.text)).label(name.span, "declared here");
                return Err(self.fail(diagnostic));
            }
            None => {}
        }
        self.files.consts.insert(item.identity(), None);
        let frame = Frame::new(item.file, Body::Const, Rc::from(name.text.as_str()), InstanceId(0));
        // A const sees the items of its file, and nothing of the body that names it.
        let frames = std::mem::replace(&mut self.frames, vec![frame]);
        let mut made = self.some_value(value);
        if let Ok(Value::Tensor(_)) = made {
            made = self.error_help(
                "E0114",
                value.span,
                format!("`const {}` is static, found a tensor", name.text),
                "a constant tensor is declared in a network, layer or fn: `const k: [3] = [1, 2, 1];`",
            );
        }
        self.frames = frames;
        let kept = made.as_ref().map_or(Value::Poison, Value::clone);
        self.files.consts.insert(item.identity(), Some(kept));
        made
    }

    /// Computes every `const` of a file, so that errors show even where nothing asks.
    pub(super) fn check_consts(&mut self, file: usize) {
        self.start_counting();
        for item in self.files.items(file) {
            if let ItemKind::Const { name, .. } = &item.item.kind {
                let _ = self.const_item(&item, name.span);
            }
        }
    }
}
