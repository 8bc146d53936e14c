//! Compiles `.nn` files from a build script:
//!
//! ```no_run
//! // in `main` of build.rs
//! tapeless_build::compile_or_exit("nets/moons.nn");
//! ```
//!
//! Then `tapeless::include_nn!("moons");` in the crate takes in what was written. The generated code is the same, token by token, as that
//! of `nn!` and of the command.

use std::env;
use std::fmt::{self, Debug, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};

use tapeless_compiler::loader::Disk;
use tapeless_compiler::{Compilation, Options};
use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::render::render_plain;
use tapeless_grammar::span::Sources;

/// Compiles the networks of a file, named from the folder of Cargo.toml, into `OUT_DIR`.
///
/// # Errors
/// Everything that is wrong, rendered by its `Display` and its `Debug`: `fn main() -> Result<(), tapeless_build::Error>` shows it well.
pub fn compile(path: impl AsRef<Path>) -> Result<(), Error> {
    Config::new().compile(path).map(|_| ())
}

/// As [`compile`]; what is wrong goes to stderr, and the build ends there with status 1.
pub fn compile_or_exit(path: impl AsRef<Path>) {
    Config::new().compile_or_exit(path);
}

/// How files are compiled, where [`compile`] does not fit.
#[derive(Clone, Debug)]
pub struct Config {
    base: Option<PathBuf>,
    out_dir: Option<PathBuf>,
    facade: String,
    root: Option<String>,
    alloc: bool,
    threads: bool,
    tests: bool,
    cargo: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config::new()
    }
}

impl Config {
    /// As [`compile`] does it: for a crate that depends on `tapeless` with its feature `alloc`.
    #[must_use]
    pub fn new() -> Config {
        Config {
            base: None,
            out_dir: None,
            facade: "::tapeless".to_owned(),
            root: None,
            alloc: true,
            threads: false,
            tests: true,
            cargo: true,
        }
    }

    /// Where the files go, instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Config {
        self.out_dir = Some(folder.into());
        self
    }

    /// The folder from which paths are named, instead of that of Cargo.toml.
    #[must_use]
    pub fn base(mut self, folder: impl Into<PathBuf>) -> Config {
        self.base = Some(folder.into());
        self
    }

    /// The dependency's name, where it is not `tapeless`.
    #[must_use]
    pub fn dependency(mut self, name: &str) -> Config {
        self.facade = format!("::{}", name.replace('-', "_"));
        self
    }

    /// The path to the runtime, where it is not `rt` of the dependency: `::tapeless_runtime`. The network is then written without its object.
    #[must_use]
    pub fn runtime(mut self, path: &str) -> Config {
        self.root = Some(path.to_owned());
        self.alloc = false;
        self
    }

    /// Whether the network is also written as an object that owns its storage. It needs an allocator and the dependency's feature `alloc`.
    #[must_use]
    pub fn alloc(mut self, alloc: bool) -> Config {
        self.alloc = alloc;
        self
    }

    /// Whether what threads need to share a batch is written too. It needs the object and the dependency's feature `threads`.
    #[must_use]
    pub fn threads(mut self, threads: bool) -> Config {
        self.threads = threads;
        self
    }

    /// Whether a gradient check is written as a test of the crate. It needs the object.
    #[must_use]
    pub fn tests(mut self, tests: bool) -> Config {
        self.tests = tests;
        self
    }

    /// Whether to tell cargo, on stdout, which files to watch and what to warn of. Outside a build script one does not.
    #[must_use]
    pub fn cargo(mut self, cargo: bool) -> Config {
        self.cargo = cargo;
        self
    }

    /// Compiles a file; gives the path of the file written, `OUT_DIR/<stem>.rs`. One that is equal already is left untouched.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn compile(&self, path: impl AsRef<Path>) -> Result<PathBuf, Error> {
        let name = path.as_ref().to_string_lossy().replace('\\', "/");
        let base = self.base.clone().or_else(|| env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)).unwrap_or_default();
        self.watch(&name);
        let text = Disk::text(&base, &name).map_err(|why| Error { text: format!("error: cannot read `{name}`: {why}") })?;

        let mut sources = Sources::new();
        let root = sources.add(name.clone(), text);
        let mut disk = Disk::new(base, root, &name);
        let options = Options {
            root: self.root.clone().unwrap_or_else(|| format!("{}::rt", self.facade)),
            facade: self.facade.clone(),
            alloc: self.alloc,
            tests: self.tests && self.alloc,
            threads: self.threads && self.alloc,
            ..Options::default()
        };
        let compilation = tapeless_compiler::compile(&mut sources, root, &mut disk, &options);
        disk.files().iter().for_each(|file| self.watch(file));

        let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) =
            compilation.diagnostics.iter().cloned().partition(Diagnostic::is_error);
        render_plain(&sources, &warnings).lines().for_each(|line| self.tell(&format!("warning={line}")));
        if !errors.is_empty() {
            return Err(Error { text: render_plain(&sources, &errors) });
        }
        self.write(&name, &compilation)
    }

    /// As [`Config::compile`]; what is wrong goes to stderr, and the build ends there with status 1.
    pub fn compile_or_exit(&self, path: impl AsRef<Path>) {
        if let Err(error) = self.compile(path) {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }

    fn write(&self, name: &str, compilation: &Compilation) -> Result<PathBuf, Error> {
        let folder = self.out_dir.clone().or_else(|| env::var_os("OUT_DIR").map(PathBuf::from));
        let folder = folder.ok_or_else(|| Error { text: "error: OUT_DIR is not set: outside a build script, say `out_dir`".to_owned() })?;
        let stem = Path::new(name).file_stem().unwrap_or_default();
        let path = folder.join(stem).with_extension("rs");
        let text = compilation.text();
        if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(path);
        }
        let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text));
        written.map_err(|error| Error { text: format!("error: cannot write `{}`: {error}", path.display()) })?;
        Ok(path)
    }

    fn watch(&self, name: &str) {
        // Cargo names files from the folder of Cargo.toml.
        let path = self.base.as_ref().map_or(PathBuf::from(name), |base| base.join(name));
        self.tell(&format!("rerun-if-changed={}", path.display()));
    }

    fn tell(&self, what: &str) {
        if self.cargo {
            println!("cargo::{what}");
        }
    }
}

/// What is wrong, as people read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// What a build script's `main` returns is shown by its `Debug`.
impl Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.text)
    }
}

impl std::error::Error for Error {}
