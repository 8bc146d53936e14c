#!/usr/bin/env bash
# What the example promises about machines without an operating system:
#
#   1. the object of a step holds no allocator and no panic: by its symbols, on this machine;
#   2. built for a Cortex-M4 and for WebAssembly and run there, it gives the same bits as on this machine.
#
# The second needs rustc's library for the target (`rustup target add …`), or its source (`rustup component add rust-src`), and `qemu-arm`
# (8 or newer) or `node`. What is not there is told as *skipped*. `check.sh --fetch` takes source and emulator from Debian's packages and
# unpacks them below target/board; nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
board="$PWD/${CARGO_TARGET_DIR:-target}/board"
mkdir -p "$board"
version=$(rustc -vV | sed -n 's/^release: //p')
rustlib=$(rustc --print sysroot)/lib/rustlib
tools=$board/tools

fail() {
    echo "FAILED: $*"
    exit 1
}

# Debian's rust-src of this very rustc, and a qemu that knows Cortex-M, from whatever mirror apt uses here.
fetch() {
    local mirror options package
    mirror=$(apt-get indextargets --format '$(SITE)' 'Origin: Debian' | grep -v security | head -n 1)
    mkdir -p "$tools"/{lists,cache}/partial "$tools/packages"
    printf "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror %s main\n" trixie trixie-backports >"$tools/sources.list"
    options=(-qq -o "Dir::Etc::SourceList=$tools/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$tools/lists"
        -o "Dir::Cache=$tools/cache" -o APT::Sandbox::User=root -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
    apt-get "${options[@]}" update
    package=$(apt-cache "${options[@]}" madison rust-src | awk -v v="$version" 'index($3, v "+") == 1 { print "rust-src=" $3; exit }')
    [[ $package ]] || { echo "Debian has no rust-src of rustc $version"; return; }
    (cd "$tools/packages" && apt-get "${options[@]}" download "$package" qemu-user/trixie)
    for package in "$tools"/packages/*.deb; do
        dpkg-deb -x "$package" "$tools"
    done
}

if [[ "${1:-}" == --fetch && ! -d "$tools/usr/src/rustc-$version" ]]; then
    fetch
fi
PATH=$PATH:$tools/usr/bin
# The workspace's versions.
cp Cargo.lock examples/embedded/board/Cargo.lock

echo "-- symbols of a step on this machine"
if command -v nm >/dev/null; then
    # One object, and none of the machinery that unwinds.
    cargo rustc --quiet --release -p embedded --lib --target-dir "$board" -- --emit "obj=$board/embedded.o" -C codegen-units=1 -C panic=abort
    symbols=$(nm -u "$board/embedded.o" | awk '{ print $2 }')
    # Copying, remainders, and what the runtime and libm do: nothing else may be called.
    strange=$(grep -vE '^(mem(cpy|move|set|cmp)|bcmp|fmodf?|_.*(tapeless_runtime|4libm).*)$' <<<"$symbols" || true)
    [[ -z $strange ]] || fail "a step calls $strange"
    echo "it calls $(paste -sd ' ' <<<"$symbols"): no allocator, no panic"
else
    echo "skipped: there is no nm"
fi

host=$(cargo run --quiet --release -p embedded --features strict --target-dir "$board" -- bits)
echo "-- this machine: $host"

# on TARGET FILE COMMAND…: builds the board for the target, runs it, compares.
on() {
    local target=$1 file=$board/$1/release/$2 build=(--quiet --release --manifest-path examples/embedded/board/Cargo.toml --target "$1" --target-dir "$board")
    echo "-- $target"
    if [[ -d $rustlib/$target ]]; then
        cargo build "${build[@]}"
    elif [[ -d $rustlib/src/rust/library ]]; then
        RUSTC_BOOTSTRAP=1 cargo build -Zbuild-std=core "${build[@]}"
    elif [[ -d $tools/usr/src/rustc-$version/library ]]; then
        RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT=$tools/usr/src/rustc-$version/library cargo build -Zbuild-std=core "${build[@]}"
    else
        echo "skipped: rustc $version has here neither a library for $target nor its source (rustup target add $target, or --fetch on Debian)"
        return
    fi
    if [[ $target == thumb* ]] && nm "$file" | grep -E 'panic|alloc'; then
        fail "the whole program for $target holds an allocator or a panic"
    fi
    if ! command -v "$3" >/dev/null; then
        echo "built, but not run: there is no $3"
        return
    fi
    if [[ $3 == qemu-arm ]] && (($("$3" --version | sed -n '1s/^[^0-9]*\([0-9]*\).*/\1/p') < 8)); then
        echo "built, but not run: $("$3" --version | head -n 1) knows no Cortex-M programs"
        return
    fi
    local bits
    # Semihosting writes to stderr.
    bits=$("${@:3}" "$file" 2>&1)
    [[ $bits == "$host" ]] || fail "other bits: $bits"
    echo "the same bits: $bits"
}

on thumbv7em-none-eabihf board qemu-arm -cpu cortex-m4
on wasm32-unknown-unknown board.wasm node examples/embedded/board/run.mjs
