//! Programs to plan.

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::emit::{Programs, programs};
use tapeless_compiler::network::Network;
use tapeless_grammar::span::Sources;

/// A network with this body.
pub(crate) fn network(body: &str) -> Network {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", format!("network Net {{ {body} }}"));
    let made = elaborate(&mut sources, root, &mut NoFiles);
    assert!(!made.has_errors(), "{:?}", made.diagnostics);
    made.networks.into_iter().next().unwrap()
}

/// Its programs.
pub(crate) fn made(body: &str) -> Programs {
    programs(&network(body)).unwrap()
}
