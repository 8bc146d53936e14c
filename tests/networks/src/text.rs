//! The generated text of the programs, compiled while the tests run.

use std::sync::OnceLock;

use tapeless_compiler::elaborate::NoFiles;
use tapeless_compiler::emit::Report;
use tapeless_compiler::network::Emit;
use tapeless_compiler::{Options, compile};
use tapeless_grammar::span::Sources;

use crate::program::Program;

/// Up to as many operations a step and sample, a program is unrolled too; `build.rs` says the same.
pub const UNROLL: usize = 3000;

/// The text of a program in one form.
#[derive(Clone, Debug)]
pub struct Text {
    /// The program.
    pub program: Program,
    /// The form.
    pub emit: Emit,
    /// All of it.
    pub text: String,
    /// Network by network.
    pub networks: Vec<String>,
    /// Name and figures of each network.
    pub reports: Vec<(String, Report)>,
}

impl Text {
    /// Compiles a program.
    ///
    /// # Panics
    /// When it has errors.
    #[must_use]
    pub fn compile(program: &Program, emit: Emit) -> Text {
        Text::of(program, Options { emit: Some(emit), ..Options::default() })
    }

    /// Compiles a program with what threads need.
    ///
    /// # Panics
    /// When it has errors.
    #[must_use]
    pub fn with_threads(program: &Program, emit: Emit) -> Text {
        Text::of(program, Options { emit: Some(emit), threads: true, ..Options::default() })
    }

    fn of(program: &Program, options: Options) -> Text {
        let mut sources = Sources::new();
        let root = sources.add(format!("{}.nn", program.name), program.text.as_str());
        let made = compile(&mut sources, root, &mut NoFiles, &options);
        assert!(!made.has_errors(), "{}: {:?}", program.name, made.diagnostics);
        Text {
            program: program.clone(),
            emit: options.emit.unwrap_or(Emit::Kernels),
            text: made.text(),
            networks: made.networks.iter().map(|network| network.text.clone()).collect(),
            reports: made.networks.iter().map(|network| (network.name.clone(), network.report.clone())).collect(),
        }
    }
}

/// All programs, here, in `tests/seeds` and in the examples, in all forms that fit them.
pub fn texts() -> &'static [Text] {
    static TEXTS: OnceLock<Vec<Text>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let mut texts = Vec::new();
        for program in Program::all().into_iter().chain(Program::others()) {
            let kernels = Text::compile(&program, Emit::Kernels);
            let operations = kernels.reports.iter().map(|report| report.1.train_operations).max().unwrap_or(0);
            texts.push(kernels);
            if operations <= UNROLL {
                texts.push(Text::compile(&program, Emit::Unrolled));
            }
        }
        texts
    })
}
