"""Prints what each step of the proof costs, as a ratio to one run of the plain suite; both in one run.

    python bench/proof.py                                      on the sample repository that it builds
    python bench/proof.py --repository PATH --python PYTHON [--commit REV]

The tests layer alone (`--only tests --no-cache`), quick and full, on one commit against its first parent. Steps run
side by side where they can, so the whole takes less than their sum; the aim for it is 2 x the suite + 15 s.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from check import Bench, machine
from sample import git, typed_package

#: One check that tells on standard error what ran in its interpreter, for how long, and the whole.
TOLD = r"""
import json, sys, time
from agentgate import __main__
from agentgate.tools import laboratory, witnessed
begun, took = time.monotonic(), {}
def timed(name_of, call):
    def called(*given, **named):
        started = time.monotonic()
        try:
            return call(*given, **named)
        finally:
            name = name_of(*given, **named)
            took[name] = took.get(name, 0.0) + time.monotonic() - started
    return called
def step(ground, runner, root, *, side, **more):
    if "proof-" not in root:
        return f"the suite {'on base' if side == 'base' else 'at head, traced' if more['more'] else 'at head'}"
    return {"head": "the change's own tests, traced", "source of base": "the same, the source put back",
            "a variant": "real edits", "a canary": "canary"}[side]
witnessed.run = timed(step, witnessed.run)
witnessed.told_by = timed(lambda program, *given, **named: program.name, witnessed.told_by)
status = __main__.run(sys.argv[1:])
took["hollow bodies and mutants"] = took.pop("experiment.py", 0.0)
took.pop("witness.py", None)
print(json.dumps({"status": status, "whole": time.monotonic() - begun, "steps": took}), file=sys.stderr)
"""
#: In the order in which they are shown.
STEPS = (
    "the suite on base", "the change's own tests, traced", "the same, the source put back", "the suite at head",
    "the suite at head, traced", "canary", "hollow bodies and mutants", "real edits",
)  # fmt: skip


def measured(bench: Bench, source: Path, revision: str, proof: str, number: int) -> Mapping[str, float]:
    """Seconds of each step of one check, and of the whole."""
    root = bench.clone(source, f"{proof}-{number}", revision)
    arguments = ["check", "--no-cache", "--only", "tests", "--proof", proof, "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", TOLD, *arguments, "--target", "bench-target", "--head", revision],
        cwd=root, env=bench.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = json.loads(done.stderr.strip().splitlines()[-1])
    if told["status"] not in (0, 1):
        raise SystemExit(f"exit {told['status']}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {**told["steps"], "the whole": told["whole"]}


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repository", type=Path, help="a real repository; only copies are worked in")
    parser.add_argument("--commit", default="HEAD", help="the commit of it that is judged against its first parent")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the project's dependencies")
    parser.add_argument("--runner", choices=("pytest", "unittest"), default="pytest", help="what runs the plain suite")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="agentgate-bench-") as directory:
        bench = Bench(Path(directory).resolve(), os.path.abspath(options.python), options.repeat)
        print(machine(bench) + "\n")
        source = options.repository.resolve() if options.repository else bench.directory / "sample"
        if not options.repository:
            typed_package(source)
        revision = git(source, "rev-parse", options.commit)
        plain_root = bench.clone(source, "plain", revision)
        suite = (bench.python, "-m", *(("pytest", "-q") if options.runner == "pytest" else ("unittest",)))
        rounds = [
            {
                "plain": {"suite": bench.seconds(*suite, cwd=plain_root, most=1)},
                **{proof: measured(bench, source, revision, proof, number) for proof in ("quick", "full")},
            }
            for number in range(options.repeat)
        ]
    plain = statistics.median(one["plain"]["suite"] for one in rounds)
    print(f"{source.name} at {revision[:12]}; the plain suite takes {plain:.2f} s\n")
    print("| step | quick | ratio | full | ratio |\n|---|---|---|---|---|")
    for step in (*STEPS, "the whole"):
        medians = [statistics.median(one[proof].get(step, 0.0) for one in rounds) for proof in ("quick", "full")]
        if any(medians):
            print(f"| {step} | " + " | ".join(f"{took:.2f} s | {took / plain:.2f}" for took in medians) + " |")
    aim = 2 * plain + 15
    print(f"\naim for the whole, 2 x the plain suite + 15 s: {aim:.1f} s, {'met' if medians[1] <= aim else 'MISSED'}")


if __name__ == "__main__":
    main()
