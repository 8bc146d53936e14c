//! The description of a network for code that works with any.

use super::Module;
use super::lists::{field, list, pairs, strings};
use crate::emit::asserts;
use crate::emit::doc::{Code, Doc, call, structure, text};
use crate::emit::element::literal;
use crate::emit::views::place;
use crate::emit::words::uses_word;
use crate::network::{Emit, Port};

impl Module<'_> {
    /// The description for code that works with any network.
    pub(super) fn net(&self, code: &mut Code) {
        code.line("");
        code.line("/// The network as a type, for code that works with any network.");
        code.line("#[derive(Clone, Copy, Debug)]");
        code.line("pub struct Net;");
        code.line("");
        code.open("impl rt::Network for Net {");
        code.line(format!("const NAME: &'static str = \"{}\";", self.network.name));
        code.line("const PARAMETERS: &'static [rt::Entry] = LAYOUT;");
        let buffers = if self.network.buffers.is_empty() { "&[]" } else { "BUFFER_LAYOUT" };
        code.line(format!("const BUFFERS: &'static [rt::Entry] = {buffers};"));
        if self.carries() {
            code.line("const STATES: &'static [rt::Entry] = STATE_LAYOUT;");
        }
        list(code, "SLOTS", "rt::Slot", &self.layout.slots, |slot| {
            vec![
                field("name", format!("\"{}\"", slot.name)),
                field("path", format!("\"{}\"", slot.path)),
                field("offset", slot.offset.to_string()),
                field("len", slot.len.to_string()),
                field("initial", literal(slot.initial)),
            ]
        });
        pairs(code, "SCALAR_SLOTS", &self.layout.scalars);
        pairs(code, "HYPER", &self.layout.hyper);
        let port = |port: &(String, Vec<usize>, Option<u32>, bool)| {
            vec![
                field("name", format!("\"{}\"", port.0)),
                field("shape", format!("&{:?}", port.1)),
                field("index", format!("{:?}", port.2)),
                field("target", port.3.to_string()),
            ]
        };
        let ports = |ports: &[Port]| -> Vec<_> { ports.iter().map(|p| (p.name.clone(), p.shape.clone(), p.index, p.target)).collect() };
        let outputs = |outputs: &[(String, Vec<usize>)]| -> Vec<_> {
            outputs.iter().map(|(name, shape)| (name.clone(), shape.clone(), None, false)).collect()
        };
        list(code, "PORTS", "rt::Port", &ports(&self.sample_ports), port);
        list(code, "OUTPUTS", "rt::Port", &outputs(&self.sample_outputs()), port);
        if self.network.unroll.is_some() {
            list(code, "STEP_PORTS", "rt::Port", &ports(&self.network.ports), port);
            list(code, "STEP_OUTPUTS", "rt::Port", &outputs(&self.passes.outputs), port);
            code.line("const UNROLL: usize = UNROLL;");
        }
        let names = |named: &[crate::network::Named]| named.iter().map(|n| format!("{:?}", n.name)).collect::<Vec<_>>();
        strings(code, "LOSSES", &names(&self.network.train.losses));
        strings(code, "METRICS", &names(&self.network.predict.metrics));
        for (name, value) in [
            ("PARAMETER_LEN", "PARAMETERS"),
            ("BUFFER_LEN", "BUFFERS"),
            ("STATE_LEN", "OPTIMIZER_STATE"),
            ("TRAIN_WORKSPACE", "TRAIN_WORKSPACE"),
            ("EVALUATE_WORKSPACE", "EVALUATE_WORKSPACE"),
            ("PREDICT_WORKSPACE", "PREDICT_WORKSPACE"),
        ] {
            code.line(format!("const {name}: usize = {value};"));
        }
        if self.carries() {
            code.line("const CARRIED_LEN: usize = STATE;");
        }
        code.line(format!("const SMOOTH: bool = {};", self.facts.smooth));
        if self.facts.stops {
            code.line("const STOPS: bool = true;");
        }
        if self.network.batch.is_some() {
            code.line("const BATCH: Option<usize> = Some(BATCH);");
        }
        code.line("");
        self.whole(code, &self.predict_function());
        code.line("");
        self.whole(code, &self.evaluate_function());
        code.line("");
        self.whole(code, &self.gradients_function());
        code.line("");
        code.open("fn update<T: rt::Real>(");
        for line in ["parameters: &mut [T],", "grads: &[T],", "state: &mut [T],", "scalars: &mut [f64],", "hyper: &[f64],", "step: u64,"] {
            code.line(line);
        }
        code.close(") {");
        code.open_more();
        code.open("update(");
        for line in [
            "rt::row_mut(parameters),",
            "rt::row(grads),",
            "rt::row_mut(state),",
            "rt::row_mut(scalars),",
            "&Hyper::from_list(rt::row(hyper)),",
            "step,",
        ] {
            code.line(line);
        }
        code.close(");");
        code.close("}");
        code.close("}");
    }

    /// The part of a trait function that makes a pass and runs it.
    pub(super) fn run(&self, code: &mut Code, name: &str, dispatch: &str) {
        let Some(construct) = self.passes.written.iter().find(|pass| pass.0 == name).map(|pass| &pass.1.construct) else { return };
        let struct_name = format!("{name}Pass");
        let mut lines = Vec::new();
        let mut last: Option<(String, usize)> = None;
        for field in construct {
            // Whoever has the losses elsewhere has no use for the gradients of the inputs.
            if let (Some((field, _)), "Backward") = (field.split_once(": port_grads#"), name) {
                lines.push(format!("{field}: &mut []"));
                continue;
            }
            // `out_p: outputs#0`; `r#match: …` is another thing.
            match field.rsplit_once('#').and_then(|(head, index)| Some((head, index.parse::<usize>().ok()?))) {
                Some((head, index)) => {
                    let (field, source) = head.split_once(": ").unwrap_or((head, "outputs"));
                    let skip = match &last {
                        Some((earlier, at)) if earlier == source => index - at - 1,
                        _ => index,
                    };
                    last = Some((source.to_owned(), index));
                    let skip = if skip > 0 { format!("{source}.by_ref().skip({skip})") } else { source.to_owned() };
                    let from = if skip == source { format!("&mut {source}") } else { format!("&mut {skip}") };
                    lines.push(format!("{field}: rt::next_column({from})"));
                }
                None => lines.push(field.clone()),
            }
        }
        for source in ["outputs", "port_grads"] {
            if construct.iter().any(|field| field.contains(&format!("{source}#"))) && !(name == "Backward" && source == "port_grads") {
                code.line(format!("let mut {source} = {source}.iter_mut();"));
            }
        }
        code.statement("let pass = ", &structure(&struct_name, &lines), ";");
        code.line(format!("{dispatch}(pass);"));
    }

    /// Runs an unrolled pass, for one sample without vectors.
    pub(super) fn run_by_lanes(&self, code: &mut Code, name: &str) {
        code.line("// One sample has no use for wide vectors.");
        code.line("let one = samples == 1;");
        let mut text = Code::at(3);
        self.run(&mut text, name, "DISPATCH");
        let text = text.into_text();
        let (make, _) = text.rsplit_once("            DISPATCH(pass);\n").unwrap_or((&text, ""));
        code.append_raw(make);
        code.open("if one {");
        code.line("rt::one_lane(pass);");
        code.close("} else {");
        code.open_more();
        code.line("T::dispatch(pass);");
        code.close("}");
    }

    /// A function of the trait. Arguments that it does not use get an underscore, and so does the number of samples; what does not
    /// look at samples has no chunk of them.
    pub(super) fn trait_function(&self, code: &mut Code, head: &str, parameters: &[(&str, &str)], end: &str, body: &str) {
        let body = &without_line(body, "            let chunk = rt::Chunk::whole(samples);\n", "chunk");
        let body = &without_line(body, "            let samples = chunk.size();\n", "samples");
        let unnamed = body.replacen("let samples", "let _", 1);
        let body = if uses_word(&unnamed, "samples") { body } else { unnamed.as_str() };
        let list: Vec<String> = parameters
            .iter()
            .map(|(name, ty)| if uses_word(body, name) { format!("{name}: {ty}") } else { format!("_{name}: {ty}") })
            .collect();
        code.signature(head, &list, end);
        code.append_raw(body);
        code.close("}");
    }

    fn predict_function(&self) -> Function {
        let mut checks = Code::at(3);
        let inputs = self.network.ports.iter().filter(|port| !port.target).count();
        let targets_last = self.network.ports.iter().take(inputs).all(|port| !port.target);
        if targets_last {
            checks.line(format!("let samples = rt::samples_of(&Self::{}[..{inputs}], ports)?;", self.step_ports()));
        } else {
            checks.line(self.input_ports());
        }
        self.check_states(&mut checks);
        let mut run = Code::at(3);
        if self.passes.predict_emit == Emit::Kernels {
            self.run(&mut run, "Predict", "T::dispatch");
        } else {
            self.run_by_lanes(&mut run, "Predict");
        }
        let parameters = &[
            ("parameters", "&[T]"),
            ("buffers", "&[T]"),
            ("ports", "&[rt::Column<'_, T>]"),
            ("states", "&mut [T]"),
            ("workspace", "&mut [T]"),
            ("outputs", "&mut [&mut [T]]"),
        ];
        Function { name: "predict", parameters, result: "()", checks: checks.into_text(), run: run.into_text() }
    }

    pub(super) fn step_ports(&self) -> &'static str {
        if self.network.unroll.is_some() { "STEP_PORTS" } else { "PORTS" }
    }

    /// Outputs of a training sample.
    pub(super) fn sample_outputs(&self) -> Vec<(String, Vec<usize>)> {
        self.passes.outputs.iter().map(|(name, shape)| (name.clone(), self.network.sample_shape(shape))).collect()
    }

    pub(super) fn check_states(&self, body: &mut Code) {
        if self.carries() {
            body.line("rt::states_of(STATE, samples, states)?;");
        }
    }

    /// The descriptions of the inputs, where targets stand between them.
    pub(super) fn input_ports(&self) -> String {
        let picks: Vec<String> = self
            .network
            .ports
            .iter()
            .enumerate()
            .filter(|(_, port)| !port.target)
            .map(|(i, _)| format!("Self::{}[{i}]", self.step_ports()))
            .collect();
        format!("let samples = rt::samples_of(&[{}], ports)?;", picks.join(", "))
    }

    fn evaluate_function(&self) -> Function {
        let mut checks = Code::at(3);
        checks.line("let samples = rt::samples_of(Self::PORTS, ports)?;");
        self.check_states(&mut checks);
        let mut run = Code::at(3);
        run.line("let mut total = T::ZERO;");
        self.run(&mut run, "Evaluate", "T::dispatch");
        let parameters = &[
            ("parameters", "&[T]"),
            ("buffers", "&[T]"),
            ("ports", "&[rt::Column<'_, T>]"),
            ("states", "&mut [T]"),
            ("workspace", "&mut [T]"),
            ("losses", "&mut [T]"),
            ("metrics", "&mut [T]"),
        ];
        Function { name: "evaluate", parameters, result: "T", checks: checks.into_text(), run: run.into_text() }
    }

    fn gradients_function(&self) -> Function {
        let mut checks = Code::at(3);
        checks.line("let samples = rt::samples_of(Self::PORTS, ports)?;");
        self.check_states(&mut checks);
        asserts::write(&mut checks, self.network);
        let mut run = Code::at(3);
        run.line("let mut total = T::ZERO;");
        // What the losses do not depend on has no gradient but 0.
        let filled = |what: &str| {
            let pass = self.passes.written.iter().find(|pass| pass.0 == "Gradients");
            pass.is_some_and(|pass| pass.1.construct.iter().any(|field| field.ends_with(what)))
        };
        if self.network.ports.iter().enumerate().any(|(i, port)| port.index.is_none() && !filled(&format!("port_grads#{i}"))) {
            run.line("port_grads.iter_mut().for_each(|port| port.fill(T::ZERO));");
        }
        if !self.network.parameters.is_empty() && !filled("rt::array_mut(\"grads\", grads)?") {
            run.line("grads.fill(T::ZERO);");
        }
        if self.passes.emit == Emit::Kernels {
            self.run(&mut run, "Gradients", "T::dispatch");
        } else {
            self.run_by_lanes(&mut run, "Gradients");
        }
        let parameters = &[
            ("parameters", "&[T]"),
            ("buffers", "&[T]"),
            ("ports", "&[rt::Column<'_, T>]"),
            ("states", "&mut [T]"),
            ("step", "rt::Step"),
            ("workspace", "&mut [T]"),
            ("outputs", "&mut [&mut [T]]"),
            ("grads", "&mut [T]"),
            ("port_grads", "&mut [&mut [T]]"),
            ("losses", "&mut [T]"),
        ];
        Function { name: "gradients", parameters, result: "T", checks: checks.into_text(), run: run.into_text() }
    }

    /// The functions that run a pass, for a whole batch.
    fn whole(&self, code: &mut Code, function: &Function) {
        let Function { name, parameters, result, checks, run } = function;
        let finite = "rt::finite_losses(Self::LOSSES, losses, total)";
        let mut body = Code::at(3);
        body.append_raw(checks);
        let apart = *name == "gradients" && !self.passes.late.is_empty();
        if self.options.threads || apart {
            let args = parameters.iter().map(|parameter| parameter.0);
            let args = std::iter::once("rt::Chunk::whole(samples)").chain(args).map(text).collect();
            let of = if self.options.threads { "<Self as rt::Chunked>" } else { "Self" };
            let pass = call(format!("{of}::{name}_chunk"), args);
            match *result {
                "()" => body.statement("", &pass, ""),
                _ => {
                    body.statement("let total = ", &pass, "?;");
                    body.line(finite);
                }
            }
        } else {
            body.line("let chunk = rt::Chunk::whole(samples);");
            body.append_raw(run);
            body.line(if *result == "()" { "Ok(())" } else { finite });
        }
        let end = format!(" -> Result<{result}, rt::DataError>");
        self.trait_function(code, &format!("fn {name}<T: rt::Real>"), parameters, &end, &body.into_text());
    }

    /// What lets threads share a batch.
    pub(super) fn chunked(&self, code: &mut Code) {
        if !self.options.threads {
            if !self.passes.late.is_empty() {
                code.line("");
                code.open("impl Net {");
                self.chunk_function(code, self.gradients_function());
                code.close("}");
            }
            return;
        }
        let cuts = &self.passes.cuts;
        code.line("");
        code.open("impl rt::Chunked for Net {");
        for (name, least) in [("PREDICT", cuts.predict), ("EVALUATE", cuts.evaluate), ("TRAIN", cuts.train)] {
            match least {
                Some(least) => {
                    let fields = [format!("least: {least}"), format!("rows: {}", cuts.rows)];
                    code.statement(&format!("const {name}: rt::Cut = "), &structure("rt::Cut", &fields), ";");
                }
                None => code.line(format!("const {name}: rt::Cut = rt::Cut::NONE;")),
            }
        }
        code.line(format!("const LATE: &'static [rt::Late] = {};", if self.passes.late.is_empty() { "&[]" } else { "LATE" }));
        code.line("const TILE: usize = TILE;");
        self.sums(code, "fn evaluate_sums()", "Evaluate");
        self.sums(code, "fn train_sums()", "Gradients");
        let placed = place(&self.network.parameters);
        let read = self.passes.gradients_read.iter().map(|&parameter| (placed[parameter].offset, placed[parameter].len));
        rooms(code, "fn gradients_read()", read);
        let mut asserts = Code::at(3);
        asserts::write(&mut asserts, self.network);
        let asserts = asserts.into_text();
        if !asserts.is_empty() {
            code.line("");
            code.open("fn holds(samples: usize) -> Result<(), rt::DataError> {");
            code.append_raw(&asserts);
            code.line("Ok(())");
            code.close("}");
        }
        for function in [self.predict_function(), self.evaluate_function(), self.gradients_function()] {
            code.line("");
            self.chunk_function(code, function);
        }
        code.close("}");
    }

    /// The function that runs a pass over a chunk.
    fn chunk_function(&self, code: &mut Code, Function { name, parameters, result, run, .. }: Function) {
        let mut body = Code::at(3);
        body.line("let samples = chunk.size();");
        body.append_raw(&run);
        body.line(if result == "()" { "Ok(())" } else { "Ok(total)" });
        let parameters: Vec<_> = std::iter::once(("chunk", "rt::Chunk")).chain(parameters.iter().copied()).collect();
        let end = format!(" -> Result<{result}, rt::DataError>");
        if !self.options.threads {
            super::clippy_arguments(code, parameters.len());
        }
        self.trait_function(code, &format!("fn {name}_chunk<T: rt::Real>"), &parameters, &end, &body.into_text());
    }

    /// Where the workspace of a pass holds sums.
    fn sums(&self, code: &mut Code, head: &str, name: &str) {
        let sums = self.passes.written.iter().find(|pass| pass.0 == name).map(|pass| pass.1.sums.as_slice()).unwrap_or_default();
        rooms(code, head, sums.iter().copied());
    }
}

/// A function that gives these places.
fn rooms(code: &mut Code, head: &str, rooms: impl Iterator<Item = (usize, usize)>) {
    code.line("");
    code.open(format!("{head} -> &'static [rt::Room] {{"));
    code.statement("&", &Doc::Array(rooms.map(|room| text(format!("{room:?}"))).collect()), "");
    code.close("}");
}

/// A function of the trait that runs a pass.
struct Function {
    name: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    result: &'static str,
    /// What is asked of the data first.
    checks: String,
    /// The pass over `chunk`, whose tiles `samples` decides.
    run: String,
}

/// The text without the line that gives `name` its value, where nothing else has that name.
fn without_line(body: &str, line: &str, name: &str) -> String {
    match body.replacen(line, "", 1) {
        rest if uses_word(&rest, name) => body.to_owned(),
        rest => rest,
    }
}
