//! Statements of convolutions and windows.

use super::{Inside, Writer};
use crate::emit::doc::{Doc, call, text};
use crate::graph::{Attr, NodeId, Slide};
use crate::ops::{Part, Value, Window};
use crate::plan::{Access, Beside, beside, channels, two_axes};

impl Writer<'_> {
    /// One part of a convolution from the two others, with what follows it element by element as the epilogue.
    pub(super) fn conv(&mut self, conv: NodeId, id: NodeId, part: Part) {
        let node = self.plan.program.graph.node(conv);
        let (a, b) = (self.plan.base(node.args[0]), self.plan.base(node.args[1]));
        let Some(sliding) = self.sliding(conv, part) else { return };
        let scratch = match self.plan.slots.scratch.get(&id) {
            Some(room) => text(self.room(*room)),
            None => text("&mut []"),
        };
        let sums = crate::plan::sums_batch(&self.plan.program.graph, conv);
        let name = match part {
            Part::Output => "rt::conv",
            Part::Input => "rt::conv_input",
            Part::Weight if sums => "rt::conv_weight_add",
            Part::Weight => "rt::conv_weight",
        };
        let mut args = vec![text("simd"), sliding];
        if sums {
            args.push(text(if self.plan.rows > 1 { "tile.len()" } else { "1" }));
        }
        args.extend([text(self.flat(a)), text(self.flat(b)), text(self.flat_mut(id)), scratch]);
        if conv == id {
            return self.code.statement("", &call(name, args), ";");
        }
        args.push(self.beside_conv(conv, id));
        self.code.statement("", &call(format!("{name}_map"), args), ";");
    }

    /// What is made of a finished vector.
    fn beside_conv(&mut self, conv: NodeId, id: NodeId) -> Doc {
        let space = self.plan.space(id);
        let mut inside = self.inside(&[id], &space);
        let variable = self.local(conv, &inside);
        inside.bound.insert(conv, variable.clone());
        let value = self.value_of(id, &space, &mut inside, true);
        let reads = self.read_beside(&inside, id);
        let at = if reads.iter().any(|(_, read)| read.flat().contains("at.")) { "at" } else { "_" };
        let lets = reads.into_iter().chain(std::mem::take(&mut inside.lets)).collect();
        Doc::Closure(format!("{variable}, {at}"), lets, Box::new(value.doc))
    }

    /// The vectors that an epilogue reads, each with its variable.
    fn read_beside(&self, inside: &Inside, id: NodeId) -> Vec<(String, Doc)> {
        let graph = &self.plan.program.graph;
        let ty = graph.ty(id);
        let read = |access: &Access| {
            let strides = if ty.batched { &access.strides[1..] } else { &access.strides };
            let all = self.flat(access.source);
            match beside(graph.ty(access.source), access.base, strides, &ty.shape) {
                Some(Beside::One) | None => format!("simd.splat({})", self.element(access.source, "0")),
                Some(Beside::Sample) => format!("at.sample(simd, {all})"),
                Some(Beside::Channel) => format!("at.channel(simd, {all})"),
                Some(Beside::Shared) => format!("at.load(simd, {all})"),
                Some(Beside::All) => format!("at.load_sample(simd, {all})"),
            }
        };
        inside.operands.iter().map(|(access, variable)| (variable.clone(), text(read(access)))).collect()
    }

    /// `rt::Conv::of(8, 16, 1, rt::Slide::of(13, 3), rt::Slide::of(13, 3).stride(2))`
    fn sliding(&self, id: NodeId, part: Part) -> Option<Doc> {
        let Attr::Conv(conv) = &self.plan.program.graph.node(id).attr else { return None };
        let (channels, filters) = channels(&self.plan.program.graph, id, part);
        let mut args: Vec<Doc> = [channels, filters, conv.groups].map(|n| text(n.to_string())).into();
        args.extend(two_axes(&conv.axes).map(|axis| text(slide(axis))));
        Some(call("rt::Conv::of", args))
    }

    /// Something made of windows.
    pub(super) fn window(&mut self, id: NodeId, window: Window) {
        let graph = &self.plan.program.graph;
        let node = graph.node(id);
        let Attr::Windows(axes) = &node.attr else { return };
        let sliding = call("rt::Windows::of", two_axes(axes).map(|axis| text(slide(axis))).into());
        let name = match window {
            Window::Sum => "rt::window_sum",
            Window::Spread => "rt::window_spread",
            Window::Max => "rt::window_max",
            Window::ArgMax => "rt::window_argmax",
            Window::Place => "rt::window_place",
            Window::Pick => "rt::window_pick",
        };
        let operands = node.args.iter().map(|&arg| text(self.flat(self.plan.base(arg))));
        let args = [text("simd"), sliding].into_iter().chain(operands).chain([text(self.flat_mut(id))]).collect();
        self.code.statement("", &call(name, args), ";");
    }

    /// What a kernel that a convolution belongs to computes it as.
    pub(super) fn part_of(&self, id: NodeId) -> Option<Part> {
        match self.plan.program.graph.node(id).op.value {
            Value::Conv(part) => Some(part),
            _ => None,
        }
    }
}

/// `rt::Slide::of(28, 3).stride(2).pad(1, 1)`
fn slide(axis: Slide) -> String {
    let Slide { image, window, stride, dilation, before, after } = axis;
    let mut text = format!("rt::Slide::of({image}, {window})");
    if stride != 1 {
        text.push_str(&format!(".stride({stride})"));
    }
    if dilation != 1 {
        text.push_str(&format!(".dilation({dilation})"));
    }
    if (before, after) != (0, 0) {
        text.push_str(&format!(".pad({before}, {after})"));
    }
    text
}
