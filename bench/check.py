"""Prints how `agentgate check` compares with the programs it stands for, as ratios; each pair in one run.

    python bench/check.py                                      the three tables, on repositories that it builds
    python bench/check.py --repository PATH --python PYTHON    the first table on the last commit of a real one
    python bench/check.py --where                              and what each program of one cold run took

(a) a cold check (`--no-cache`, a fresh copy) against ruff, mypy and pytest, run by hand over the same two trees one
after the other, and against the slowest of the three alone; (b) an unchanged tree (receipt) against `python -c pass`
and `pre-commit run` with one hook that does nothing; (c) reading a change of 10,000 files against `git diff` of it.
By hand, head's mypy starts from base's cache, as ours does; making the two checkouts is not counted there, here it is.
"""

from __future__ import annotations

import argparse
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sample import git, typed_package, wide

BIN = Path(sys.executable).parent
AGENTGATE = str(BIN / "agentgate")
#: A change as `check` reads it: the commit `work`, and then the working tree.
READ = """
import sys
from agentgate.change import Repository, read
change = read(Repository.find("."), target="main", head=sys.argv[1] if sys.argv[1:] else None, environ={})
assert len(change.files) == 10_000
"""
#: One check that says on standard error when each of its programs ran.
TRACED = r"""
import sys, time
from agentgate import __main__, process
begun, run = time.monotonic(), process.run
def traced(argv, **options):
    before = time.monotonic() - begun
    done = run(argv, **options)
    words = [word.rpartition("/")[2] if word.startswith("/") else word.partition("\n")[0] for word in map(str, argv)]
    told = [word for before, word in zip(["", *words], words) if word != "-c" and before != "-c"]
    line = f"{before:6.2f} {time.monotonic() - begun:6.2f} {done.seconds:6.2f}  {' '.join(told)[:90]}"
    if done.seconds >= 0.02:
        print(line, file=sys.stderr)
    return done
process.run = traced
status = __main__.run(sys.argv[1:])
print(f"{time.monotonic() - begun:13.2f} in all, exit {status}", file=sys.stderr)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One ratio: what was measured, ours and theirs in seconds, and the most that is aimed at (0: no aim)."""

    what: str
    ours: float
    theirs: float
    aim: float

    def __str__(self) -> str:
        ratio = self.ours / self.theirs
        met = "" if not self.aim else "met" if ratio <= self.aim else "MISSED"
        aim = f"{self.aim:g}" if self.aim else ""
        return f"| {self.what} | {self.ours:.2f} s | {self.theirs:.2f} s | {ratio:.2f} | {aim} | {met} |"


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the benchmark works, with whose Python, how often."""

    directory: Path
    python: str
    repeat: int

    def environment(self) -> dict[str, str]:
        """A person's shell without CI and without agents; the project's environment is the one of `python`."""
        found = {name: os.environ[name] for name in ("HOME", "LANG", "PYTHONPATH", "TMPDIR") if name in os.environ}
        path = os.pathsep.join((str(Path(self.python).parent), os.environ["PATH"]))
        active = {} if self.python == sys.executable else {"VIRTUAL_ENV": str(Path(self.python).parents[1])}
        return found | active | {"PATH": path, "PRE_COMMIT_HOME": str(self.directory / "pre-commit-home")}

    def seconds(self, *argv: str, cwd: Path, most: int = 0) -> float:
        """Wall time of one program; an exit status above `most` is an error."""
        started = time.perf_counter()
        done = subprocess.run(argv, cwd=cwd, env=self.environment(), capture_output=True, text=True, check=False)
        took = time.perf_counter() - started
        if not 0 <= done.returncode <= most:
            raise SystemExit(f"{shlex.join(argv)}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return took

    def clone(self, source: Path, name: str, revision: str) -> Path:
        """A fresh copy of a repository at a revision, its environment and caches left behind."""
        root = self.directory / name
        git(self.directory, "clone", "-q", "--no-hardlinks", str(source), str(root))
        git(root, "checkout", "-q", "--detach", revision)
        git(root, "branch", "-f", "bench-target", f"{revision}^")
        return root

    def interleaved(self, *measures: Callable[[], float], most: int = 0) -> list[float]:
        """The median of each, taken in turns so that a busy moment meets all of them."""
        for measure in measures:
            measure()  # what is read from disk the first time is nobody's fault
        rounds = [[measure() for measure in measures] for _ in range(most or self.repeat)]
        return [statistics.median(column) for column in zip(*rounds, strict=True)]


def cold(bench: Bench, source: Path, revision: str, mypy: Sequence[str]) -> list[Row]:
    """(a), on one commit of a repository."""
    checks: list[float] = []
    by_hand: dict[str, list[float]] = {"ruff": [], "mypy": [], "pytest": []}
    for number in range(bench.repeat):
        root = bench.clone(source, f"check-{number}", revision)
        arguments = ("check", "--no-cache", "--target", "bench-target", "--head", revision)
        checks.append(bench.seconds(AGENTGATE, *arguments, cwd=root, most=1))
        for program, took in run_by_hand(bench, source, revision, mypy, number).items():
            by_hand[program].append(took)
    check = statistics.median(checks)
    medians = {program: statistics.median(took) for program, took in by_hand.items()}
    total = statistics.median(map(sum, zip(*by_hand.values(), strict=True)))
    slowest = max(medians, key=lambda program: medians[program])
    told = ", ".join(f"{program} {took:.2f} s" for program, took in medians.items())
    return [
        Row(f"cold check / by hand, one after the other ({told})", check, total, 0.75),
        Row(f"cold check / {slowest} alone, on both trees", check, medians[slowest], 1.15),
    ]


def run_by_hand(bench: Bench, source: Path, revision: str, mypy: Sequence[str], number: int) -> Mapping[str, float]:
    """Seconds of each judge over base and head, one program at a time."""
    sides = [bench.clone(source, f"hand-{number}-{side}", revision) for side in ("base", "head")]
    git(sides[0], "checkout", "-q", "bench-target")
    cache = str(bench.directory / f"mypy-{number}")
    lint = (
        (str(BIN / "ruff"), "check", "--no-cache", "."),
        (str(BIN / "ruff"), "format", "--check", "--no-cache", "."),
    )
    checker = (str(BIN / "mypy"), "--cache-dir", cache, "--python-executable", bench.python, *mypy)
    return {
        "ruff": sum(bench.seconds(*argv, cwd=root, most=1) for root in sides for argv in lint),
        "mypy": sum(bench.seconds(*checker, cwd=root, most=1) for root in sides),
        "pytest": sum(bench.seconds(bench.python, "-m", "pytest", "-q", cwd=root, most=1) for root in sides),
    }


def unchanged(bench: Bench, source: Path) -> list[Row]:
    """(b), on the repository that the benchmark built."""
    root = bench.clone(source, "unchanged", git(source, "rev-parse", "work"))
    git(root, "branch", "-f", "main", "bench-target")
    check = (AGENTGATE, "check", "--target", "main")
    bench.seconds(*check, cwd=root)
    often = max(10, bench.repeat)
    hook = pre_commit(bench)
    measures = [
        lambda: bench.seconds(*check, cwd=root),
        lambda: bench.seconds(sys.executable, "-c", "pass", cwd=root),
    ]
    if hook:
        measures.append(lambda: bench.seconds(hook, "run", cwd=root))
    took = bench.interleaved(*measures, most=often)
    rows = [Row("unchanged tree / python -c pass", took[0], took[1], 0)]
    return rows + [Row("unchanged tree / pre-commit run, one no-op hook", took[0], took[2], 1) for _ in took[2:]]


def pre_commit(bench: Bench) -> str:
    """A pre-commit installed for this run, "" where it cannot be had."""
    home = bench.directory / "pre-commit"
    venv.create(home, with_pip=True)
    done = subprocess.run(
        [home / "bin" / "python", "-m", "pip", "install", "--quiet", "pre-commit"], capture_output=True, check=False
    )
    if done.returncode:
        print("pre-commit cannot be installed here: its row is left out", file=sys.stderr)
        return ""
    return str(home / "bin" / "pre-commit")


def reading(bench: Bench) -> list[Row]:
    """(c): a commit of short files and one of usual ones, then that as uncommitted work."""
    rows = []
    for length in (20, 120):
        root = bench.directory / f"wide-{length}"
        wide(root, length)
        rows.append(_reading(bench, root, f"reading a commit of 10,000 files of {length} lines", "work"))
    git(root, "reset", "-q", "main")
    return [*rows, _reading(bench, root, "reading the same as uncommitted work")]


def _reading(bench: Bench, root: Path, what: str, *head: str) -> Row:
    ours, theirs = bench.interleaved(
        lambda: bench.seconds(sys.executable, "-c", READ, *head, cwd=root),
        lambda: bench.seconds("git", "diff", "main", *head, cwd=root),
    )
    return Row(f"{what} / {' '.join(('git diff main', *head))}", ours, theirs, 3)


def where(bench: Bench, source: Path, revision: str) -> None:
    """What each program of one cold run took: when it was asked for, when it had ended, and what it was."""
    root = bench.clone(source, "traced", revision)
    arguments = ("check", "--no-cache", "--target", "bench-target", "--head", revision)
    done = subprocess.run(
        [sys.executable, "-c", TRACED, *arguments],
        cwd=root, env=bench.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(
        f"\nPrograms of one cold run: asked for, ended (seconds since its start), and how long it ran\n\n{done.stderr}"
    )


def machine(bench: Bench) -> str:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
    programs = [(str(BIN / "ruff"),), (str(BIN / "mypy"),), (bench.python, "-m", "pytest"), ("git",)]
    versions = [
        subprocess.run([*argv, "--version"], capture_output=True, text=True, check=True).stdout.split(" (")[0].strip()
        for argv in programs
    ]
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"{', '.join(versions)}; load {load:.1f} at the start; medians of {bench.repeat}"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repository", type=Path, help="a real repository, for (a) alone; only a copy is worked in")
    parser.add_argument("--commit", default="HEAD", help="the commit of it that is judged against its first parent")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the project's dependencies")
    parser.add_argument("--mypy", default="", help="what mypy is told by hand, where no configuration names the files")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--where", action="store_true", help="also what each program of one cold run took")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="agentgate-bench-") as directory:
        bench = Bench(Path(directory).resolve(), os.path.abspath(options.python), options.repeat)
        print(machine(bench) + "\n")
        source = options.repository.resolve() if options.repository else bench.directory / "sample"
        if not options.repository:
            typed_package(source)
        revision = git(source, "rev-parse", options.commit)
        print(f"{source.name} at {revision[:12]}\n")
        print("| pair | ours | theirs | ratio | aim | |\n|---|---|---|---|---|---|")
        for row in cold(bench, source, revision, shlex.split(options.mypy)):
            print(row, flush=True)
        if not options.repository:
            for row in (*unchanged(bench, source), *reading(bench)):
                print(row, flush=True)
        if options.where:
            where(bench, source, revision)


if __name__ == "__main__":
    main()
