"""Judges the recent commits of repositories by the layer `integrity` alone and prints what each rule says of them.

    python bench/integrity.py PATH... [--last 200] [--rules integrity/suppression] [--json FILE]

Each non-merge commit is a change against its first parent. Nothing is copied, installed or run: the layer reads git's
objects only, as it does in `agentgate check`. A refusal of an honest commit is true where a reviewer would have asked.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from agentgate import project
from agentgate.change import Change, Checkouts, Repository, Tree
from agentgate.change.diff import compare
from agentgate.layers import Case
from agentgate.layers.integrity import RULES, Integrity
from agentgate.project import Project
from agentgate.store import Cache
from agentgate.verdict import Finding, Severity


@dataclass(frozen=True, slots=True)
class Judged:
    """One commit: what was found and what it took."""

    repository: str
    commit: str
    subject: str
    files: int
    seconds: float
    findings: tuple[Finding, ...]


def commits(repository: Repository, last: int) -> list[tuple[str, str, str, str, str]]:
    """(commit, its tree, parent, the parent's tree, subject) of the last non-merge commits, newest first."""
    listed = repository.git("log", "--no-merges", "--min-parents=1", f"-{last}", "--format=%H%x00%T%x00%P%x00%s").out
    rows = [line.split("\0") for line in listed.splitlines()]
    trees = repository.git("rev-parse", *(f"{row[2].split()[0]}^{{tree}}" for row in rows)).out.split()
    return [(row[0], row[1], row[2].split()[0], tree, row[3]) for row, tree in zip(rows, trees, strict=True)]


def change_of(repository: Repository, commit: str, tree: str, parent: str, parent_tree: str) -> Change:
    """A commit as a change for its first parent."""
    base, head = Tree(repository, parent_tree, parent), Tree(repository, tree, commit)
    return Change("parent", parent, base, head, commit, compare(repository, base, head), base)


def case_of(repository: Repository, change: Change, read: Project) -> Case:
    """What the layer looks at; it asks neither checkouts nor the cache."""
    return Case(repository, change, read, cast(Checkouts, None), cast(Cache, None), {})


def judged(path: Path, last: int) -> Iterator[Judged]:
    """Every commit of a repository. The project is read outside the time: every layer shares it."""
    repository = Repository.find(str(path))
    for commit, tree, parent, parent_tree, subject in commits(repository, last):
        change = change_of(repository, commit, tree, parent, parent_tree)
        case = case_of(repository, change, project.read(change.head))
        started = time.perf_counter()
        found = Integrity().judge(case, {}).findings
        yield Judged(path.name, commit, subject, len(change.files), time.perf_counter() - started, found)
    repository.close()


def report(rows: list[Judged], rules: list[str], *, warnings: bool) -> None:
    """The table, each refusal, and the times."""
    for rule in rules:
        of_rule = [(row, [f for f in row.findings if f.rule == rule]) for row in rows]
        for row, found in of_rule:
            for finding in found:
                if warnings or finding.severity is Severity.ERROR:
                    place = finding.location
                    where = f"{place.path}:{place.line}" if place else ""
                    print(f"{row.repository} {row.commit[:10]} {finding.severity.value} {where} {finding.message}")
                    print(f"    {row.subject[:60]} | {finding.excerpt.strip()[:110]}")
        print(f"\n{rule}\n{'repository':16} commits  with a finding  refused  refusals")
        for name in dict.fromkeys(row.repository for row in rows):
            line(name, [(row, found) for row, found in of_rule if row.repository == name])
        line("all", of_rule)
    seconds = sorted(row.seconds for row in rows)
    slow = seconds[int(0.95 * (len(seconds) - 1))]
    over = Counter(row.repository for row in rows if row.seconds > 0.3 + 0.001 * row.files)
    print(f"\nmedian {1000 * statistics.median(seconds):.1f} ms, p95 {1000 * slow:.1f} ms, most {1000 * seconds[-1]:.0f} ms")
    print(f"over 300 ms and 1 ms a file: {sum(over.values())} {dict(over) or ''}")


def line(name: str, of_rule: list[tuple[Judged, list[Finding]]]) -> None:
    """One row of the table."""
    found = sum(1 for _, findings in of_rule if findings)
    errors = [sum(1 for f in findings if f.severity is Severity.ERROR) for _, findings in of_rule]
    refused = sum(1 for count in errors if count)
    share = 100 * refused / max(1, len(of_rule))
    print(f"{name:16} {len(of_rule):7}  {found:14}  {refused:7}  {sum(errors):8}  {share:.2f} %")


def main() -> None:
    """Judge, then print; `--json` keeps everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", type=Path, nargs="+", metavar="PATH")
    parser.add_argument("--last", type=int, default=200)
    parser.add_argument("--rules", default=",".join(RULES), help="names, by commas")
    parser.add_argument("--warnings", action="store_true", help="print warnings too")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = [row for path in options.repositories for row in judged(path.resolve(), options.last)]
    report(rows, options.rules.split(","), warnings=options.warnings)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
