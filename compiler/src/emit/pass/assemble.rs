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

/// A pass as it was written, piece by piece.
pub(super) struct Pieces {
    pub(super) fields: Vec<Field>,
    /// The parameters whose gradients the first tile sets.
    pub(super) set: BTreeSet<usize>,
    /// What stands before all else: the slots of the workspace.
    pub(super) before: String,
    /// What no sample is in.
    pub(super) once: String,
    pub(super) stages: Vec<Stage>,
}

/// What the text of a pass uses.
struct Uses {
    params: bool,
    /// The views of the buffers.
    buffers: bool,
    /// The buffers, as views or as they lie.
    any_buffers: bool,
    key: bool,
    grads: bool,
    num: bool,
    /// As a function; other code has it as a method.
    splat: bool,
    /// The level, by itself or in what is made of it.
    simd: bool,
    chunk: bool,
    /// Whether it makes gradients of parameters.
    gradients: bool,
}

impl PassText<'_> {
    pub(super) fn assemble(&self, pieces: &Pieces) -> WrittenPass {
        let stage_text = |stage: &Stage| format!("{}{}", stage.tile.as_deref().unwrap_or_default(), stage.after);
        let body = format!("{}{}{}", pieces.before, pieces.once, pieces.stages.iter().map(stage_text).collect::<String>());
        let uses = self.uses(pieces, &body);
        let mut code = Code::at(1);
        let construct = self.structure(&mut code, pieces, &uses);
        code.line("");
        code.open(format!("impl<T: rt::Real> rt::Pass<T> for {}<'_, T> {{", self.name));
        code.line("type Output = ();");
        code.line("");
        code.line("#[inline(always)]");
        code.open(format!("fn run<S: rt::Simd<T>>(self, {}: S) {{", if uses.simd { "simd" } else { "_" }));
        self.beginning(&mut code, pieces, &uses);
        code.append_raw(&pieces.before);
        code.append_raw(&pieces.once);
        for (i, stage) in pieces.stages.iter().enumerate() {
            self.stage(&mut code, stage, (i, pieces.stages.len()));
        }
        code.close("}");
        code.close("}");
        let statements = body.lines().filter(|line| line.trim_end().ends_with(';')).count();
        let first =
            if self.keeps_buffers() { self.network.buffers.iter().map(|buffer| buffer.shape.iter().product::<usize>()).sum() } else { 0 };
        let sums = self.plan.sums().into_iter().map(|(at, len)| (first + at, len)).collect();
        WrittenPass { text: code.into_text(), construct, statements, sums }
    }

    fn uses(&self, pieces: &Pieces, body: &str) -> Uses {
        let [params, buffers, key, grads, simd, num, splat] =
            used_words(body, ["params", "buffers", "key", "grads", "simd", "num", "splat"]);
        let per_sample = pieces.stages.iter().any(|stage| stage.tile.is_some());
        let gradients = self.plan.program.results.iter().any(|wanted| matches!(wanted.what, What::Gradient(_)));
        Uses {
            params,
            buffers,
            any_buffers: buffers || body.contains("self.buffers"),
            key,
            grads,
            num,
            splat: has_call(body, "splat"),
            simd: simd || num || splat || (self.emit == Emit::Unrolled && per_sample),
            chunk: per_sample || gradients || body.contains("self.chunk"),
            gradients,
        }
    }

    /// The struct, and what fills its fields.
    fn structure(&self, code: &mut Code, pieces: &Pieces, uses: &Uses) -> Vec<String> {
        code.line(format!("/// {}", self.doc));
        code.open(format!("struct {}<'a, T> {{", self.name));
        let mut construct = Vec::new();
        let mut field = |name: &str, ty: &str, from: &str| {
            code.line(format!("{name}: {ty},"));
            construct.push(if name == from { name.to_owned() } else { format!("{name}: {from}") });
        };
        if uses.params {
            field("params", "&'a [T; PARAMETERS]", "rt::array(\"parameters\", parameters)?");
        }
        if uses.chunk {
            field("chunk", "rt::Chunk", "chunk");
        }
        if uses.any_buffers {
            field("buffers", "&'a [T; BUFFERS]", "rt::array(\"buffers\", buffers)?");
        }
        if uses.key {
            field("step", "rt::Step", "step");
        }
        for one in &pieces.fields {
            field(&one.name, &one.ty, &one.from);
        }
        if !self.plan.slots.is_empty() || self.keeps_buffers() {
            field("workspace", &format!("&'a mut [T; {}]", self.workspace), "rt::array_mut(\"workspace\", workspace)?");
        }
        if uses.gradients {
            field("grads", "&'a mut [T; PARAMETERS]", "rt::array_mut(\"grads\", grads)?");
        }
        if !construct.iter().any(|field| !field.starts_with("chunk")) {
            code.line("of: core::marker::PhantomData<&'a T>,");
            construct.push("of: core::marker::PhantomData".into());
        }
        code.close("}");
        construct
    }

    /// What the text uses by a name of its own, and the gradients that begin at zero.
    fn beginning(&self, code: &mut Code, pieces: &Pieces, uses: &Uses) {
        let own = [
            (uses.num, "let num = |x: f64| simd.splat(T::from_f64(x));"),
            (uses.splat, "let splat = |x: T| simd.splat(x);"),
            (uses.params, "let params = Parameters::of(self.params);"),
            (uses.buffers, "let buffers = BufferViews::of(self.buffers);"),
            (uses.key, "let key = self.step;"),
        ];
        for (_, line) in own.into_iter().filter(|(used, _)| *used) {
            code.line(line);
        }
        let set = &pieces.set;
        if uses.gradients {
            if set.is_empty() {
                code.line("self.chunk.begin(self.grads);");
            }
            if uses.grads || !set.is_empty() {
                code.line("let grads = ParametersMut::of(self.grads);");
            }
            // The others begin in the first tile.
            for (i, parameter) in self.network.parameters.iter().enumerate().filter(|(i, _)| !set.is_empty() && !set.contains(i)) {
                let flat = if parameter.shape.len() >= 2 { ".as_flattened_mut()" } else { "" };
                code.line(format!("self.chunk.begin(grads.{}{flat});", self.names.parameters[i]));
            }
        }
        let asked = pieces.fields.iter().filter(|field| field.from.starts_with("port_grads#"));
        let mut any = asked.map(|field| text(format!("!self.{}.is_empty()", field.name)));
        if let Some(first) = any.next() {
            let doc = Doc::Binary(Box::new(first), any.map(|item| ("||", item)).collect());
            code.statement("let asked = ", &doc, ";");
        }
    }

    /// A run through the samples, and what comes after it: the one of this number among so many.
    fn stage(&self, code: &mut Code, Stage { tile, after }: &Stage, (i, count): (usize, usize)) {
        let Some(tile) = tile else { return code.append_raw(after) };
        code.line("");
        if count > 1 {
            code.line(match (i, i + 1 == count) {
                (_, true) => "// The last run through the samples: all statistics of the batch are there.",
                (0, _) => "// A run through the samples for each level of statistics of the batch.",
                _ => "// The next level: what is needed of the samples is computed again.",
            });
        }
        if self.plan.whole {
            code.line("// The whole batch is one tile: its statistics are there as soon as they are computed.");
            code.line(format!("let tile = rt::Tile::<{}>::whole(self.chunk);", self.plan.rows));
            code.append_raw(tile);
            return code.append_raw(after);
        }
        if self.emit == Emit::Unrolled {
            code.open("for lanes in rt::Lanes::of(simd, self.chunk) {");
        } else {
            code.open(format!("for tile in rt::Tile::<{}>::of(self.chunk) {{", self.plan.rows));
        }
        code.append_raw(tile.trim_start_matches('\n'));
        code.close("}");
        let Some((head, rest)) = after.split_once(AFTER).filter(|(_, rest)| self.cut && !rest.is_empty()) else {
            return code.append_raw(after);
        };
        code.append_raw(&format!("{head}{AFTER}"));
        code.line("");
        code.line("// Where the batch is cut into chunks, this waits for the sums of all.");
        code.open("if self.chunk.stops() {");
        code.line("return;");
        code.close("}");
        code.append_raw(rest);
    }
}
