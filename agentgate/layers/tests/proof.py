"""What the argument is made of: which changed lines the tests run, what they notice, and both in numbers.

The class of a change is inferred from what its tests do, never declared:

- behaviour change: a test fails with the source put back, and runs what changed;
- new code: there is nothing to put back; tests of the change notice when its functions are hollow;
- refactoring: nothing fails; then every changed line must be run, and its mutants noticed, by the tests that are there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agentgate.errors import CannotJudge
from agentgate.evidence import Proof, Survivor, TestOutcome, TestRun
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.fail_to_pass import FailToPass
from agentgate.tools.laboratory import Attempt, Difference
from agentgate.tools.statements import Branch
from agentgate.tools.variants import places

Place = tuple[str, int]  # path, first line of a statement or a condition


@dataclass(frozen=True, slots=True)
class Lines:
    """Which changed statements and conditions the tests run: of the whole suite, and of the change's own."""

    all: tuple[tuple[ChangedSource, int], ...] = ()  # (source, first line of the statement)
    covered: frozenset[Place] = frozenset()
    own: frozenset[Place] = frozenset()
    runners: tuple[str, ...] = ()  # ids of tests that run any changed statement or function
    branches: tuple[tuple[ChangedSource, Branch], ...] = ()
    ways: Mapping[Place, frozenset[bool]] = field(default_factory=dict)  # how each condition was seen to come out

    @property
    def uncovered(self) -> list[tuple[ChangedSource, int]]:
        """What no test runs."""
        return [(source, line) for source, line in self.all if (source.path, line) not in self.covered]

    @property
    def is_whole(self) -> bool:
        """Whether the change's own tests run every changed statement."""
        return all((source.path, line) in self.own for source, line in self.all)

    @property
    def half_taken(self) -> list[tuple[ChangedSource, Branch, bool]]:
        """The conditions that were reached and never came out so."""
        reached = [(s, b, self.ways.get((s.path, b.first), frozenset())) for s, b in self.branches]
        return [(s, b, way) for s, b, seen in reached if len(seen) == 1 for way in (True, False) if way not in seen]


def covered(sources: Sequence[ChangedSource], runs: Sequence[TestRun], own: Sequence[TestOutcome]) -> Lines:
    """The changed statements and conditions, and the tests of `runs` that run them. `own`: those of the change."""
    spans = {s.path: [(st.first, st.last) for st in s.statements] for s in sources}
    around = {s.path: [p.span for p in places(s.text) if p.symbol in s.functions] for s in sources}
    ran = {place for run in runs for place in _ran(run.lines, spans)}
    runners = []
    outcomes = [outcome for run in runs for outcome in run.outcomes]
    for outcome in outcomes:
        places_run = _ran(outcome.lines, spans)
        ran |= places_run
        if places_run or _ran(outcome.lines, around):
            runners.append(outcome.id)
    by_own = {place for outcome in own for place in _ran(outcome.lines, spans)}
    every = tuple((source, statement.first) for source in sources for statement in source.statements)
    conditions = tuple((source, branch) for source in sources for branch in source.branches)
    ways = {(s.path, b.first): _ways(s.path, b, outcomes) for s, b in conditions}
    return Lines(every, frozenset(ran | by_own), frozenset(by_own), tuple(dict.fromkeys(runners)), conditions, ways)


Ran = Sequence[tuple[str, Collection[int]]]


def _ran(told: Ran, spans: Mapping[str, Sequence[tuple[int, int]]]) -> set[Place]:
    return {
        (path, first)
        for path, lines in told
        for first, last in spans.get(path, ())
        if any(first <= line <= last for line in lines)
    }


def _ways(path: str, branch: Branch, outcomes: Sequence[TestOutcome]) -> frozenset[bool]:
    found: frozenset[bool] = frozenset()
    for outcome in outcomes:
        lines, jumps = dict(outcome.lines).get(path, ()), dict(outcome.jumps).get(path, ())
        found |= branch.went(lines, jumps) if lines else frozenset()
    return found


Function = tuple[str, str]  # path, dotted name


@dataclass(frozen=True, slots=True)
class Tried:
    """What the laboratory found."""

    attempts: tuple[Attempt, ...] = ()
    compared: Mapping[Function, int] = field(default_factory=dict)  # calls that base and head were both given
    differences: tuple[Difference, ...] = ()
    void: str = ""  # why it counts for nothing, "" where it counts
    texts: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str) -> list[Attempt]:
        """The attempts of one kind that a test ran."""
        return [a for a in self.attempts if a.variant.kind == kind and a.ended in ("killed", "timeout", "survived")]

    @property
    def noticed(self) -> set[tuple[str, str]]:
        """(path, function) of those whose absence a test notices: it asserts something of what they return or do."""
        return {(a.variant.path, a.variant.symbol) for a in self.of("return") if a.is_killed}

    @property
    def run(self) -> set[tuple[str, str]]:
        """(path, function) of all that a test runs."""
        return {(a.variant.path, a.variant.symbol) for a in (*self.of("return"), *self.of("raise"))}

    def with_more(self, attempts: Sequence[Attempt], texts: Mapping[str, str]) -> Tried:
        """The same, with further attempts."""
        return replace(self, attempts=(*self.attempts, *attempts), texts={**self.texts, **texts})

    def is_same(self, calls: int) -> bool:
        """Whether base and head answered alike, each function that both have at least so many calls."""
        return bool(self.compared) and not self.differences and all(n >= calls for n in self.compared.values())

    @property
    def values_noticed(self) -> bool:
        """Whether a test notices, by a real edit, another value of what is made at import."""
        return any(attempt.is_killed for attempt in self.of("mutant") if attempt.killers)

    @property
    def survivors(self) -> tuple[Survivor, ...]:
        """The mutants that a test ran and none noticed."""
        alive = [a.variant for a in self.of("mutant") if not a.is_killed]
        return tuple(Survivor(v.path, v.line, v.symbol, v.what, v.diff(self.texts[v.path])) for v in alive)


def inconclusive(found: Tried) -> CannotJudge:
    """The error of a laboratory that says nothing."""
    return CannotJudge(f"the proof is inconclusive: {found.void}", "agentgate check --no-cache, or report this")


def proof_of(package: str, kind: str, reason: str, fail: FailToPass, lines: Lines, tried_out: Tried) -> Proof:
    """The argument in numbers."""
    return Proof(
        package,
        kind,
        reason,
        fail.ids,
        len(lines.all),
        len(lines.all) - len(lines.uncovered),
        len({(s.path, line) for s, line in lines.all} & lines.own),
        len(tried_out.run),
        len(tried_out.noticed),
        len(tried_out.of("mutant")),
        sum(a.is_killed for a in tried_out.of("mutant")),
        tried_out.survivors,
        branches=2 * len(lines.branches),
        branches_covered=sum(len(ways) for ways in lines.ways.values()),
    )
