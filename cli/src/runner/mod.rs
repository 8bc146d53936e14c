//! Crates with generated code: written into a cache folder, compiled with cargo against the runtime that the command carries, and run.
//!
//! The files beside this one, but `exchange.rs`, are no modules of the command: they are the text of such a crate.

mod build;
pub(crate) mod exchange;

pub(crate) use build::{Effort, cache, compile};

use tapeless_compiler::emit::{Generated, Options, emit};
use tapeless_compiler::network::Network;

use crate::program::Program;
use crate::{Failure, args, show};

/// The sources of a crate: paths below `src` and texts.
pub(crate) type Files = Vec<(String, String)>;

/// The Rust of a network for such a crate.
pub(crate) fn generated(program: &Program, network: &Network, emit_as: Option<args::Emit>) -> Result<Generated, Failure> {
    let options =
        Options { root: "::tapeless_runtime".to_owned(), alloc: false, tests: false, emit: emit_as.map(Into::into), ..Options::default() };
    emit(network, &program.sources, &options).map_err(|diagnostic| {
        show::diagnostics(&program.shown(), &[diagnostic]);
        Failure::Told
    })
}

/// The path of a network's type from the root of such a crate.
fn net(generated: &Generated) -> String {
    format!("network::{}::Net", generated.module)
}

/// The crate that `eval` runs.
pub(crate) fn eval_files(network: &Generated, real: &str, train: bool) -> Files {
    let net = net(network);
    let answers = if train { "train" } else { "predict" };
    let main = format!(
        "//! Runs the network of `network.rs` on the numbers of a file: `cargo run -- in.bin out.bin`.\n\n\
         mod exchange;\nmod network;\nmod run;\n\n\
         fn main() -> std::process::ExitCode {{\n    run::main(run::{answers}::<{net}, {real}>)\n}}\n"
    );
    file_list(&[
        ("main.rs", &main),
        ("network.rs", &network.text),
        ("exchange.rs", include_str!("exchange.rs")),
        ("run.rs", include_str!("run.rs")),
    ])
}

/// The crate that `gradcheck` runs.
pub(crate) fn gradcheck_files(network: &Generated) -> Files {
    let main = include_str!("gradcheck.rs").replace("network::NETWORK", &net(network));
    file_list(&[
        ("main.rs", &main),
        ("network.rs", &network.text),
        ("check/mod.rs", include_str!("check/mod.rs")),
        ("check/differences.rs", include_str!("check/differences.rs")),
        ("check/point.rs", include_str!("check/point.rs")),
        ("check/report.rs", include_str!("check/report.rs")),
        ("check/stack.rs", include_str!("check/stack.rs")),
        ("check/subject.rs", include_str!("check/subject.rs")),
    ])
}

fn file_list(files: &[(&str, &str)]) -> Files {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// `src/check` of the facade is what generated tests run; `gradcheck` has to run the same.
    #[test]
    fn the_check_is_the_facades() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["mod.rs", "differences.rs", "point.rs", "report.rs", "stack.rs", "subject.rs"] {
            let Ok(theirs) = std::fs::read_to_string(here.join("../src/check").join(name)) else { continue };
            let ours = std::fs::read_to_string(here.join("src/runner/check").join(name)).unwrap();
            assert!(ours == theirs, "{name} differs: `cp src/check/*.rs cli/src/runner/check/` in the workspace's root");
        }
    }
}
