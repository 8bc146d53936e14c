//! `cargo run -p xtask`: writes `grammar/src/generated.rs` from `grammar/src/nn.pest`.

use std::fs;

use xtask::{Failure, GRAMMAR, PARSER, parser, root};

fn main() -> Result<(), Failure> {
    let text = parser(&fs::read_to_string(root().join(GRAMMAR))?)?;
    let path = root().join(PARSER);
    // Left untouched where nothing changes, so that nothing is built again.
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(&path, text)?;
    Ok(())
}
