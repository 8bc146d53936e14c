//! The programs: their text, and what random data suits them.

use std::path::Path;

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::network::{Network, Precision};
use tapeless_grammar::span::Sources;

/// The folder of the programs.
pub const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/programs");

/// A program.
#[derive(Clone, Debug)]
pub struct Program {
    /// `moons`
    pub name: String,
    /// What stands in its file.
    pub text: String,
}

impl Program {
    /// The program of a name.
    ///
    /// # Panics
    /// When there is no such file.
    #[must_use]
    pub fn named(name: &str) -> Program {
        let text = std::fs::read_to_string(Path::new(PROGRAMS).join(format!("{name}.nn"))).expect("a program of this name");
        Program { name: name.to_owned(), text }
    }

    /// All programs, by name.
    ///
    /// # Panics
    /// When the folder cannot be read.
    #[must_use]
    pub fn all() -> Vec<Program> {
        let entries = std::fs::read_dir(PROGRAMS).expect("the folder of programs");
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.expect("an entry").file_name().to_string_lossy().strip_suffix(".nn").map(str::to_owned))
            .collect();
        names.sort();
        names.iter().map(|name| Program::named(name)).collect()
    }

    /// Its networks, in f64.
    ///
    /// # Panics
    /// When it has errors.
    #[must_use]
    pub fn networks(&self) -> Vec<Network> {
        let mut sources = Sources::new();
        let root = sources.add(format!("{}.nn", self.name), self.text.as_str());
        let made = elaborate(&mut sources, root, &mut NoFiles);
        assert!(!made.has_errors(), "{:?}", made.diagnostics);
        let mut networks = made.networks;
        networks.iter_mut().for_each(|network| network.precision = Precision::F64);
        networks
    }
}
