//! `gradcheck`: the check that generated tests run, without a crate of one's own.

use std::process::Command;

use crate::args::GradcheckArgs;
use crate::runner::{self, Effort};
use crate::{Failure, Outcome, program, show};

pub(crate) fn run(args: &GradcheckArgs) -> Outcome {
    let mut program = program::open_one(&args.file)?;
    let network = program.network(args.network.as_deref())?;
    if network.train.losses.is_empty() {
        return Err(Failure::Usage(format!("`{}` has no loss: there is no gradient to check", network.name)));
    }
    let generated = runner::generated(&program, &network, args.emit)?;
    // Two points; of each entry, up to 10,000, four losses and where it disagrees some more.
    let inputs: usize = network.sample_ports().iter().map(|port| port.shape.iter().product::<usize>()).sum();
    let entries = (generated.report.parameter_count as f64 + inputs as f64 * args.samples as f64).min(10_000.0);
    let operations = generated.report.train_operations as f64 * args.samples as f64 * entries * 10.0;
    let program = runner::compile("gradcheck", &runner::gradcheck_files(&generated), Effort::worth(operations), None)?;
    let done = Command::new(&program).args([args.samples.to_string(), args.seed.to_string()]).output();
    let done = done.map_err(|error| Failure::Usage(format!("cannot run `{}`: {error}", program.display())))?;
    show::result(&String::from_utf8_lossy(&done.stdout))?;
    match done.status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Failure::Told),
        _ => Err(Failure::Usage(format!("the generated program failed: {}", String::from_utf8_lossy(&done.stderr).trim()))),
    }
}
