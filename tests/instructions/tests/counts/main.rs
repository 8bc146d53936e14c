//! No workload of the benchmark needs more instructions than `expected.txt` says, nor so many fewer that the table is no longer true.
//!
//! Counts do not depend on what else the machine does, so that a small loss is seen that no clock would show. They say nothing of caches,
//! and only of AVX2: valgrind shows a program no wider vectors.

mod callgrind;
mod table;

use std::process::Command;

use table::Table;

/// What each workload is run for: steps enough to outweigh what two starts of a program may differ by.
const WORKLOADS: [(&str, u64); 6] = [("W1", 1000), ("W2a", 100), ("W2b", 50), ("W3", 10), ("W5", 5), ("W8", 2)];

const BLESS: &str = "TAPELESS_BLESS=1 cargo test --release -p tapeless-tests-instructions";

/// As it is in the folder.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/expected.txt");

fn expected() -> Table {
    std::fs::read_to_string(TABLE).expect("there is a table").parse().expect("the table is as it was written")
}

fn bless() -> bool {
    std::env::var_os("TAPELESS_BLESS").is_some()
}

/// The compiler whose code is counted: two of the same version may differ in LLVM.
fn compiler() -> String {
    let said = Command::new("rustc").arg("-vV").output().expect("rustc has compiled this").stdout;
    let said = String::from_utf8_lossy(&said);
    let after = |key: &str| said.lines().find_map(|line| line.strip_prefix(key)).unwrap_or("unknown").to_owned();
    format!("rustc {}, LLVM {}", after("release: "), after("LLVM version: "))
}

#[test]
fn the_table_has_every_workload() {
    if bless() {
        return;
    }
    let rows = expected().rows;
    assert!(rows.iter().map(|row| row.workload.as_str()).eq(WORKLOADS.map(|(workload, _)| workload)), "write it anew: {BLESS}");
}

#[test]
fn a_step_needs_the_instructions_of_the_table() {
    if cfg!(debug_assertions) {
        assert!(!bless(), "only optimised code is counted: {BLESS}");
        println!("skipped: only optimised code is counted (cargo test --release -p tapeless-tests-instructions)");
        return;
    }
    let rows = match callgrind::counts(&WORKLOADS) {
        Ok(rows) => rows,
        Err(reason) => {
            assert!(!bless(), "nothing is written: {reason}");
            println!("skipped: {reason}");
            return;
        }
    };
    let found = Table { compiler: compiler(), rows };
    if bless() {
        std::fs::write(TABLE, found.to_string()).expect("the table can be written");
        return;
    }
    let comparison = expected().compare(&found);
    assert!(
        comparison.far().next().is_none(),
        "counts have left the table:\n{comparison}\n\
         What has grown is shown by `valgrind --tool=callgrind {} W3 train 20` and `callgrind_annotate`, beside the same before the \
         change.\nIf it is meant, or there is less: {BLESS}",
        env!("CARGO_BIN_EXE_workload")
    );
    println!("{comparison}");
}
