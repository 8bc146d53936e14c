//! The whole road, one stage a line: what the macro, the build script and the command call.

use std::path::PathBuf;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::{FileId, Sources};

use crate::elaborate::{Loader, elaborate};
use crate::emit::{Generated, Options, emit};
use crate::network::Network;

/// What compiling a file gives.
#[derive(Clone, Debug, Default)]
pub struct Compilation {
    /// The Rust of each network without errors.
    pub networks: Vec<Generated>,
    /// The networks as graphs, in the same order.
    pub elaborated: Vec<Network>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// Every file that was read besides the root.
    pub files: Vec<PathBuf>,
}

impl Compilation {
    /// Whether something does not compile.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The Rust of all networks as one file.
    #[must_use]
    pub fn text(&self) -> String {
        self.networks.iter().map(|network| network.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

/// Compiles the program in `root`.
pub fn compile(sources: &mut Sources, root: FileId, loader: &mut dyn Loader, options: &Options) -> Compilation {
    let elaboration = elaborate(sources, root, loader);
    let mut out = Compilation { diagnostics: elaboration.diagnostics, files: elaboration.files, ..Compilation::default() };
    for network in elaboration.networks {
        match emit(&network, sources, options) {
            Ok(generated) => {
                out.networks.push(generated);
                out.elaborated.push(network);
            }
            Err(diagnostic) => out.diagnostics.push(diagnostic),
        }
    }
    out
}
