//! `explain`: the page of a code.

use tapeless_grammar::codes;

use crate::args::ExplainArgs;
use crate::{Failure, Outcome, show};

pub(crate) fn run(args: &ExplainArgs) -> Outcome {
    if args.list {
        let rows: String = codes::all().map(|info| format!("{}  {}\n", info.code, info.title)).collect();
        return show::result(&rows);
    }
    let wanted = args.code.as_deref().unwrap_or_default().trim().to_ascii_uppercase();
    match codes::code(&wanted) {
        Some(info) => show::result(&format!("{}: {}\n\n{}\n", info.code, info.title, info.page.trim_end())),
        None => {
            let hint =
                closest(&wanted).map_or_else(|| "`tapeless explain --list` shows all".to_owned(), |near| format!("did you mean `{near}`?"));
            Err(Failure::Usage(format!("there is no code `{wanted}`; {hint}")))
        }
    }
}

/// The code that was probably meant: written without zeros or the letter, or one character off.
fn closest(wanted: &str) -> Option<&'static str> {
    let digits = wanted.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if let Ok(number) = digits.parse::<u32>() {
        let of = |info: &&codes::CodeInfo| info.code.get(1..).and_then(|digits| digits.parse::<u32>().ok());
        let same = codes::all().find(|info| of(info) == Some(number));
        let nearest = || codes::all().min_by_key(|info| of(info).map_or(u32::MAX, |code| code.abs_diff(number)));
        return same.or_else(nearest).map(|info| info.code);
    }
    tapeless_grammar::nearest(wanted, codes::all().map(|info| info.code))
}
