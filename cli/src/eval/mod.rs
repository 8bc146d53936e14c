//! `eval`: a network on the tensors of a file, by the generated code or by the interpreter of the graph.

mod evaluator;
mod generated;
mod job;
mod tensors;

use tapeless_compiler::network::Precision;

use crate::args::{Engine, EvalArgs};
use crate::{Failure, Outcome, program, show};

use job::Job;
use tensors::Array;

/// What an evaluation gives: tensors by name.
type Results = Vec<(String, Array)>;

pub(crate) fn run(args: &EvalArgs) -> Outcome {
    if args.engine == Engine::Evaluator {
        for (flag, _) in [("--keep", args.keep.is_some()), ("--emit", args.emit.is_some())].iter().filter(|(_, set)| *set) {
            show::warning(&format!("the engine `evaluator` writes no code: {flag} has no effect"));
        }
    }
    let mut program = program::open_one(&args.model)?;
    let network = program.network(args.network.as_deref())?;
    let given = tensors::read(&args.data)?;
    let job = Job::new(&network, given, args)?;
    let results = match args.engine {
        Engine::Evaluator => evaluator::run(&program, &job)?,
        Engine::Generated => generated::run(&program, &job, args.emit, args.keep.as_deref())?,
    };
    for (name, array) in results.iter().filter(|(name, _)| name == "loss" || name.starts_with("loss.")) {
        if let Some(loss) = array.values.iter().find(|value| !value.is_finite()) {
            return Err(Failure::Failed(format!("`{name}` is {loss}")));
        }
    }
    tensors::write(&args.out, &results, job.precision == Precision::F64)
}
