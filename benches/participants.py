"""Who takes part, and what each prints: our program, PyTorch, JAX, ONNX Runtime, and the Rust peers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# What is built is looked for below ROOT, wherever the caller has cargo build else.
os.environ.pop("CARGO_TARGET_DIR", None)
# Case: the program in src/bin and its argument.
CASES = {
    "W1": ("w1", []),
    "W2a": ("w2a", []),
    "W2b": ("w2b", []),
    "W3b1": ("w3", ["1"]),
    "W3b32": ("w3", ["32"]),
    "W3b128": ("w3", ["128"]),
    "W4": ("w4", []),
    "W5b1": ("w5", ["1"]),
    "W5b32": ("w5", ["32"]),
    "W5step": ("w5", ["step"]),
    "W6": ("w6", []),
    "W7": ("w7", []),
    "W8": ("w8", []),
}
PYTHON = ["torch", "jax", "onnxruntime"]
# What each of these cannot do. tract needs an ONNX file.
RUST = {"burn": [], "candle": [], "dfdx": ["W4", "W5b1", "W5b32", "W5step", "W6", "W8"], "tract": []}
# glibc then keeps the memory that a step frees: up to 40 times as fast for peers that allocate each tensor. The better of both counts.
KEPT = {"MALLOC_MMAP_THRESHOLD_": "2147483648", "MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_TOP_PAD_": "268435456"}


def interpreter(given):
    """The Python of the peers."""
    if given:
        return given
    python = ROOT / "target" / "peers" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", ROOT / "target" / "peers"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "jax", "onnx", "onnxruntime", "numpy"], check=True)
    return str(python)


def build(cases, peers, python, onnx):
    """Our programs, the ONNX graphs and the Rust peers; those peers that can run."""
    programs = sorted({CASES[case][0] for case in cases})
    command = ["cargo", "build", "--release", "-p", "tapeless-benches", *[word for program in programs for word in ("--bin", program)]]
    subprocess.run(command, cwd=ROOT, check=True)
    if {"onnxruntime", "tract"} & set(peers):
        onnx.mkdir(parents=True, exist_ok=True)
        subprocess.run([python, str(HERE / "peers" / "write_onnx.py"), str(onnx)], check=True)
    ready = []
    for peer in peers:
        # The configuration in that folder says where to build and for which processor.
        command = ["cargo", "build", "--release", "--locked", "-p", f"peers-{peer}"]
        if peer in PYTHON or subprocess.run(command, cwd=HERE / "peers" / "rust", check=False).returncode == 0:
            ready.append(peer)
        else:
            print(f"  left out, does not build: {peer}", file=sys.stderr)
    return ready


def line(command, threads, **environment):
    """What a program prints last, as JSON; nothing where it fails."""
    pin = ["taskset", "-c", "1" if (os.cpu_count() or 1) > 1 else "0"] if threads == 1 and shutil.which("taskset") else []
    done = subprocess.run(pin + command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        print(f"  failed: {' '.join(command)}", file=sys.stderr)
        return {}
    return json.loads(lines[-1])


def one_pass(case, peers, python, threads, onnx):
    """Every participant once: name → what it printed."""
    program, arguments = CASES[case]
    ours = [str(ROOT / "target" / "release" / program), *arguments]
    if threads > 1:
        found = {"tapeless": line([*ours, "--threads", str(threads)], threads), "tapeless, one thread": line(ours, 1)}
    else:
        found = {"tapeless": line(ours, threads)}
    has_graph = (onnx / f"{case}.onnx").exists()

    def script(name, *words, **environment):
        return line([python, str(HERE / "peers" / f"with_{name}.py"), *words], threads, **environment)

    if "torch" in peers:
        found |= torch(case, script, str(threads))
    if "jax" in peers:
        found |= jax(case, script, str(threads))
    if "onnxruntime" in peers and has_graph:
        found["onnxruntime"] = script("onnxruntime", case, str(threads), str(onnx))
    for peer, cannot in RUST.items():
        if peer in peers and case not in cannot and (peer != "tract" or has_graph):
            command = [str(ROOT / "target" / "rust-peers" / "release" / f"peers-{peer}"), case, str(onnx)]
            found[peer] = line(command, threads, RAYON_NUM_THREADS=str(threads))
            found[f"{peer}, memory kept"] = line(command, threads, RAYON_NUM_THREADS=str(threads), **KEPT)
    return found


def torch(case, script, threads):
    """PyTorch, eager and compiled; a single step is timed along with a signal of all steps."""
    if case == "W5step":
        timed = script("torch", "W5b1", "eager", threads)
        return {"torch": {"infer": timed["infer_step"]} if "infer_step" in timed else {}}
    return {"torch": script("torch", case, "eager", threads), "torch.compile": script("torch", case, "compile", threads)}


def jax(case, script, threads):
    """JAX, called step by step and as a loop inside one program."""
    timed = script("jax", "W5b1" if case == "W5step" else case, threads)
    if case == "W5step":
        return {"jax": {"infer": timed["infer_step"]} if "infer_step" in timed else {}}
    found = {"jax": timed}
    if "train_loop" in timed:
        found["jax loop"] = {"train": timed.pop("train_loop")}
    if case == "W5b1" and (unrolled := script("jax", case, threads, UNROLL="8")):
        found["jax loop unrolled"] = {"train": unrolled["train_loop"], "infer": unrolled["infer"]}
    if case == "W8" and (by_hand := script("jax", case, threads, HAND="1")):
        found["jax loop by hand"] = {"train": by_hand["train_loop"]}
    return found
