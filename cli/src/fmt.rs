//! `fmt`: the one style, in place.

use std::io::Read;
use std::path::Path;

use tapeless_grammar::format;
use tapeless_grammar::span::Sources;

use crate::args::FmtArgs;
use crate::{Failure, Outcome, program, show};

pub(crate) fn run(args: &FmtArgs) -> Outcome {
    let mut outcome = Ok(());
    for file in &args.files {
        let done = if file.as_os_str() == "-" { stdin(args.check) } else { in_place(file, args.check) };
        match done {
            // One bad file does not keep the others from being formatted.
            Err(Failure::Told) => outcome = Err(Failure::Told),
            done => done?,
        }
    }
    outcome
}

fn in_place(file: &Path, check: bool) -> Outcome {
    if file.extension().is_some_and(|extension| extension == "rs") {
        return Err(Failure::Usage(format!("`{}` is a Rust file; this formats .nn files", file.display())));
    }
    let text = program::read(file)?;
    let done = formatted(&file.display().to_string(), &text)?;
    if done == text {
        return Ok(());
    }
    if check {
        show::result(&format!("{}\n", file.display()))?;
        return Err(Failure::Told);
    }
    std::fs::write(file, done).map_err(|error| Failure::Usage(format!("cannot write `{}`: {error}", file.display())))
}

fn stdin(check: bool) -> Outcome {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| Failure::Usage(format!("cannot read stdin: {error}")))?;
    let done = formatted("<stdin>", &text)?;
    match check {
        false => show::result(&done),
        true if done == text => Ok(()),
        true => {
            show::result("<stdin>\n")?;
            Err(Failure::Told)
        }
    }
}

fn formatted(name: &str, text: &str) -> Result<String, Failure> {
    format(text).map_err(|diagnostics| {
        let mut sources = Sources::new();
        sources.add(name, text);
        show::diagnostics(&sources, &diagnostics);
        Failure::Told
    })
}
