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

    /// The programs of `tests/seeds` and of the examples, those in Rust files too.
    ///
    /// # Panics
    /// When a folder cannot be read.
    #[must_use]
    pub fn others() -> Vec<Program> {
        let mut programs = Vec::new();
        let folders = [
            ("../seeds", "seeds"),
            ("../../examples", "example"),
            ("../../examples/from_file/nets", "from_file"),
            ("../../examples/embedded/src", "embedded"),
        ];
        for (folder, prefix) in folders {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let entries = std::fs::read_dir(folder).expect("a folder of programs");
            let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
            paths.sort();
            for path in paths {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let name = format!("{prefix}_{stem}");
                match path.extension().and_then(|end| end.to_str()) {
                    Some("nn") => programs.push(Program { name, text: std::fs::read_to_string(&path).expect("a readable program") }),
                    Some("rs") => {
                        let text = std::fs::read_to_string(&path).expect("a readable file");
                        let bodies = text.split("\ntapeless::nn! {\n").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or(rest));
                        programs.extend(bodies.enumerate().map(|(i, body)| Program { name: format!("{name}_{i}"), text: body.to_owned() }));
                    }
                    _ => {}
                }
            }
        }
        programs
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
