#!/usr/bin/env python3
"""Runs the workloads beside PyTorch, JAX and ONNX Runtime and prints each result as a ratio to the best peer.

    benches/compare.py [--python INTERPRETER] [--cases W1,W3b32] [--threads 1] [--passes 3] [--out results.json]

INTERPRETER has torch, jax, onnx and onnxruntime; without it a virtual environment is made in target/peers, which downloads them.
Everybody runs in turn, pass after pass; what counts is the best median of the passes. On a machine with other work compare `min`,
which is in the JSON too. One thread is pinned to one core where `taskset` is to be had. With two threads and more the cases are
those whose batch threads can share, and each is also told as a ratio to our own one thread of the same pass.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
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
# Cases that threads can share: the program takes `--threads N`.
SHARED = ["W3b128", "W6", "W7"]
PEERS = ["torch", "jax", "onnx", "onnxruntime", "numpy"]


def interpreter(given):
    """The peers' Python."""
    if given:
        return given
    venv = ROOT / "target" / "peers"
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    return str(python)


def line(command, threads, **environment):
    """What a program prints last, as JSON; nothing where it fails."""
    pin = ["taskset", "-c", "1" if (os.cpu_count() or 1) > 1 else "0"] if threads == 1 and shutil.which("taskset") else []
    done = subprocess.run(pin + command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        print(f"  failed: {' '.join(command)}", file=sys.stderr)
        return {}
    return json.loads(lines[-1])


def one_pass(case, python, threads, onnx):
    """Every participant once: name → what it printed."""
    program, arguments = CASES[case]
    peers = HERE / "peers"
    ours = [str(ROOT / "target" / "release" / program), *arguments]
    if threads > 1:
        found = {"tapeless": line([*ours, "--threads", str(threads)], threads), "tapeless, one thread": line(ours, 1)}
    else:
        found = {"tapeless": line(ours, threads)}
    if case == "W5step":
        # The others' scripts time a step along with a signal of all steps.
        for name, script in (("torch", ["with_torch.py", "W5b1", "eager"]), ("jax", ["with_jax.py", "W5b1"])):
            timed = line([python, str(peers / script[0]), *script[1:], str(threads)], threads)
            found[name] = {"infer": timed["infer_step"]} if "infer_step" in timed else {}
        found["onnxruntime"] = line([python, str(peers / "with_onnxruntime.py"), case, str(threads), str(onnx)], threads)
        return found
    found["torch"] = line([python, str(peers / "with_torch.py"), case, "eager", str(threads)], threads)
    found["torch.compile"] = line([python, str(peers / "with_torch.py"), case, "compile", str(threads)], threads)
    found["jax"] = line([python, str(peers / "with_jax.py"), case, str(threads)], threads)
    if "train_loop" in found["jax"]:
        found["jax loop"] = {"train": found["jax"].pop("train_loop")}
    if case == "W5b1":
        unrolled = line([python, str(peers / "with_jax.py"), case, str(threads)], threads, UNROLL="8")
        found["jax loop unrolled"] = {"train": unrolled["train_loop"], "infer": unrolled["infer"]} if unrolled else {}
    if case == "W8":
        by_hand = line([python, str(peers / "with_jax.py"), case, str(threads)], threads, HAND="1")
        found["jax loop by hand"] = {"train": by_hand["train_loop"]} if by_hand else {}
    if (onnx / f"{case}.onnx").exists():
        found["onnxruntime"] = line([python, str(peers / "with_onnxruntime.py"), case, str(threads), str(onnx)], threads)
    return found


def best(results, name, what, figure):
    """The best figure of the passes, in µs."""
    figures = [one[name][what][figure] for one in results if what in one.get(name, {})]
    return min(figures) if figures else None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--python")
    arguments.add_argument("--cases")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--passes", type=int, default=3)
    arguments.add_argument("--out", default="results.json")
    options = arguments.parse_args()
    python = interpreter(options.python)
    cases = options.cases.split(",") if options.cases else SHARED if options.threads > 1 else list(CASES)
    programs = sorted({CASES[case][0] for case in cases})
    command = ["cargo", "build", "--release", "-p", "tapeless-benches", *[word for program in programs for word in ("--bin", program)]]
    subprocess.run(command, cwd=ROOT, check=True)
    onnx = ROOT / "target" / "onnx"
    onnx.mkdir(parents=True, exist_ok=True)
    subprocess.run([python, str(HERE / "peers" / "write_onnx.py"), str(onnx)], check=True)

    report = {}
    print(f"{'case':8} {'':5} {'tapeless µs':>12} {'floor':>10} {'best peer µs':>13} {'ratio':>6}  {'by min':>6}  peer")
    for case in cases:
        results = [one_pass(case, python, options.threads, onnx) for _ in range(options.passes)]
        report[case] = {"passes": results}
        names = sorted({name for one in results for name in one} - {"tapeless", "tapeless, one thread"})
        for what in ("train", "infer"):
            ours = best(results, "tapeless", what, "med")
            theirs = {name: best(results, name, what, "med") for name in names}
            theirs = {name: figure for name, figure in theirs.items() if figure}
            if not ours or not theirs:
                continue
            peer = min(theirs, key=theirs.get)
            least = best(results, "tapeless", what, "min") / min(best(results, name, what, "min") for name in theirs)
            floor = best(results, "tapeless", what, "floor")
            report[case][what] = {"tapeless": ours, "floor": floor, "peer": peer, "best": theirs[peer], "ratio": ours / theirs[peer], "ratio_of_min": least}
            print(f"{case:8} {what:5} {ours:12.3f} {floor:10.3f} {theirs[peer]:13.3f} {ours / theirs[peer]:6.2f}  {least:6.2f}  {peer}", flush=True)
            if options.threads > 1 and (alone := best(results, "tapeless, one thread", what, "min")):
                shared = best(results, "tapeless", what, "min") / alone
                report[case][what]["ratio_to_one_thread"] = shared
                print(f"{'':8} {'':5} of our one thread, by min: {shared:.2f}", flush=True)
    Path(options.out).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
