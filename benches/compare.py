#!/usr/bin/env python3
"""Runs the workloads beside their peers; prints each result as a ratio to the best peer and to the machine's limit, in Markdown.

    benches/compare.py [--python INTERPRETER] [--cases W1,W3b32] [--peers torch,jax,onnxruntime,burn,candle,dfdx,tract]
                       [--threads 1] [--passes 3] [--compile] [--out results.json]

INTERPRETER has torch, jax, onnx and onnxruntime; without it a virtual environment is made in target/peers, which downloads them.
Everybody runs in turn, pass after pass; a program prints the median of seven repetitions or more, and what counts is the best of the
passes. On a machine with other work compare by `min`, which is in the table too. One thread is pinned to one core where `taskset` is
to be had. With two threads and more the cases are those whose batch threads can share, and each is also told as a ratio to our own
one thread of the same pass. `--compile` adds what else a user pays: rustc, the macro, sizes, a clean build.
"""

import argparse
import json
from pathlib import Path

import cost
from participants import CASES, PYTHON, ROOT, RUST, build, interpreter, one_pass

# At most this much of the best peer: one thread, training and prediction.
BARS = {
    "W1": {"train": 0.4, "infer": 1.2},
    "W2a": {"train": 0.2, "infer": 0.35},
    "W2b": {"train": 0.3, "infer": 0.2},
    "W3b1": {"train": 0.95, "infer": 0.95},
    "W3b32": {"train": 0.8, "infer": 0.95},
    "W3b128": {"train": 0.85, "infer": 0.97},
    "W4": {"train": 0.3, "infer": 0.7},
    "W5b1": {"train": 0.45, "infer": 0.85},
    "W5b32": {"train": 0.5, "infer": 0.6},
    "W5step": {"infer": 0.8},
    "W6": {"train": 0.55, "infer": 0.6},
    "W7": {"train": 0.88, "infer": 0.93},
    "W8": {"train": 0.6, "infer": 0.7},
}
# The same with two threads; the cases that threads can share.
SHARED_BARS = {"W3b128": {"train": 0.7, "infer": 0.75}, "W6": {"train": 0.5, "infer": 0.55}, "W7": {"train": 0.8, "infer": 0.75}}
# Of each program, and of a clean build of one with W3.
COST_BARS = {"expansion_ms": 100.0, "user_s": 8.0}
W3_PARAMETERS = 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10
CLEAN_BARS = {"wall_s": 30.0, "crates_at_build": 30, "crates_at_run": 3, "bytes": 0.6e6, "rss_bytes": 2.5 * 4 * W3_PARAMETERS + 2e6}
# Bytes of parameters that cases of one row must read, and write where they train: there the limit is bandwidth.
TRAFFIC = {"W3b1": {"train": 3 * 4 * W3_PARAMETERS, "infer": 4 * W3_PARAMETERS}}
WHAT = {"train": "training", "infer": "prediction"}


def best(results, name, what, figure):
    """The best figure of the passes, in µs."""
    figures = [one[name][what][figure] for one in results if what in one.get(name, {})]
    return min(figures) if figures else None


def verdict(figure, bar):
    """A bar and whether it is reached."""
    return "" if bar is None else f"{bar:g} {'reached' if figure <= bar else 'missed'}"


def compared(case, results, what, bars):
    """One line of the table as a record; nothing if we or all peers have no such time."""
    names = {name for one in results for name in one if not name.startswith("tapeless")}
    theirs = {name: figure for name in sorted(names) if (figure := best(results, name, what, "med"))}
    ours = best(results, "tapeless", what, "med")
    if not ours or not theirs:
        return None
    peer = min(theirs, key=theirs.get)
    least = best(results, "tapeless", what, "min")
    found = {"tapeless": ours, "peer": peer, "best": theirs[peer], "ratio": ours / theirs[peer], "bar": bars.get(case, {}).get(what)}
    found["ratio_of_min"] = least / min(best(results, name, what, "min") for name in theirs)
    found["floor"] = best(results, "tapeless", what, "floor")
    found["ratio_to_floor"] = ours / found["floor"]
    if what in TRAFFIC.get(case, {}):
        found["gbytes"] = TRAFFIC[case][what] / ours / 1e3
        found["bandwidth"] = max(one["tapeless"]["gbytes"] for one in results if one["tapeless"])
    if alone := best(results, "tapeless, one thread", what, "min"):
        found["ratio_to_one_thread"] = least / alone
    return found


def table_of_times(report, threads):
    """Every case as lines of Markdown."""
    yield f"| {threads} thread{'s' if threads > 1 else ''} | | ours, µs | best peer, µs | peer | ratio | by min | bar | of the floor | |"
    yield "| --- | --- | --: | --: | --- | --: | --: | --- | --: | --- |"
    for case, found in report.items():
        for what in WHAT:
            if one := found.get(what):
                note = f"{one['gbytes']:.0f} GB/s; memory gives {one['bandwidth']:.0f}" if "gbytes" in one else ""
                if "ratio_to_one_thread" in one:
                    note = f"{one['ratio_to_one_thread']:.2f} of our one thread"
                yield (
                    f"| {case} | {WHAT[what]} | {one['tapeless']:.3f} | {one['best']:.3f} | {one['peer']} | {one['ratio']:.2f} "
                    f"| {one['ratio_of_min']:.2f} | {verdict(one['ratio'], one['bar'])} | {one['ratio_to_floor']:.1f} | {note} |"
                )


def table_of_costs(costs, report):
    """What rustc takes on each program, the macro, sizes, memory, the first step."""
    yield "| | rustc, s | of a core, s | bar | expansion, ms | bar | stripped, KB | peak memory, MB | first step, µs |"
    yield "| --- | --: | --: | --- | --: | --- | --: | --: | --: |"
    for program, one in costs.items():
        ours = {case: pass_["tapeless"] for case in report if CASES[case][0] == program for pass_ in report[case]["passes"] if pass_["tapeless"]}
        memory = max((of["rss_mb"] for of in ours.values()), default=0.0)
        first = ", ".join(f"{case} {of['first_step']:.0f}" for case, of in ours.items() if "first_step" in of)
        yield (
            f"| {program} | {one['wall_s']:.1f} | {one['user_s']:.1f} | {verdict(one['user_s'], COST_BARS['user_s'])} | {one['expansion_ms']:.0f} "
            f"| {verdict(one['expansion_ms'], COST_BARS['expansion_ms'])} | {one['bytes'] / 1e3:.0f} | {memory:.1f} | {first} |"
        )


def table_of_clean_builds(builds):
    """A program with W3 alone."""
    names = {"wall_s": "clean build, s", "crates_at_build": "crates at build time", "crates_at_run": "crates at run time"}
    names |= {"bytes": "stripped, bytes", "rss_bytes": "peak memory, bytes"}
    yield f"| a program with W3 | {' | '.join(f'{name} | bar' for name in builds)} |"
    yield f"| --- {'| --: | --- ' * len(builds)}|"
    for key, name in names.items():
        yield f"| {name} | {' | '.join(f'{one[key]:.0f} | {verdict(one[key], CLEAN_BARS[key])}' for one in builds.values())} |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--python")
    arguments.add_argument("--cases")
    arguments.add_argument("--peers", default=",".join([*PYTHON, *RUST]))
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--passes", type=int, default=3)
    arguments.add_argument("--compile", action="store_true")
    arguments.add_argument("--out", default="results.json")
    options = arguments.parse_args()
    bars = SHARED_BARS if options.threads > 1 else BARS
    cases = options.cases.split(",") if options.cases else list(bars)
    if unknown := [case for case in cases if case not in bars]:
        arguments.error(f"no case {', '.join(unknown)} with {options.threads} thread(s); there are {', '.join(bars)}")
    peers = [peer for peer in options.peers.split(",") if peer]
    python = interpreter(options.python) if set(peers) & {*PYTHON, "tract"} else ""
    onnx = ROOT / "target" / "onnx"
    peers = build(cases, peers, python, onnx)

    report = {}
    for case in cases:
        results = [one_pass(case, peers, python, options.threads, onnx) for _ in range(options.passes)]
        report[case] = {"passes": results}
        for what in WHAT:
            if found := compared(case, results, what, bars):
                report[case][what] = found
                print(f"{case:8} {what:5} {found['ratio']:6.2f}  {found['ratio_of_min']:6.2f} by min  {found['peer']}", flush=True)
    tables = [table_of_times(report, options.threads)]
    everything = {"cases": report}
    if options.compile:
        everything |= {"costs": cost.of_programs(cases), "clean_builds": cost.of_a_clean_build()}
        tables += [table_of_costs(everything["costs"], report), table_of_clean_builds(everything["clean_builds"])]
    for table in tables:
        print("", *table, sep="\n")
    Path(options.out).write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
