//! The table is whole: every file has its row, every row its file, its name and its words.

use std::collections::BTreeSet;
use std::path::Path;

use tapeless_compiler::ops::{ALL, Value};

#[test]
fn every_file_has_its_row() {
    // What operations share is no operation.
    let shared = ["mod", "shape", "reduced", "convolution", "windows"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ops");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let files: BTreeSet<String> = files.filter(|name| !shared.contains(&name.as_str())).collect();
    let rows: BTreeSet<String> = ALL.iter().map(|op| op.name.to_owned()).collect();
    assert_eq!(files, rows);
    assert_eq!(rows.len(), ALL.len(), "two rows of one name");
}

#[test]
fn every_row_has_its_words() {
    for op in ALL {
        assert!(op.doc.ends_with(['.', '`']), "{}: {:?} is no sentence", op.name, op.doc);
        if let Value::Each { rust, .. } = op.value {
            let operands = op.samples[0].shapes.len();
            let used = (0..operands).all(|i| rust.contains(&format!("{{{i}}}")));
            assert!(used, "{}: {rust:?} does not use its {operands} operands", op.name);
        }
        for formula in op.formula.iter().filter(|formula| !formula.is_empty()) {
            assert!(formula.starts_with("∂L/∂{"), "{}: {formula}", op.name);
        }
    }
}
