//! The cache folder, and cargo.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Files;
use crate::{Failure, show};

/// A crate whose program is compiled to run once, mostly.
const MANIFEST: &str = r#"[package]
name = "NAME"
version = "0.0.0"
edition = "2024"
publish = false

[features]
default = ["std"]
std = []

[dependencies]
tapeless-runtime = { path = "RUNTIME" }

[profile.dev]
opt-level = LEVEL
debug = false
debug-assertions = false
overflow-checks = false
incremental = false

[workspace]
exclude = ["RUNTIME"]
"#;

const RUNTIME_MANIFEST: &str = r#"[package]
name = "tapeless-runtime"
version = "VERSION"
edition = "2024"
publish = false

[features]
default = ["std"]
std = ["fearless_simd/std"]
libm = ["fearless_simd/libm"]
alloc = []
strict = []
sources = []

[dependencies]
fearless_simd = { version = "=1.2.0", default-features = false }
"#;

const LOCK: &str = include_str!("lock.toml");

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How much rustc is to do. Of the parity cases the one with the most code (`pinn_heat`, unrolled) takes rustc 4.6 s without optimisation
/// and 13.7 s with little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For a program that has little to do.
    Least,
    /// For one whose own time counts.
    Some,
}

impl Effort {
    /// For so many floating-point operations.
    pub(crate) fn worth(operations: f64) -> Effort {
        if operations > 2e8 { Effort::Some } else { Effort::Least }
    }
}

/// A crate that was asked to stay.
pub(crate) type Kept<'a> = Option<&'a Path>;

/// Writes a crate of `files` into the cache, compiles it, and gives the path of its program. `kept` gets a copy that stands alone.
pub(crate) fn compile(kind: &str, files: &Files, effort: Effort, kept: Kept<'_>) -> Result<PathBuf, Failure> {
    let manifest = MANIFEST.replace("LEVEL", if effort == Effort::Least { "0" } else { "1" });
    if let Some(folder) = kept {
        // Under another name, so that cargo does not take one for the other.
        write_crate(folder, &manifest, &format!("tapeless-{kind}"), "runtime", files)?;
        write_runtime(&folder.join("runtime"))?;
    }
    let cache = cache()?;
    let runtime = format!("runtime-{:016x}", runtime_hash());
    write_runtime(&cache.join(&runtime))?;
    let name = format!("{kind}-{:016x}", hash(files, &manifest));
    let folder = cache.join("crates").join(&name);
    write_crate(&folder, &manifest, &name, &format!("../../{runtime}"), files)?;
    show::progress("compiling the generated code …");
    cargo(&folder, &cache.join("target"), &name)
}

fn cargo(folder: &Path, target: &Path, name: &str) -> Result<PathBuf, Failure> {
    let built = Command::new("cargo")
        .args(["build", "--quiet", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .current_dir(folder)
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .output();
    let needed = "the engine `generated` compiles the generated Rust, which needs cargo and rustc (https://rustup.rs)";
    let built = built.map_err(|error| Failure::Usage(format!("cannot run cargo: {error}; {needed}")))?;
    if !built.status.success() {
        let told = String::from_utf8_lossy(&built.stderr);
        return Err(if told.contains("could not execute process `rustc") {
            Failure::Usage(format!("cargo cannot run rustc; {needed}\n{}", told.trim_end()))
        } else {
            Failure::Usage(format!("the generated crate in `{}` does not compile\n{}", folder.display(), told.trim_end()))
        });
    }
    Ok(target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

fn write_crate(folder: &Path, manifest: &str, name: &str, runtime: &str, files: &Files) -> Result<(), Failure> {
    for (path, text) in files {
        write(&folder.join("src").join(path), text)?;
    }
    write(&folder.join("Cargo.toml"), &manifest.replace("NAME", name).replace("RUNTIME", runtime))?;
    write(&folder.join("Cargo.lock"), &LOCK.replace("NAME", name).replace("VERSION", VERSION))
}

fn write_runtime(folder: &Path) -> Result<(), Failure> {
    for (path, text) in tapeless_runtime::SOURCES {
        write(&folder.join("src").join(path), text)?;
    }
    write(&folder.join("Cargo.toml"), &RUNTIME_MANIFEST.replace("VERSION", VERSION))
}

/// Writes a file that is not there yet. Others may write the same at the same time, so it appears whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let told = |error: std::io::Error| Failure::Usage(format!("cannot write `{}`: {error}", path.display()));
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).map_err(told)?;
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(format!(".{}", std::process::id()));
    std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, path)).map_err(told)
}

/// The folder of all that is written and compiled. It may be deleted at any time.
pub(crate) fn cache() -> Result<PathBuf, Failure> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let below = |name: &str, rest: &str| set(name).map(|base| PathBuf::from(base).join(rest).into_os_string());
    let found: Option<OsString> = set("TAPELESS_CACHE")
        .or_else(|| below("XDG_CACHE_HOME", "tapeless"))
        .or_else(|| below("LOCALAPPDATA", "tapeless"))
        .or_else(|| below("HOME", ".cache/tapeless"));
    let found = found.ok_or_else(|| Failure::Usage("there is no cache folder: set TAPELESS_CACHE to one".to_owned()))?;
    std::path::absolute(found).map_err(|error| Failure::Usage(format!("the cache folder has no path: {error}")))
}

fn runtime_hash() -> u64 {
    let texts = tapeless_runtime::SOURCES.iter().flat_map(|(path, text)| [*path, *text]);
    fnv(texts.chain([RUNTIME_MANIFEST, VERSION]))
}

fn hash(files: &Files, manifest: &str) -> u64 {
    fnv(files.iter().flat_map(|(path, text)| [path.as_str(), text.as_str()]).chain([manifest, LOCK]))
}

/// FNV-1a (Fowler, Noll, Vo).
fn fnv<'t>(texts: impl Iterator<Item = &'t str>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    texts.fold(0xcbf2_9ce4_8422_2325, |hash, text| step(text.bytes().fold(hash, step), 0))
}

#[cfg(test)]
mod tests {
    /// The carried lock names the version that the workspace is built and tested with.
    #[test]
    fn the_lock_is_the_workspaces() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        let Ok(theirs) = std::fs::read_to_string(root) else { return };
        // The workspace turns more of its features on, so that its dependencies differ.
        let entry = |lock: &str| {
            let entry = lock.split("\n\n").find(|entry| entry.contains("name = \"fearless_simd\""))?;
            Some(entry.lines().filter(|line| line.starts_with("version") || line.starts_with("checksum")).collect::<String>())
        };
        assert_eq!(entry(super::LOCK), entry(&theirs));
    }
}
