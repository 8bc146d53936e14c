//! From the tree to graphs: the static world is run once, and what is left is a network.
//!
//! `files` says which items a body sees, `scope` which names, `instance` how parameters are called. `statement`, `expr`, `call` and
//! their neighbours run a body; `primitives` is the table of what the compiler itself knows. `network` and `optimizer` put the
//! results together. Nothing here differentiates (`derivative` asks [`crate::differentiate`]) or simplifies.

mod arguments;
mod batch;
mod block;
mod call;
mod consts;
mod derivative;
mod expr;
mod files;
mod index;
mod initialiser;
mod instance;
mod kept;
mod limits;
mod loops;
mod network;
mod number;
mod operators;
mod optimizer;
mod paths;
mod pattern;
mod ports;
mod prelude;
mod primitives;
mod report;
mod schedule;
mod scope;
mod show;
mod state;
mod statement;
mod store;
mod tensor;
mod unroll;
mod value;

use std::path::PathBuf;
use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::{FileId, Sources};

use crate::differentiate::Mode;
use crate::network::Network;
use files::Files;
use network::PassState;
use report::Report;
use scope::Frame;

pub use prelude::documentation;
pub use primitives::{Builtin, builtins};

/// Resolves the paths of `use`.
pub trait Loader {
    /// The canonical name and the text of the file that `path`, written in the file `from`, means.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn load(&mut self, from: FileId, path: &str) -> Result<(String, String), String>;
}

/// A loader for programs that stand alone: every `use` is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _: FileId, _: &str) -> Result<(String, String), String> {
        Err("there are no files here".to_owned())
    }
}

/// What elaboration gives.
#[derive(Clone, Debug, Default)]
pub struct Elaboration {
    /// The networks of the root file without errors, in their order.
    pub networks: Vec<Network>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// Every file that was read besides the root, by canonical name.
    pub files: Vec<PathBuf>,
}

impl Elaboration {
    /// Whether something does not compile.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Runs the program in `root` and gives its networks.
pub fn elaborate(sources: &mut Sources, root: FileId, loader: &mut dyn Loader) -> Elaboration {
    elaborate_with(sources, root, loader, Mode::Cheaper)
}

/// [`elaborate`], with the derivatives in the program taken as `mode` says.
pub fn elaborate_with(sources: &mut Sources, root: FileId, loader: &mut dyn Loader, mode: Mode) -> Elaboration {
    let mut files = Files::new();
    let mut report = Report::default();
    let mut syntax = Vec::new();
    let root = files.add(sources, root, loader, &mut syntax);
    syntax.into_iter().for_each(|diagnostic| report.push(diagnostic));
    let mut networks = Vec::new();
    if !report.has_errors() {
        let mut elab = Elab {
            sources,
            files,
            report,
            pass: PassState::default(),
            frames: Vec::new(),
            context: Rc::from(""),
            used: limits::Used::default(),
            mode,
        };
        networks = elab.networks(root);
        (files, report) = (elab.files, elab.report);
    }
    let mut diagnostics = report.diagnostics;
    diagnostics.sort_by_key(Diagnostic::span);
    Elaboration { networks, diagnostics, files: files.read.into_iter().map(PathBuf::from).collect() }
}

/// The state of an elaboration.
struct Elab<'s> {
    sources: &'s mut Sources,
    files: Files,
    report: Report,
    pass: PassState,
    frames: Vec<Frame>,
    /// The layer instance or name that new nodes belong to.
    context: Rc<str>,
    used: limits::Used,
    mode: Mode,
}
