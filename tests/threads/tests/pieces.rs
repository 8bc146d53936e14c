//! rustc compiles the levels of the instruction set side by side: what is generic goes with the module that it is written in, which is why
//! the functions of each level have one of their own (`runtime/src/levels.rs`). That is rustc's own way of cutting a crate into pieces, and
//! promised nowhere; if it ended, nothing would be wrong but the time that programs take to compile. So this looks into what rustc made of
//! the networks here: what the pieces of their library define.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

/// The modules of `runtime/src/levels.rs`.
const MODULES: [&str; 6] = ["widest_kernels", "wide_kernels", "narrow_kernels", "widest_passes", "wide_passes", "narrow_passes"];

/// The library that this test is linked with: of those beside it the last that was written.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    let beside = std::fs::read_dir(test.parent().expect("it is in a folder")).expect("the folder can be read");
    let libraries = beside.map(|entry| entry.expect("it can be read").path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libtapeless_tests_threads-") && name.ends_with(".rlib")
    });
    let written = |path: &PathBuf| path.metadata().and_then(|data| data.modified()).expect("it has a time");
    libraries.max_by_key(written).expect("the library is beside the test")
}

/// For each piece, the modules of which it defines functions. An error says why that cannot be seen here.
fn pieces() -> Result<BTreeMap<String, BTreeSet<&'static str>>, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the levels are those of x86-64, and the pieces are read as on Linux".to_owned());
    }
    let said = match Command::new("nm").args(["-A", "--defined-only"]).arg(library()).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err("nm (binutils) is not installed".to_owned()),
        said => said.expect("nm starts"),
    };
    assert!(said.status.success(), "nm: {}", String::from_utf8_lossy(&said.stderr));
    let mut pieces: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    // libx.rlib:x.cgu.06.rcgu.o:0000000000000000 T _ZN16tapeless_runtime6levels14narrow_kernels3run17h2d72702f01f3a541E
    for line in String::from_utf8_lossy(&said.stdout).lines() {
        let (Some(piece), Some((_, symbol))) = (line.split(':').nth(1), line.rsplit_once(' ')) else { continue };
        let module = MODULES.into_iter().find(|module| symbol.contains(&format!("6levels{}{module}", module.len())));
        pieces.entry(piece.to_owned()).or_default().extend(module);
    }
    Ok(pieces)
}

#[test]
fn each_level_is_compiled_in_pieces_of_its_own() {
    let pieces = match pieces() {
        Ok(pieces) => pieces,
        Err(reason) => return println!("skipped: {reason}"),
    };
    let found: BTreeSet<&str> = pieces.values().flatten().copied().collect();
    assert_eq!(found, BTreeSet::from(MODULES), "all levels are in the library: {pieces:#?}");
    let several: Vec<_> = pieces.iter().filter(|(_, modules)| modules.len() > 1).collect();
    assert!(several.is_empty(), "levels share pieces: {several:#?}");
}
