"""Two runs of a suite and what the change did to its tests, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentgate.change import Change
from agentgate.evidence import CollectError, Outcome, TestOutcome, TestRun
from agentgate.layers.tests.compare import Comparison, Rerun
from agentgate.layers.tests.edited import brought
from agentgate.project import Package

PACKAGE = Package(".", "shop", modules=("shop",), source=("shop",), tests=("tests",), runner="pytest")
Told = Mapping[str, str]  # id -> outcome, and for a failure "failed: signature"


def run(ends: Told, side: str = "head", errors: tuple[CollectError, ...] = ()) -> TestRun:
    """A run in which the tests ended so."""
    outcomes = []
    for name, said in ends.items():
        outcome, _, signature = said.partition(": ")
        path, function = name.partition("::")[0], name.partition("[")[0]
        detail = f"E   {signature}" if signature else ""
        outcomes.append(
            TestOutcome(name, Outcome(outcome), function=function, path=path, signature=signature, detail=detail)
        )
    return TestRun(side, ".", "pytest", "python", tuple(outcomes), errors)


def comparison(change: Change, base: Told, head: Told) -> Comparison:
    """Both runs, with the tests that the change brings or edits."""
    paths = tuple(file.path for file in change.files if file.path.startswith("tests/"))
    new, edited = brought(change, paths)
    return Comparison(change, PACKAGE, run(base, "base"), run(head), frozenset(new), frozenset(edited))


def again(*later: dict[str, Told], **sides: Told) -> Rerun:
    """A rerun that says this of each side; `later`: what the second, third... run with another seed says instead."""

    def rerun(side: str, ids: Sequence[str], seed: int) -> TestRun:
        del ids
        said = later[seed - 1] if 0 < seed <= len(later) else sides
        return run(said.get(side, {}), side)

    return rerun
