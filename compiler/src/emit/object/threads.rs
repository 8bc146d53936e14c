//! How many threads share the work of a batch.

use crate::emit::doc::Code;
use crate::emit::module::Module;

/// How many threads share the work of a batch.
pub(super) fn threads(module: &Module<'_>, code: &mut Code) {
    if !module.options.threads {
        return;
    }
    let facade = &module.options.facade;
    let cuts = &module.passes.cuts;
    let least = |least: Option<usize>| least.map(|least| 2 * least);
    let passes = [("`train_step` and `gradients`", cuts.train), ("`evaluate`", cuts.evaluate), ("`predict_batch`", cuts.predict)];
    code.line("");
    code.line("/// Lets `threads` threads share the work of a batch. The bits do not depend on how many; 0 ends it.");
    code.line("///");
    for (what, from) in passes {
        code.line(match least(from) {
            Some(from) => format!("/// {what}: from {from} samples on."),
            None => format!("/// {what}: by one thread, since samples look across the batch."),
        });
    }
    code.line("///");
    code.line(format!("/// What it costs, and what it gives: [`{facade}::Threads`].", facade = facade.trim_start_matches("::")));
    code.open("pub fn set_threads(&mut self, threads: usize) {");
    code.line(format!("self.threads = {facade}::Threads::new(threads);"));
    code.close("}");
    code.line("");
    code.line("/// As `set_threads`, for a network that has just been made.");
    code.line("#[must_use]");
    code.open("pub fn with_threads(mut self, threads: usize) -> Self {");
    code.line("self.set_threads(threads);");
    code.line("self");
    code.close("}");
    code.line("");
    code.line("/// The threads that share the work of a batch.");
    code.open(format!("pub fn threads(&self) -> &{facade}::Threads<{}> {{", module.real));
    code.line("&self.threads");
    code.close("}");
}
