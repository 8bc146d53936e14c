//! Writes the parser of the grammar crate from its pest grammar, as pest writes its own: users' builds need neither the generator nor
//! `syn` for it.

use std::path::{Path, PathBuf};

use quote::quote;

/// Why the parser could not be written.
pub type Failure = Box<dyn std::error::Error>;

/// The grammar's source, relative to the repository's root.
pub const GRAMMAR: &str = "grammar/src/nn.pest";

/// The parser written from it.
pub const PARSER: &str = "grammar/src/generated.rs";

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The text of the parser that belongs to the grammar `text`.
///
/// # Errors
/// When the generated code is not Rust.
pub fn parser(grammar: &str) -> Result<String, Failure> {
    let derive = quote! {
        #[grammar_inline = #grammar]
        pub(crate) struct NnParser;
    };
    let code = pest_generator::derive_parser(derive, false);
    let file: syn::File = syn::parse2(quote! {
        pub(crate) struct NnParser;
        #code
    })?;
    let header = "//! The parser of `nn.pest`. Written by `cargo run -p xtask`; do not edit.\n\n";
    Ok(format!("{header}{}", prettyplease::unparse(&file)))
}
