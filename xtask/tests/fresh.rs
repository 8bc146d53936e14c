//! The committed parser is the one that the grammar gives.

use std::fs;

use xtask::{GRAMMAR, PARSER, parser, root};

#[test]
fn the_committed_parser_is_fresh() -> Result<(), xtask::Failure> {
    let grammar = fs::read_to_string(root().join(GRAMMAR))?;
    let committed = fs::read_to_string(root().join(PARSER))?;
    assert!(parser(&grammar)? == committed, "{PARSER} is stale: run `cargo run -p xtask`");
    Ok(())
}
