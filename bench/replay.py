"""Replays a repository's recent commits, each as one change against its first parent, and prints the verdicts.

    python bench/replay.py PATH --last 15 [--python PATH/.venv/bin/python] [--only lint,types] [--json FILE]

How a rule does on honest history is the number that decides its severity. The repository is copied to a temporary
folder, so nothing of it is touched; `target` is a branch at the parent, so the policy is the parent's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

AGENTGATE = [sys.executable, "-m", "agentgate"]


def git(root: Path, *arguments: str) -> str:
    """One git call's output."""
    return subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def copied(repository: Path, into: Path) -> Path:
    """A copy of the repository without its environments, its work tree as committed."""
    root = into / repository.name
    shutil.copytree(repository, root, symlinks=True, ignore=shutil.ignore_patterns(".venv", "venv"))
    git(root, "reset", "-q", "--hard")
    return root


def commits(root: Path, last: int, until: str, paths: list[str]) -> list[str]:
    """The last non-merge commits that have a parent, oldest first."""
    listed = git(root, "log", "--no-merges", "--min-parents=1", f"-{last}", "--format=%H", until, "--", *paths)
    return listed.split()[::-1]


def judge(root: Path, commit: str, python: str, only: str) -> dict[str, object]:
    """One commit's JSON report, with the wall time in seconds and the subject."""
    git(root, "checkout", "-q", "--detach", commit)
    git(root, "update-ref", "refs/heads/agentgate-replay-target", f"{commit}^")
    environment = {k: v for k, v in os.environ.items() if k not in ("CI", "GITHUB_ACTIONS", "VIRTUAL_ENV")}
    if python:
        environment["VIRTUAL_ENV"] = str(Path(python).absolute().parents[1])
    command = [*AGENTGATE, "check", "--format", "json", "--target", "agentgate-replay-target", "--head", commit]
    started = time.monotonic()
    command += ["--only", only] if only else []
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    report: dict[str, object] = {"exit": done.returncode, "stderr": done.stderr[-2000:]}
    try:
        report |= json.loads(done.stdout)
    except ValueError:
        report["stdout"] = done.stdout[-2000:]
    return report | {
        "seconds": round(time.monotonic() - started, 1),
        "subject": git(root, "log", "-1", "--format=%s", commit),
    }


def show(commit: str, report: dict[str, object]) -> None:
    """One commit on a few lines: verdict, layers, what refused."""
    print(f"{commit[:10]} exit {report['exit']} {report['seconds']}s  {str(report['subject'])[:70]}")
    layers = report.get("results")
    for layer in layers if isinstance(layers, list) else []:
        print(f"    {layer['layer']}: {layer['state']} {str(layer.get('reason') or '')[:300]}")
        refusing = [f for f in layer.get("findings", []) if f["severity"] == "error"]
        for finding in refusing[:8]:
            place = finding.get("location") or {}
            print(
                f"        {finding['rule']} {place.get('path', '')}:{place.get('line', '')} {finding['message'][:200]}"
            )
    if not layers:
        print("    " + str(report.get("error") or report.get("nothing_to_judge") or report["stderr"])[:600])


def main() -> None:
    """Replay, show each commit as it comes, then the counts."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # it is a text file
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--last", type=int, default=15)
    parser.add_argument("--until", default="HEAD")
    parser.add_argument("--path", action="append", default=[], help="only commits that touch this path")
    parser.add_argument("--python", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    exits: Counter[object] = Counter()
    reports = []
    with tempfile.TemporaryDirectory(prefix="agentgate-replay-") as directory:
        root = copied(options.repository.resolve(), Path(directory))
        for commit in commits(root, options.last, options.until, options.path):
            report = judge(root, commit, options.python, options.only)
            reports.append({"commit": commit, **report})
            exits[report["exit"]] += 1
            show(commit, report)
    print(
        f"{options.repository.name}: "
        + ", ".join(f"{count} exit {status}" for status, count in sorted(exits.items(), key=str))
    )
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
