//! The programs of a file: a `.nn` file is one, a Rust file holds one in each `nn! { … }` and names one in each `nn_file!("…")`.

use std::path::{Path, PathBuf};

use syn::visit::Visit;
use tapeless_compiler::elaborate::{Elaboration, elaborate};
use tapeless_compiler::loader::Disk;
use tapeless_compiler::network::Network;
use tapeless_compiler::{Compilation, Options, compile};
use tapeless_grammar::span::{FileId, Sources};
use tapeless_grammar::tokens::text_with_lines;

use crate::{Failure, show};

/// A program and where it comes from.
pub(crate) struct Program {
    /// Its text, and later that of all files it uses, by names without the machine's folders: they get into generated code.
    pub(crate) sources: Sources,
    root: FileId,
    disk: Disk,
    /// The folder that the names are seen from.
    base: PathBuf,
    /// The file's name as the user wrote it.
    written: String,
}

impl Program {
    fn new(base: PathBuf, written: &Path, name: &str, text: String, origin: (u32, u32)) -> Program {
        let mut sources = Sources::new();
        let root = sources.add_at(name, text, origin);
        let disk = Disk::new(&base, root, name);
        Program { sources, root, disk, base, written: written.display().to_string() }
    }

    /// Runs the static world.
    pub(crate) fn elaborate(&mut self) -> Elaboration {
        elaborate(&mut self.sources, self.root, &mut self.disk)
    }

    /// Writes the Rust.
    pub(crate) fn compile(&mut self, options: &Options) -> Compilation {
        compile(&mut self.sources, self.root, &mut self.disk, options)
    }

    /// The same files by names that the user can open.
    pub(crate) fn shown(&self) -> Sources {
        let mut shown = Sources::new();
        for (i, file) in self.sources.files().iter().enumerate() {
            let name = if i == self.root.0 as usize {
                self.written.clone()
            } else if self.disk.files().contains(&file.name) {
                self.base.join(&file.name).display().to_string()
            } else {
                file.name.clone()
            };
            shown.add_at(name, file.text.clone(), file.origin);
        }
        shown
    }

    /// The one network that is meant, without errors; what there is to say has been said.
    pub(crate) fn network(&mut self, name: Option<&str>) -> Result<Network, Failure> {
        let elaboration = self.elaborate();
        show::diagnostics(&self.shown(), &elaboration.diagnostics);
        if elaboration.has_errors() {
            return Err(Failure::Told);
        }
        let names: Vec<String> = elaboration.networks.iter().map(|network| network.name.clone()).collect();
        let at = pick(&names, name, &self.written)?;
        elaboration.networks.into_iter().nth(at).ok_or(Failure::Told)
    }
}

/// Which of the networks `wanted` means; without a name there must be one only.
pub(crate) fn pick(names: &[String], wanted: Option<&str>, file: &str) -> Result<usize, Failure> {
    match (names, wanted) {
        ([], _) => Err(Failure::Usage(format!("`{file}` holds no network"))),
        ([_], None) => Ok(0),
        (_, None) => Err(Failure::Usage(format!("`{file}` holds several networks: say --network with one of {}", names.join(", ")))),
        (_, Some(wanted)) => names.iter().position(|name| name == wanted).ok_or_else(|| {
            let near = tapeless_grammar::nearest(wanted, names.iter().map(String::as_str));
            let hint = near.map_or_else(|| format!("it holds {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
            Failure::Usage(format!("`{file}` holds no network `{wanted}`; {hint}"))
        }),
    }
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let told = |why: String| Failure::Usage(format!("cannot read `{}`: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| told(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| told(format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to())))
}

/// The programs of a file: one of a `.nn` file, any number of a `.rs` file.
pub(crate) fn open(path: &Path) -> Result<Vec<Program>, Failure> {
    let text = read(path)?;
    if path.extension().is_some_and(|extension| extension == "rs") {
        return in_rust(path, &text);
    }
    Ok(vec![file(path, path, text)])
}

/// The one program of a `.nn` file.
pub(crate) fn open_one(path: &Path) -> Result<Program, Failure> {
    if path.extension().is_some_and(|extension| extension == "rs") {
        return Err(Failure::Usage(format!("`{}` is a Rust file; this takes a .nn file", path.display())));
    }
    Ok(file(path, path, read(path)?))
}

fn file(path: &Path, written: &Path, text: String) -> Program {
    let base = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Program::new(base, written, &name, text, (1, 1))
}

fn in_rust(path: &Path, text: &str) -> Result<Vec<Program>, Failure> {
    let parsed = syn::parse_file(text).map_err(|error| {
        let at = error.span().start();
        Failure::Failed(format!("{}:{}:{}: {error}", path.display(), at.line, at.column + 1))
    })?;
    let mut found = Macros::default();
    found.visit_file(&parsed);
    let folder = crate_folder(path);
    let mut programs = Vec::new();
    for invocation in found.invocations {
        match invocation {
            Invocation::Body(tokens) => {
                let start = tokens.clone().into_iter().next().map(|tree| tree.span().start());
                let origin = start.map_or((1, 1), |at| (number(at.line), number(at.column + 1)));
                let (text, _) = text_with_lines(tokens, &|span| Some(span.start().line));
                programs.push(Program::new(folder.clone(), path, "nn!", text, origin));
            }
            Invocation::File(name) => {
                let from = folder.join(&name);
                let text = read(&from)?;
                programs.push(Program::new(folder.clone(), &from, &name, text, (1, 1)));
            }
        }
    }
    Ok(programs)
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(1)
}

/// The nearest folder above that has a Cargo.toml: paths in a macro are seen from there.
fn crate_folder(path: &Path) -> PathBuf {
    let own = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let above = absolute.ancestors().skip(1).find(|folder| folder.join("Cargo.toml").is_file());
    above.map_or(own, Path::to_path_buf)
}

enum Invocation {
    Body(proc_macro2::TokenStream),
    File(String),
}

/// The invocations of `nn!` and `nn_file!`, by whatever path.
#[derive(Default)]
struct Macros {
    invocations: Vec<Invocation>,
}

impl<'ast> Visit<'ast> for Macros {
    fn visit_macro(&mut self, found: &'ast syn::Macro) {
        let Some(last) = found.path.segments.last() else { return };
        if last.ident == "nn" {
            self.invocations.push(Invocation::Body(found.tokens.clone()));
        } else if last.ident == "nn_file"
            && let Ok(path) = found.parse_body::<syn::LitStr>()
        {
            self.invocations.push(Invocation::File(path.value()));
        }
    }
}
