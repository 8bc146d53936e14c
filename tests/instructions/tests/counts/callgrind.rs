//! Instructions by `valgrind --tool=callgrind`: of a step, the difference of two runs, so that neither start nor data is in it.

use std::io::ErrorKind;
use std::process::Command;

use crate::table::Row;

/// Counts each workload, run for so many steps and for twice as many. An error says why nothing can be counted here.
///
/// # Panics
/// Where a workload fails, or does not run with the vectors that the machine has.
pub(crate) fn counts(workloads: &[(&str, u64)]) -> Result<Vec<Row>, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("the table is of x86-64 Linux".to_owned());
    }
    match Command::new("valgrind").arg("--version").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Err("valgrind is not installed".to_owned()),
        said => said.expect("valgrind starts"),
    };
    let row = |&(workload, steps): &(&str, u64)| {
        let step = |direction| -> Result<u64, String> {
            let [once, twice] = [run(workload, direction, steps)?, run(workload, direction, 2 * steps)?];
            Ok((twice - once) / steps)
        };
        Ok(Row { workload: workload.to_owned(), train: step("train")?, infer: step("infer")? })
    };
    workloads.iter().map(row).collect()
}

/// All instructions of a run.
fn run(workload: &str, direction: &str, steps: u64) -> Result<u64, String> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", env!("CARGO_BIN_EXE_workload")]);
    // What the user has set for valgrind is not for this.
    let ran = valgrind.args([workload, direction, &steps.to_string()]).env_remove("VALGRIND_OPTS").output().expect("valgrind starts");
    let (lanes, told) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{workload} {direction}: {}\n{told}", ran.status);
    if lanes.trim() != "8" {
        assert!(lanes.trim() != "4" || !has_avx2(), "the machine has AVX2, but {workload} runs without it");
        return Err(format!("the table is of AVX2, with 8 numbers in a vector; valgrind shows {} here", lanes.trim()));
    }
    // ==4711== Collected : 355009
    let count = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    Ok(count.unwrap_or_else(|| panic!("callgrind tells no count:\n{told}")))
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}
