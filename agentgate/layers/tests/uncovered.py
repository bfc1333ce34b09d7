"""`tests/uncovered`: changed lines and conditions that the tests do not reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentgate.evidence import TestOutcome
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.proof import Lines
from agentgate.tools.python_source import called_as_program
from agentgate.verdict import Finding, Location, Severity

MOST_FINDINGS = 10
#: Statements of a new function from which on it must be run by some test.
SOME_SIZE = 3
#: More of the changed statements than honest commits leave unrun (docs/measured.md), and at least so many, refuse.
UNRUN, LEAST_UNRUN = 0.75, 4


def uncovered(lines: Lines, sources: Sequence[ChangedSource], own: Sequence[TestOutcome]) -> list[Finding]:
    """Lines and conditions that no test reaches warn; a new function of which nothing runs, or nearly all, refuses.

    Tests that start programs may run it there, where nothing is seen.
    """
    started = any("started" in outcome.doings for outcome in own)
    dead = [] if started else [(source, name) for source in sources for name in _dead(source, lines)]
    found = [_unrun(source, name) for source, name in dead]
    unrun = [(source, line) for source, line in lines.uncovered if not _is_of_program(source, line)]
    if not found and not started and len(unrun) >= max(LEAST_UNRUN, UNRUN * len(lines.all)):
        message = f"no test runs {len(unrun)} of {len(lines.all)} changed statements"
        found.append(_finding(Severity.ERROR, message, *unrun[0], "add tests that run them, or leave them out"))
    for source, line in lines.uncovered[:MOST_FINDINGS]:
        message, remedy = "no test runs this changed line", "add a test that takes this branch"
        found.append(_finding(Severity.WARNING, message, source, line, remedy))
    for source, branch, way in lines.half_taken[: MOST_FINDINGS - len(found)] if len(found) < MOST_FINDINGS else ():
        message = f"no test of the change makes this condition {'true' if way else 'false'}"
        found.append(_finding(Severity.WARNING, message, source, branch.first, "add a test that does"))
    return found


def _is_of_program(source: ChangedSource, line: int) -> bool:
    """Whether a line stands in a function that the module calls as a program: that is for no test."""
    symbol = next((s.symbol for s in source.statements if s.first == line), "")
    return symbol.partition(".")[0] in called_as_program(source.text)


def _dead(source: ChangedSource, lines: Lines) -> Iterator[str]:
    """New functions of some size of which no statement is run; what a module calls as a program is for no test."""
    programs = called_as_program(source.text)
    for name in source.new:
        if name in programs:
            continue
        inside = _inside(source, name)
        unrun = not any((source.path, line) in lines.covered for line in inside)
        if len(inside) >= SOME_SIZE and unrun and not name.rpartition(".")[2].startswith("__"):
            yield name


def _inside(source: ChangedSource, name: str) -> list[int]:
    return [s.first for s in source.statements if s.symbol == name or s.symbol.startswith(f"{name}.")]


def _unrun(source: ChangedSource, name: str) -> Finding:
    message, remedy = f"no test runs any of the new {name}", f"add a test that calls {name}, or leave it out"
    return _finding(Severity.ERROR, message, source, _inside(source, name)[0], remedy)


def _finding(severity: Severity, message: str, source: ChangedSource, line: int, remedy: str) -> Finding:
    return Finding("tests/uncovered", severity, message, Location(source.path, line), source.line(line), remedy)
