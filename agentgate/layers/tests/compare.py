"""Head's run against base's: the same test on both sides, whatever moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agentgate.change import Change
from agentgate.evidence import CollectError, Outcome, TestOutcome, TestRun
from agentgate.project import Package
from agentgate.verdict import Finding, Location, Severity

FAILING = frozenset({Outcome.FAILED, Outcome.ERROR})
HELD = frozenset({Outcome.PASSED, Outcome.XPASSED})
#: Reruns a selection of tests in a fresh process: (side, ids, hash seed) -> run.
Rerun = Callable[[str, Sequence[str], int], TestRun]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one package's suite. Test functions of the change are named "path::Class::function"."""

    change: Change
    package: Package
    base: TestRun
    head: TestRun
    new: frozenset[str]
    edited: frozenset[str]

    def head_path(self, path: str) -> str:
        """Where a file of base is at head."""
        return self.change.renames.get(path, path)

    def head_id(self, identity: str) -> str:
        """What a test of base is called at head."""
        return _moved(identity, self.change.renames, self.package.root)

    def base_id(self, identity: str) -> str:
        """What a test of head is called on base."""
        return _moved(identity, {head: base for base, head in self.change.renames.items()}, self.package.root)

    def is_own(self, outcome: TestOutcome) -> bool:
        """Whether the change brings or edits this test."""
        name = f"{outcome.path}::{qualified(outcome).replace('.', '::')}"
        return name in self.new or name in self.edited

    def is_known(self, error: CollectError) -> bool:
        """Whether base has the same module, and it could not be collected there for the same reason."""
        return any(
            self.head_path(e.path) == error.path and e.signature == error.signature for e in self.base.collect_errors
        )

    def finding(self, rule: str, severity: Severity, message: str, outcome: TestOutcome, remedy: str) -> Finding:
        """A finding at a test."""
        place = Location(outcome.path, outcome.line) if outcome.path else None
        return Finding(rule, severity, message, place, tail(outcome.detail), remedy, package=self.shown_package)

    @property
    def shown_package(self) -> str:
        """The package as findings name it."""
        return "" if self.package.root == "." else self.package.root


def qualified(outcome: TestOutcome) -> str:
    """Class and function of an outcome, dotted, whichever runner named it."""
    if "::" in outcome.function:
        return outcome.function.partition("::")[2].replace("::", ".")
    return ".".join(outcome.function.split(".")[-2:])


def last_words(detail: str) -> str:
    """The line of a traceback that says what went wrong."""
    lines = [line.strip() for line in detail.splitlines() if line.strip()]
    begins = [
        n for n, line in enumerate(lines) if line.startswith("E ") and not lines[n - 1 if n else 0].startswith("E ")
    ]
    if lines and lines[0].startswith("E "):
        begins = begins or [0]
    said = lines[begins[-1]][1:].strip() if begins else lines[-1] if lines else ""
    return said[:200]


def tail(detail: str) -> str:
    """The end of a traceback, for the code frame."""
    lines = detail.splitlines()[-12:]
    return "\n".join(lines) if len(lines) > 1 else ""


def _moved(identity: str, renames: dict[str, str], root: str) -> str:
    """An id (relative to the package) after its file was renamed."""
    path, separator, rest = identity.partition("::")
    prefix = "" if root == "." else root + "/"
    moved = renames.get(prefix + path, prefix + path).removeprefix(prefix)
    return moved + separator + rest if separator else identity
