//! `expand`: the Rust that a program becomes.

mod highlight;
mod sections;

use tapeless_compiler::Options;
use tapeless_compiler::emit::Generated;

use crate::args::ExpandArgs;
use crate::{Failure, Outcome, program, show};

pub(crate) fn run(args: &ExpandArgs) -> Outcome {
    let options = Options { emit: args.emit.map(Into::into), ..Options::default() };
    let mut networks: Vec<Generated> = Vec::new();
    let mut wrong = false;
    for mut program in program::open(&args.file)? {
        let compilation = program.compile(&options);
        show::diagnostics(&program.shown(), &compilation.diagnostics);
        wrong |= compilation.has_errors();
        networks.extend(compilation.networks);
    }
    if wrong {
        return Err(Failure::Told);
    }
    if args.network.is_some() || networks.is_empty() {
        let names: Vec<String> = networks.iter().map(|network| network.name.clone()).collect();
        let at = program::pick(&names, args.network.as_deref(), &args.file.display().to_string())?;
        networks = vec![networks.swap_remove(at)];
    }
    let texts: Vec<String> = networks
        .into_iter()
        .map(|network| match args.part {
            Some(part) => sections::cut(&network.text, part),
            None => network.text,
        })
        .collect();
    let text = texts.join("\n");
    if show::coloured(&std::io::stdout()) { show::result(&highlight::rust(&text)) } else { show::result(&text) }
}
