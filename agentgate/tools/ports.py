"""What layers may ask of programs: one port per kind, one adapter per file beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from agentgate.evidence import TestRun
from agentgate.verdict import Severity, ToolVersion


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint of a linter or type checker about one tree, before base and head are compared."""

    path: str  # relative to the repository's root
    line: int  # 1-based, 0 for the file as a whole
    column: int
    code: str  # the tool's own rule code, e.g. "F401", "arg-type"
    message: str
    severity: Severity = Severity.ERROR
    end_line: int = 0
    end_column: int = 0
    fix: str = ""  # what the tool suggests, in words, if it can mend it by itself
    fixable: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """All that a linter or type checker said about one tree."""

    diagnostics: tuple[Diagnostic, ...]
    raw: str  # the tool's output as a person would read it, capped
    whole: bool = True  # False: it stopped at a file that cannot be parsed, and said nothing of the rest


@dataclass(frozen=True, slots=True)
class Settings:
    """What a type checker's configuration says, as far as we steer by it."""

    present: bool = False
    strict: bool = False
    names_files: bool = False  # it says which files to check
    plugins: tuple[str, ...] = ()


#: Path relative to the tree -> first and last lines of the functions whose lines are traced.
Watch = Mapping[str, Sequence[tuple[int, int]]]
NOTHING: Watch = MappingProxyType({})


class Linter(Protocol):
    """Reads a tree's files and complains."""

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        ...

    def check(self, root: str) -> ToolAnswer:
        """All complaints about the checkout at `root`. Raises `ToolError` on a crash or unreadable output."""
        ...


class TypeChecker(Protocol):
    """Reads one package's sources and complains about their types."""

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        ...

    def check(self, root: str, paths: Sequence[str], *, strict: bool, cache: str) -> ToolAnswer:
        """Complaints about `paths` (relative to the checkout `root`); `cache`: a directory that only judges write."""
        ...


class Runner(Protocol):
    """Runs one package's tests and witnesses how each ended."""

    @property
    def name(self) -> str:
        """One of "pytest", "unittest" and "command"."""
        ...

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        ...

    def run(
        self, root: str, *, side: str, selection: Sequence[str] = (), watch: Watch = NOTHING, whole: bool = True
    ) -> TestRun:
        """Run the suite (or `selection`, ids or paths relative to the package) in the checkout at `root`.

        `watch`: path -> lines of functions that are traced test by test, where the runner can. `whole=False`: of a run
        that dies, what was witnessed until then is the answer. Raises `ToolError` where nothing can be said: a crashed
        interpreter, a time-out, no fresh report, a report that disagrees with the exit status.
        """
        ...
