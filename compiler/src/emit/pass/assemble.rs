//! The pass of its pieces: the struct with its fields, and the function that runs it.

use std::collections::BTreeSet;

use super::{Field, PassText, WrittenPass};
use crate::emit::doc::{Code, Doc, text};
use crate::emit::words::{has_call, used_words};
use crate::network::Emit;
use crate::plan::What;

/// The headline of what comes after the last tile.
const AFTER: &str = "// ---- after the last tile ----\n";

/// One run through the samples.
pub(super) struct Stage {
    /// The work of one tile; none where nothing is computed of samples.
    pub(super) tile: Option<String>,
    /// What comes after the last tile.
    pub(super) after: String,
}

impl PassText<'_> {
    pub(super) fn assemble(&self, fields: &[Field], set: &BTreeSet<usize>, before: &str, once: &str, stages: &[Stage]) -> WrittenPass {
        let name = self.name;
        let stage_text = |stage: &Stage| format!("{}{}", stage.tile.as_deref().unwrap_or_default(), stage.after);
        let body = format!("{before}{once}{}", stages.iter().map(stage_text).collect::<String>());
        let per_sample = stages.iter().any(|stage| stage.tile.is_some());
        let [params, buffers, key, grads, simd, num, splat] =
            used_words(&body, ["params", "buffers", "key", "grads", "simd", "num", "splat"]);
        let mut code = Code::at(1);
        code.line(format!("/// {}", self.doc));
        code.open(format!("struct {name}<'a, T> {{"));
        let mut construct = Vec::new();
        let field = |code: &mut Code, construct: &mut Vec<String>, name: &str, ty: &str, from: &str| {
            code.line(format!("{name}: {ty},"));
            construct.push(if name == from { name.to_owned() } else { format!("{name}: {from}") });
        };
        if params {
            field(&mut code, &mut construct, "params", "&'a [T; PARAMETERS]", "rt::array(\"parameters\", parameters)?");
        }
        let gradients = self.plan.program.results.iter().any(|wanted| matches!(wanted.what, What::Gradient(_)));
        if per_sample || gradients || body.contains("self.chunk") {
            field(&mut code, &mut construct, "chunk", "rt::Chunk", "chunk");
        }
        if buffers || body.contains("self.buffers") {
            field(&mut code, &mut construct, "buffers", "&'a [T; BUFFERS]", "rt::array(\"buffers\", buffers)?");
        }
        if key {
            field(&mut code, &mut construct, "step", "rt::Step", "step");
        }
        for one in fields {
            field(&mut code, &mut construct, &one.name, &one.ty, &one.from);
        }
        if !self.plan.slots.is_empty() || self.keeps_buffers() {
            let ty = format!("&'a mut [T; {}]", self.workspace);
            field(&mut code, &mut construct, "workspace", &ty, "rt::array_mut(\"workspace\", workspace)?");
        }
        if gradients {
            field(&mut code, &mut construct, "grads", "&'a mut [T; PARAMETERS]", "rt::array_mut(\"grads\", grads)?");
        }
        if !construct.iter().any(|field| !field.starts_with("chunk")) {
            code.line("of: core::marker::PhantomData<&'a T>,");
            construct.push("of: core::marker::PhantomData".into());
        }
        code.close("}");
        code.line("");
        code.open(format!("impl<T: rt::Real> rt::Pass<T> for {name}<'_, T> {{"));
        code.line("type Output = ();");
        code.line("");
        code.line("#[inline(always)]");
        let simd = if simd || num || splat || (self.emit == Emit::Unrolled && per_sample) { "simd" } else { "_" };
        code.open(format!("fn run<S: rt::Simd<T>>(self, {simd}: S) {{"));
        if num {
            code.line("let num = |x: f64| simd.splat(T::from_f64(x));");
        }
        if has_call(&body, "splat") {
            code.line("let splat = |x: T| simd.splat(x);");
        }
        if params {
            code.line("let params = Parameters::of(self.params);");
        }
        if buffers {
            code.line("let buffers = BufferViews::of(self.buffers);");
        }
        if key {
            code.line("let key = self.step;");
        }
        if gradients {
            if set.is_empty() {
                code.line("self.chunk.begin(self.grads);");
            }
            if grads || !set.is_empty() {
                code.line("let grads = ParametersMut::of(self.grads);");
            }
            // The others begin in the first tile.
            for (i, parameter) in self.network.parameters.iter().enumerate().filter(|(i, _)| !set.is_empty() && !set.contains(i)) {
                let flat = if parameter.shape.len() >= 2 { ".as_flattened_mut()" } else { "" };
                code.line(format!("self.chunk.begin(grads.{}{flat});", self.names.parameters[i]));
            }
        }
        let asked: Vec<&Field> = fields.iter().filter(|field| field.from.starts_with("port_grads#")).collect();
        if !asked.is_empty() {
            let any: Vec<Doc> = asked.iter().map(|field| text(format!("!self.{}.is_empty()", field.name))).collect();
            let mut any = any.into_iter();
            let first = any.next().unwrap_or(text("false"));
            let doc = Doc::Binary(Box::new(first), any.map(|item| ("||", item)).collect());
            code.statement("let asked = ", &doc, ";");
        }
        code.append_raw(before);
        code.append_raw(once);
        for (i, Stage { tile, after }) in stages.iter().enumerate() {
            let Some(tile) = tile else {
                code.append_raw(after);
                continue;
            };
            code.line("");
            if stages.len() > 1 {
                code.line(match (i, i + 1 == stages.len()) {
                    (_, true) => "// The last run through the samples: all statistics of the batch are there.",
                    (0, _) => "// A run through the samples for each level of statistics of the batch.",
                    _ => "// The next level: what is needed of the samples is computed again.",
                });
            }
            if self.plan.whole {
                code.line("// The whole batch is one tile: its statistics are there as soon as they are computed.");
                code.line(format!("let tile = rt::Tile::<{}>::whole(self.chunk);", self.plan.rows));
                code.append_raw(tile);
                code.append_raw(after);
                continue;
            }
            if self.emit == Emit::Unrolled {
                code.open("for lanes in rt::Lanes::of(simd, self.chunk) {");
            } else {
                code.open(format!("for tile in rt::Tile::<{}>::of(self.chunk) {{", self.plan.rows));
            }
            code.append_raw(tile.trim_start_matches('\n'));
            code.close("}");
            let Some((head, rest)) = after.split_once(AFTER).filter(|(_, rest)| self.cut && !rest.is_empty()) else {
                code.append_raw(after);
                continue;
            };
            code.append_raw(&format!("{head}{AFTER}"));
            code.line("");
            code.line("// Where the batch is cut into chunks, this waits for the sums of all.");
            code.open("if self.chunk.stops() {");
            code.line("return;");
            code.close("}");
            code.append_raw(rest);
        }
        code.close("}");
        code.close("}");
        let statements = body.lines().filter(|line| line.trim_end().ends_with(';')).count();
        let first =
            if self.keeps_buffers() { self.network.buffers.iter().map(|buffer| buffer.shape.iter().product::<usize>()).sum() } else { 0 };
        let sums = self.plan.sums().into_iter().map(|(at, len)| (first + at, len)).collect();
        WrittenPass { text: code.into_text(), construct, statements, sums }
    }
}
