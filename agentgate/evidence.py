"""What was witnessed while judging: plain frozen values that one layer establishes and others read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How one test ended. `ERROR` is a failure outside the call phase (fixture set-up, tear-down)."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test of one run. `id` is the runner's (pytest: node id relative to the package, `/` separators)."""

    __test__ = False  # not a test class, whatever its name says to pytest

    id: str
    outcome: Outcome
    phase: str = "call"  # setup | call | teardown: where the outcome was decided
    seconds: float = 0.0
    function: str = ""  # the id without the parametrised case
    path: str = ""  # relative to the repository's root, "" where the runner does not tell
    line: int = 0  # 1-based, 0 where unknown
    signature: str = ""  # failing only: exception type and innermost frame in the project, compared with base
    detail: str = ""  # failing only: the message and the end of the traceback, capped
    doings: tuple[str, ...] = ()  # "read": the changed source as text; "started": a program (traced runs only)
    lines: tuple[tuple[str, tuple[int, ...]], ...] = ()  # (changed source file, lines of it that ran; traced runs only)
    jumps: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()  # (file, (line, the line run next, 0 for the end))


@dataclass(frozen=True, slots=True)
class CollectError:
    """A test module that could not be collected."""

    path: str  # relative to the repository's root
    signature: str
    detail: str
    missing_module: str = ""  # the module named by a ModuleNotFoundError, if that is what it was


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of one package's suite over one tree."""

    __test__ = False

    side: str  # "head" | "base"
    package: str  # the package's root relative to the repository, "." for the root
    runner: str  # "pytest" | "unittest" | "command"
    interpreter: str
    outcomes: tuple[TestOutcome, ...]
    collect_errors: tuple[CollectError, ...] = ()
    exit_status: int = 0
    seconds: float = 0.0
    origins: tuple[tuple[str, str], ...] = ()  # (top-level module, its file: relative within the tree, else absolute)
    rewritten: tuple[str, ...] = ()  # tracked files that the run changed (restored afterwards)
    # (source file, lines of it that ran) of the run as a whole: by a coverage report, or while modules were imported
    lines: tuple[tuple[str, tuple[int, ...]], ...] = ()
    known: tuple[tuple[str, tuple[int, ...]], ...] = ()  # the lines that a coverage report knows; nothing without one


@dataclass(frozen=True, slots=True)
class ChangeKind:
    """What kind of change it is, inferred from the trees (never declared), and why in words."""

    name: str  # e.g. "documentation", "configuration", "comments-only", "move", "revert", "version", "tests", "source"
    reason: str
    source: tuple[str, ...] = ()  # paths whose behaviour changes
    tests: tuple[str, ...] = ()  # paths that the tests own: test modules, conftest, their helpers and data


@dataclass(frozen=True, slots=True)
class Survivor:
    """A variant of the changed source that no test noticed."""

    path: str
    line: int
    symbol: str
    what: str
    diff: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The argument that the change's tests prove it, for one package."""

    package: str
    kind: str  # "behaviour change", "new code", "refactoring", "revert", "not established"
    reason: str
    proving: tuple[str, ...] = ()  # tests that fail on base's source and pass on head's
    statements: int = 0  # changed or new executable statements within functions
    covered: int = 0  # of these, run by the suite
    covered_by_own: int = 0  # and by the change's own tests
    bodies: int = 0  # changed functions that were made hollow
    bodies_missed: int = 0  # of these, noticed by a test
    mutants: int = 0  # tried and run by a test
    mutants_killed: int = 0
    survivors: tuple[Survivor, ...] = ()
    branches: int = 0  # ways that changed conditions can come out, two for each
    branches_covered: int = 0  # of these, seen in a test


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one layer witnessed."""

    kind: ChangeKind | None = None
    runs: tuple[TestRun, ...] = ()
    new_tests: tuple[str, ...] = ()  # test functions (ids without case) that base has not
    edited_tests: tuple[str, ...] = ()  # test functions whose syntax tree differs from base
    proofs: tuple[Proof, ...] = ()
