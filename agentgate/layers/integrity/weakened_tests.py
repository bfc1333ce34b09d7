"""`integrity/weakened-test`: what only reading shows of tests that a change weakens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from agentgate.evidence import Evidence
from agentgate.layers.integrity.python_tests import reading
from agentgate.layers.integrity.python_tests.reading import Fact
from agentgate.layers.integrity.sides import Sides
from agentgate.layers.integrity.snapshots import rewritten
from agentgate.tools.python_source import removed_names
from agentgate.verdict import Finding, Location, Severity

RULE = "integrity/weakened-test"


def find(sides: Sides) -> Iterable[Finding]:
    """The findings, at most one for each test and move."""
    tests = [(f.base_path, f.base, f.path, f.head) for f in sides.python if f.is_test]
    sources = [(f.base, f.head) for f in sides.python if not f.is_test and tests]  # read for the tests' sake alone
    facts = reading.facts(
        tests,
        removed=removed_names(sources),
        source_changes=any(base != head for base, head in sources),
        witnessed=partial(_witnessed, sides.evidence),
    )
    yield from (_finding(fact) for fact in facts)
    yield from _snapshots(sides)


def _finding(fact: Fact) -> Finding:
    return Finding(
        RULE,
        Severity.ERROR if fact.refuses else Severity.WARNING,
        fact.message,
        Location(fact.path, fact.line),
        excerpt=fact.excerpt,
        remedy=fact.remedy,
        diff=fact.diff,
    )


def _witnessed(evidence: Evidence, path: str, name: str) -> bool:
    """Whether the suite ran a test, or tests of a class or file, on base: then `tests/lost` tells of them."""
    identity = name.replace(".", "::")
    for run in evidence.runs:
        for outcome in run.outcomes if run.side == "base" else ():
            said = outcome.function.partition("::")[2]
            if outcome.path == path and (not identity or said == identity or said.startswith(f"{identity}::")):
                return any(other.side == "head" and other.package == run.package for other in evidence.runs)
    return False


def _snapshots(sides: Sides) -> Iterator[Finding]:
    for path, count, total in rewritten(sides.change):
        yield Finding(
            RULE,
            Severity.WARNING,
            f"{count} of {total} lines of the snapshot {path} are rewritten",
            Location(path),
            remedy="see that every difference is meant, and say why in the change",
        )
