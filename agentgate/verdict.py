"""The vocabulary: what a layer finds, how it answers, and how the answers fold into one verdict.

Plain frozen values, loaded on the hot path: standard library and `evidence` only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from agentgate.evidence import Evidence


class Severity(StrEnum):
    """`ERROR` refuses; `WARNING` and `NOTE` are shown and never change an exit code."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class State(StrEnum):
    """What a layer answered."""

    PASSED = "passed"
    REFUSED = "refused"
    NEEDS_HUMAN = "needs_human"
    ERRORED = "errored"
    NOT_RUN = "not_run"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the head tree (or, for what was deleted, in the base tree). Lines and columns count from 1."""

    path: str
    line: int = 0  # 0: the file as a whole
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend."""

    rule: str  # "layer/name", e.g. "lint/F401", "tests/missing"; a heading in docs/rules
    severity: Severity
    message: str
    location: Location | None = None
    excerpt: str = ""  # the line or lines concerned, for the code frame
    remedy: str = ""  # the one thing to do
    diff: str = ""  # a unified diff that would mend or that shows the matter
    package: str = ""  # root of the package concerned, "" for the repository as a whole
    occurrence: int = 0  # counts findings that are otherwise the same

    @property
    def layer(self) -> str:
        """The layer that found it."""
        return self.rule.partition("/")[0]

    @property
    def id(self) -> str:
        """Twelve hex digits, the same from run to run: rule, path, message and text of the line, never its number."""
        path = self.location.path if self.location else ""
        key = "\0".join((self.rule, path, self.message, self.excerpt.strip(), str(self.occurrence)))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ToolVersion:
    """A program that was asked, and where it came from ("agentgate's own", "the target's .venv")."""

    name: str
    version: str
    source: str


@dataclass(frozen=True, slots=True)
class LayerResult:
    """One layer's answer. `reason` is one clause that completes "lint refused: ..."; never empty but for PASSED."""

    layer: str
    state: State
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    remedy: str = ""  # for ERRORED, NEEDS_HUMAN, NOT_RUN: what would settle it
    evidence: Evidence = field(default_factory=Evidence)
    tools: tuple[ToolVersion, ...] = ()
    seconds: float = 0.0
    raw: str = ""  # the tools' own output, for `agentgate show`; capped
    notices: tuple[str, ...] = ()  # what the reader should know and need not mend

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def admits(self) -> bool:
        """Whether a verdict may pass with this answer."""
        return self.state in (State.PASSED, State.NOT_APPLICABLE)


def state_of(findings: tuple[Finding, ...]) -> State:
    """The state that follows from findings alone: one ERROR refuses."""
    return State.REFUSED if any(f.severity is Severity.ERROR for f in findings) else State.PASSED


@dataclass(frozen=True, slots=True)
class ChangeIdentity:
    """Which change was judged: names for people, ids for machines."""

    target: str  # ref name, e.g. "origin/main"
    target_commit: str
    base_commit: str
    base_tree: str
    head: str  # "working tree", "index", or the revision as given
    head_commit: str  # "" for work that is not committed
    head_tree: str
    files: int
    insertions: int = 0
    deletions: int = 0


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where the policy came from: "defaults", or a file at a commit; `digest` is over its effective content."""

    source: str  # e.g. "gate.toml at origin/main", "defaults", "draft.toml (--policy)"
    commit: str
    digest: str


class Mode(StrEnum):
    """`OBSERVE` turns refusals into exit 0 and says so; never 2 or 3."""

    ENFORCE = "enforce"
    OBSERVE = "observe"


EXIT_ADMITTED, EXIT_REFUSED, EXIT_USAGE, EXIT_CANNOT_JUDGE, EXIT_NO_ROOM, EXIT_NEEDS_HUMAN = 0, 1, 2, 3, 75, 77
EXIT_INTERRUPTED, EXIT_TERMINATED = 130, 143

_STATE_EXITS = {
    State.REFUSED: EXIT_REFUSED,
    State.ERRORED: EXIT_CANNOT_JUDGE,
    State.NOT_RUN: EXIT_CANNOT_JUDGE,
    State.NEEDS_HUMAN: EXIT_NEEDS_HUMAN,
}
_PRECEDENCE = (EXIT_REFUSED, EXIT_CANNOT_JUDGE, EXIT_NEEDS_HUMAN, EXIT_NO_ROOM)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one value that every report renders."""

    change: ChangeIdentity
    policy: PolicySource
    mode: Mode
    results: tuple[LayerResult, ...]
    named: tuple[str, ...]  # the layers that the policy names, in order; each must have answered
    only: tuple[str, ...] = ()  # `--only`: judged just these, no verdict on the whole
    not_for_submission: str = ""  # why this verdict admits nothing to a pull request ("--base was given"), or ""
    notices: tuple[str, ...] = ()
    needs_human: str = ""  # why a person must decide whatever the layers say, or ""
    seconds: float = 0.0
    cached: bool = False  # answered from a receipt
    version: str = ""  # AgentGate's own

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every layer's findings, in the layers' order."""
        return tuple(f for result in self.results for f in result.findings)

    @property
    def judged(self) -> tuple[str, ...]:
        """The layers whose answer is needed: `only`, else all that the policy names."""
        return self.only or self.named

    @property
    def silent(self) -> tuple[str, ...]:
        """Needed layers that did not answer: silence never passes."""
        answered_by = {r.layer for r in self.results}
        return tuple(name for name in self.judged if name not in answered_by)

    @property
    def _strict_exit(self) -> int:
        exits = {_STATE_EXITS[r.state] for r in self.results if not r.admits}
        if self.needs_human:
            exits.add(EXIT_NEEDS_HUMAN)
        if self.silent or not self.results:
            exits.add(EXIT_CANNOT_JUDGE)
        return next((code for code in _PRECEDENCE if code in exits), EXIT_ADMITTED)

    @property
    def passed(self) -> bool:
        """Whether the change is admitted, whatever the mode."""
        return self._strict_exit == EXIT_ADMITTED

    @property
    def exit_code(self) -> int:
        """0 admitted, 1 refused, 3 could not judge, 75 no room, 77 needs a human; observe mode lets 1, 75, 77 go."""
        strict = self._strict_exit
        if self.mode is Mode.OBSERVE and strict in (EXIT_REFUSED, EXIT_NO_ROOM, EXIT_NEEDS_HUMAN):
            return EXIT_ADMITTED
        return strict

    @property
    def headline(self) -> str:
        """One word or two for the verdict: "admitted", "refused", "could not judge", "needs a human"."""
        return {
            EXIT_ADMITTED: "admitted",
            EXIT_REFUSED: "refused",
            EXIT_CANNOT_JUDGE: "could not judge",
            EXIT_NEEDS_HUMAN: "needs a human",
            EXIT_NO_ROOM: "no room",
        }[self._strict_exit]
