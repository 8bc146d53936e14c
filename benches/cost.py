"""What else a user pays: rustc on the generated code, the macro, the size of the program, a clean build."""

import os
import re
import resource
import shutil
import subprocess
import time

from participants import CASES, HERE, ROOT

# Seconds of rustc alone do not depend on the number of cores with one job; a clean build takes as many as there are.
ONE_JOB = {**os.environ, "CARGO_BUILD_JOBS": "1", "CARGO_INCREMENTAL": "0"}
# The program that a clean build builds: what a user would write.
PROGRAM = """tapeless::nn_file!("w3.nn");

fn main() {
    let mut net = W3::new(1);
    let (xs, ys) = (vec![[0.5_f32; 784]; 32], vec![3_u32; 32]);
    for _ in 0..100 {
        std::hint::black_box(net.train_step(&xs, &ys).is_ok());
    }
    println!("{}", std::fs::read_to_string("/proc/self/status").unwrap_or_default());
}
"""
# Features of the facade → how the table names them.
FEATURES = {'["std", "alloc"]': "std, alloc", '["std", "train"]': "default"}


def timed(command, folder, environment):
    """Seconds that a command takes, and those of the processor in all its processes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall_s": time.perf_counter() - start, "user_s": after.ru_utime - before.ru_utime}


def stripped(program):
    """Bytes of a program without its symbols."""
    copy = ROOT / "target" / "stripped"
    shutil.copy(program, copy)
    subprocess.run(["strip", str(copy)], check=True)
    return copy.stat().st_size


def of_programs(cases):
    """Program → seconds of rustc (macro and linking are in them, no dependencies), milliseconds of expansion, bytes."""
    # The macro is not optimised in a user's build, neither is this.
    unoptimised = ["cargo", "run", "--quiet", "-p", "tapeless-compiler", "--example", "expand", "--target-dir", "target/unoptimised"]
    unoptimised += ["--config", "profile.dev.opt-level=0", "--config", "profile.dev.debug=false", "--"]
    found = {}
    for program in sorted({CASES[case][0] for case in cases}):
        (HERE / "src" / "bin" / f"{program}.rs").touch()
        cost = timed(["cargo", "rustc", "--release", "-p", "tapeless-benches", "--bin", program], ROOT, ONE_JOB)
        network = HERE / "networks" / f"{program}.nn"
        runs = [subprocess.run([*unoptimised, str(network)], cwd=ROOT, check=True, capture_output=True, text=True) for _ in range(5)]
        cost["expansion_ms"] = min(milliseconds(run.stderr) for run in runs)
        cost["bytes"] = stripped(ROOT / "target" / "release" / program)
        found[program] = cost
    return found


def milliseconds(text):
    """Of a duration as Rust prints it, the last line that is one."""
    value, unit = re.findall(r"^([\d.]+)(ms|µs|s)$", text, re.MULTILINE)[-1]
    return float(value) * {"µs": 1e-3, "ms": 1.0, "s": 1e3}[unit]


def of_a_clean_build():
    """A program with W3 alone, for each choice of features: seconds, crates, bytes, peak memory."""
    folder, found = ROOT / "target" / "program", {}
    for features, name in FEATURES.items():
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "src").mkdir(parents=True)
        (folder / "src" / "main.rs").write_text(PROGRAM)
        shutil.copy(HERE / "networks" / "w3.nn", folder / "w3.nn")
        shutil.copy(ROOT / "Cargo.lock", folder / "Cargo.lock")
        package = '[package]\nname = "program"\nversion = "0.1.0"\nedition = "2024"\n\n[workspace]\n'
        dependency = f'tapeless = {{ path = "../..", default-features = false, features = {features} }}'
        (folder / "Cargo.toml").write_text(f"{package}\n[dependencies]\n{dependency}\n")
        subprocess.run(["cargo", "fetch"], cwd=folder, check=True, capture_output=True)
        cost = timed(["cargo", "build", "--release", "--offline"], folder, os.environ)
        cost["crates_at_build"], cost["crates_at_run"] = crates(folder, "normal,build"), crates(folder, "normal,no-proc-macro")
        program = folder / "target" / "release" / "program"
        cost["bytes"] = stripped(program)
        cost["rss_bytes"] = peak_memory(program)
        found[name] = cost
    return found


def crates(folder, edges):
    """How many crates the program depends on."""
    tree = subprocess.run(["cargo", "tree", "-e", edges, "--prefix", "none"], cwd=folder, check=True, capture_output=True, text=True)
    return len({tuple(entry.split()[:2]) for entry in tree.stdout.splitlines() if entry}) - 1


def peak_memory(program):
    """Bytes that a run of it held at most, as it tells itself: what Python would be told begins with Python's own."""
    status = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024 if "VmHWM" in status else float("nan")
