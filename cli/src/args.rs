//! What can be written after `tapeless`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tapeless_compiler::network;

/// Compiles declared neural networks into plain Rust.
#[derive(Debug, Parser)]
#[command(
    name = "tapeless",
    version,
    max_term_width = 120,
    after_help = "\
Exit status: 0 all is well, 1 a program has errors or a check failed, 2 wrong usage or something cannot be read, written or run.
NO_COLOR turns colours off; they are only used on a terminal."
)]
pub(crate) struct Tapeless {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Says what is wrong with programs, and what their networks need
    #[command(after_help = "\
Examples:
  tapeless check nets/moons.nn
  tapeless check src/main.rs            every `nn! { … }` of a Rust file
  tapeless check nets/moons.nn --json")]
    Check(CheckArgs),
    /// Formats programs in place
    #[command(after_help = "\
Examples:
  tapeless fmt nets/*.nn
  tapeless fmt --check nets/*.nn        lists what is not formatted, changes nothing
  tapeless fmt - < moons.nn             from stdin to stdout")]
    Fmt(FmtArgs),
    /// Shows the Rust that a program becomes
    #[command(after_help = "\
Examples:
  tapeless expand nets/moons.nn
  tapeless expand src/main.rs --network Moons
  tapeless expand nets/moons.nn --part backward --emit kernels")]
    Expand(ExpandArgs),
    /// Runs a network on tensors of a safetensors file: outputs, losses, gradients, updated parameters
    #[command(after_help = "\
IN holds inputs and targets by name, with the batch as leading axis, and parameters and buffers by path, or as a checkpoint names
them; absent parameters are initialised from the seed. OUT gets every output by name; in train mode, when the targets are there, also `loss`, `loss.<name>`,
`grad.<path>`, `grad.<input>`, and after the optimizer's steps `updated.<path>`.

The engine `generated` writes the Rust into a crate, compiles it with cargo in a cache folder ($TAPELESS_CACHE, or the user's) and
runs it. The engine `evaluator` interprets the graph and needs no compiler.

Examples:
  tapeless eval moons.nn --data in.safetensors --out out.safetensors
  tapeless eval moons.nn --data in.safetensors --out out.safetensors --mode predict --engine evaluator
  tapeless eval moons.nn --data in.safetensors --out out.safetensors --precision f64 --steps 5 --keep crate")]
    Eval(EvalArgs),
    /// Checks the generated gradients numerically and with dual numbers
    #[command(after_help = "\
Examples:
  tapeless gradcheck nets/moons.nn
  tapeless gradcheck nets/moons.nn --emit kernels --samples 40 --seed 7")]
    Gradcheck(GradcheckArgs),
    /// Takes a network's weights from another framework's file
    #[command(after_help = "\
Names decide: equal ones, and pairs given with --map, each a whole tensor or all that begins with it. How a tensor is laid out is known
from the layer that declares it, not from its shape. What does not fit refuses the whole file. Without --out nothing is written.

Examples:
  tapeless import-weights moons.nn --from pytorch torch.safetensors --out moons.safetensors
  tapeless import-weights moons.nn --from pytorch torch.safetensors --map 0=fc1 --map 2=head
  tapeless import-weights stack.nn --from pytorch torch.safetensors --map lstm=first --map lstm.l1=second")]
    ImportWeights(ImportArgs),
    /// Writes a checkpoint's weights by another framework's names and layouts
    #[command(after_help = "\
Examples:
  tapeless export-weights moons.nn --to pytorch moons.safetensors --out torch.safetensors --map 0=fc1 --map 2=head")]
    ExportWeights(ExportArgs),
    /// Explains a code of an error or warning
    #[command(after_help = "\
Examples:
  tapeless explain E0001
  tapeless explain --list")]
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Programs (`.nn`) or Rust files with `nn! { … }`
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Writes one JSON object (for several files: an array of objects) to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Programs (`.nn`); `-` formats stdin to stdout
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Lists the files that are not formatted, and changes nothing
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExpandArgs {
    /// A program (`.nn`), or a Rust file with `nn! { … }`
    pub(crate) file: PathBuf,
    /// Only this network
    #[arg(long, value_name = "NAME")]
    pub(crate) network: Option<String>,
    /// Only a part of the text
    #[arg(long, value_enum)]
    pub(crate) part: Option<Part>,
    /// How the Rust is written, instead of as the program or the compiler decides
    #[arg(long, value_enum)]
    pub(crate) emit: Option<Emit>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// A program (`.nn`)
    pub(crate) model: PathBuf,
    /// Which network, where the file holds several
    #[arg(long, value_name = "NAME")]
    pub(crate) network: Option<String>,
    /// The safetensors file with inputs, targets, parameters and buffers
    #[arg(long, value_name = "IN")]
    pub(crate) data: PathBuf,
    /// The safetensors file to write
    #[arg(long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// A training step, or outputs only
    #[arg(long, value_enum, default_value_t = Mode::Train)]
    pub(crate) mode: Mode,
    /// What computes
    #[arg(long, value_enum, default_value_t = Engine::Generated)]
    pub(crate) engine: Engine,
    /// How the Rust is written, instead of as the program or the compiler decides
    #[arg(long, value_enum)]
    pub(crate) emit: Option<Emit>,
    /// Element type of the computation and of OUT [default: the program's]
    #[arg(long, value_enum)]
    pub(crate) precision: Option<Precision>,
    /// Optimizer steps on the same batch before `updated.<path>`
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) steps: u64,
    /// The seed of absent parameters and of random operations
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Leaves the crate with the generated code in this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct GradcheckArgs {
    /// A program (`.nn`)
    pub(crate) file: PathBuf,
    /// Only this network
    #[arg(long, value_name = "NAME")]
    pub(crate) network: Option<String>,
    /// How the Rust is written, instead of as the program or the compiler decides
    #[arg(long, value_enum)]
    pub(crate) emit: Option<Emit>,
    /// Samples in the batch
    #[arg(long, value_name = "B", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) samples: u64,
    /// The seed of the random points
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// A program (`.nn`)
    pub(crate) model: PathBuf,
    /// Whose names and layouts
    #[arg(long, value_enum)]
    pub(crate) from: Framework,
    /// The safetensors file with a `state_dict`
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) naming: Naming,
    /// The checkpoint to write
    #[arg(long, value_name = "CHECKPOINT")]
    pub(crate) out: Option<PathBuf>,
    /// The checkpoint's seed, of random operations
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// A program (`.nn`)
    pub(crate) model: PathBuf,
    /// Whose names and layouts
    #[arg(long, value_enum)]
    pub(crate) to: Framework,
    /// The network's checkpoint
    pub(crate) checkpoint: PathBuf,
    #[command(flatten)]
    pub(crate) naming: Naming,
    /// The safetensors file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// Which network, and what is called otherwise.
#[derive(Debug, Args)]
pub(crate) struct Naming {
    /// Which network, where the file holds several
    #[arg(long, value_name = "NAME")]
    pub(crate) network: Option<String>,
    /// Their name and ours; an empty side is all of a network
    #[arg(long, value_name = "THEIRS=OURS", value_parser = pair)]
    pub(crate) map: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (theirs, ours) = text.split_once('=').ok_or("a pair is THEIRS=OURS")?;
    Ok((theirs.to_owned(), ours.to_owned()))
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, as in `error[E0001]`
    #[arg(required_unless_present = "list")]
    pub(crate) code: Option<String>,
    /// Lists all codes
    #[arg(long)]
    pub(crate) list: bool,
}

/// A part of the generated text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The forward passes
    Forward,
    /// The backward half of the gradient's pass
    Backward,
    /// The optimizer's passes and `update`
    Update,
    /// The parameters' layout and views
    Params,
}

/// How the Rust is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// Straight-line scalars over a register of samples
    Unrolled,
    /// Calls of statically shaped kernels
    Kernels,
}

impl From<Emit> for network::Emit {
    fn from(emit: Emit) -> network::Emit {
        match emit {
            Emit::Unrolled => network::Emit::Unrolled,
            Emit::Kernels => network::Emit::Kernels,
        }
    }
}

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// A training step
    Train,
    /// Outputs only
    Predict,
}

/// What computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// The generated Rust, compiled with cargo
    Generated,
    /// The interpreter of the graph
    Evaluator,
}

/// Another framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Framework {
    /// `state_dict` saved with `safetensors.torch.save_file`
    Pytorch,
}

/// Element types of reals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    /// 32 bits
    F32,
    /// 64 bits
    F64,
}

impl From<Precision> for network::Precision {
    fn from(precision: Precision) -> network::Precision {
        match precision {
            Precision::F32 => network::Precision::F32,
            Precision::F64 => network::Precision::F64,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        super::Tapeless::command().debug_assert();
    }
}
