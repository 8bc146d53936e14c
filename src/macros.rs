//! The doors for programs: shells that tell the expansion what this crate is called where it is used.

/// Compiles the networks of its body, written in the `nn` language.
#[macro_export]
macro_rules! nn {
    ($($program:tt)*) => { $crate::__nn_expand! { ($crate) $($program)* } };
}

/// Compiles the networks of a `.nn` file. The path is relative to the folder of the crate's `Cargo.toml`.
#[macro_export]
macro_rules! nn_file {
    ($($path:tt)*) => { $crate::__nn_file_expand! { ($crate) $($path)* } };
}

/// Includes what `tapeless_build::compile("nets/moons.nn")` has written: `include_nn!("moons")`.
#[macro_export]
macro_rules! include_nn {
    ($stem:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $stem, ".rs"));
    };
}
