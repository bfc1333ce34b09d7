"""The argument that the tests prove the change: fail-to-pass, coverage, hollow bodies, mutants.

The class of a change is inferred from what its tests do, never declared:

- behaviour change: a test fails with the source put back, and runs what changed;
- new code: there is nothing to put back; tests of the change notice when its functions are hollow;
- refactoring: nothing fails; then every changed line must be run, and its mutants noticed, by the tests that are there.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agentgate.change import Checkout
from agentgate.errors import CannotJudge, ToolError
from agentgate.evidence import Proof, Survivor, TestOutcome, TestRun
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.compare import FAILING
from agentgate.layers.tests.fail_to_pass import FailToPass
from agentgate.layers.tests.trial import Trial
from agentgate.tools.laboratory import Attempt, Difference, Pair, Trials, try_out
from agentgate.tools.mutants import mutants
from agentgate.tools.variants import Variant, hollows, identity, places

MOST_FUNCTIONS = 20
MOST_MUTANTS = 40
MOST_TESTS = 400  # tests that a refactoring's mutants are put to


@dataclass(frozen=True, slots=True)
class Lines:
    """Which changed statements the tests run: of the whole suite, and of the change's own."""

    all: tuple[tuple[ChangedSource, int], ...] = ()  # (source, first line of the statement)
    covered: frozenset[tuple[str, int]] = frozenset()
    own: frozenset[tuple[str, int]] = frozenset()
    runners: tuple[str, ...] = ()  # ids of tests that run any changed statement or function

    @property
    def uncovered(self) -> list[tuple[ChangedSource, int]]:
        """What no test runs."""
        return [(source, line) for source, line in self.all if (source.path, line) not in self.covered]


def covered(sources: Sequence[ChangedSource], head: TestRun, own: Sequence[TestOutcome]) -> Lines:
    """The changed statements and the tests that run them."""
    spans = {s.path: [(st.first, st.last) for st in s.statements] for s in sources}
    ran: set[tuple[str, int]] = set()
    around = {s.path: [p.span for p in places(s.text) if p.symbol in s.functions] for s in sources}
    runners = []
    for outcome in head.outcomes:
        ran |= _ran(outcome, spans)
        if _ran(outcome, spans) or _ran(outcome, around):
            runners.append(outcome.id)
    by_own = {place for outcome in own for place in _ran(outcome, spans)}
    every = tuple((source, statement.first) for source in sources for statement in source.statements)
    return Lines(every, frozenset(ran | by_own), frozenset(by_own), tuple(runners))


def _ran(outcome: TestOutcome, spans: dict[str, list[tuple[int, int]]]) -> set[tuple[str, int]]:
    return {
        (path, first)
        for path, lines in outcome.lines
        for first, last in spans.get(path, ())
        if any(first <= line <= last for line in lines)
    }


@dataclass(frozen=True, slots=True)
class Tried:
    """What the laboratory found."""

    attempts: tuple[Attempt, ...] = ()
    compared: int = 0  # calls that base's and head's functions were both given
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

    @property
    def survivors(self) -> tuple[Survivor, ...]:
        """The mutants that a test ran and none noticed."""
        alive = [a.variant for a in self.of("mutant") if not a.is_killed]
        return tuple(Survivor(v.path, v.line, v.symbol, v.what, v.diff(self.texts[v.path])) for v in alive)


def tried(
    trial: Trial,
    sources: Sequence[ChangedSource],
    selection: Sequence[str],
    *,
    with_mutants: bool,
    with_base: bool = False,
) -> Tried:
    """Put hollow bodies of the changed functions, and mutants of the changed lines, to a selection of tests.

    `with_base`: also call base's version of each function with the tests' arguments and ones near them.
    """
    variants = _variants(sources, with_mutants=with_mutants)
    pairs = [pair for source in sources for pair in _pairs(source)] if with_base else []
    if not variants and not pairs:
        return Tried()
    checkout = trial.proving_ground()
    trial.case.say("tests", f"{len(variants)} variants of the changed code")
    try:
        found = try_out(trial.runner, checkout.path, selection, {s.path: s.spans for s in sources}, variants, pairs)
    except ToolError as error:
        return Tried(void=error.message)
    finally:
        checkout.verify()
    texts = {s.path: s.text for s in sources}
    void = _void(found) or found.incomparable
    return Tried(found.attempts, sum(found.compared.values()), found.differences, void, texts)


def rechecked(trial: Trial, found: Tried, selection: Sequence[str], enough: float) -> Tried:
    """The same, with surviving mutants put to the tests once more: as a real edit, in a fresh process.

    A swap of code objects can miss what was made at import, in a cache or in another thread; a refusal must not rest on
    that (shared/reference/tests.md, 3.2). It ends once the share `enough` is reached, or cannot be any more.
    """
    mutants = found.of("mutant")
    alive = [attempt for attempt in mutants if not attempt.is_killed]
    lacking = math.ceil(enough * len(mutants)) - (len(mutants) - len(alive))
    spare = len(alive) - lacking  # so many may survive again
    checkout = trial.proving_ground()
    second: dict[str, Attempt] = {}
    for attempt in alive:
        if lacking <= 0 or spare < 0:
            break
        trial.case.say("tests", f"a surviving mutant again, in {attempt.variant.symbol}")
        again = second[attempt.variant.id] = _again(trial, checkout, attempt, selection)
        lacking -= again.is_killed
        spare -= not again.is_killed
    return replace(found, attempts=tuple(second.get(a.variant.id, a) for a in found.attempts))


def _again(trial: Trial, checkout: Checkout, attempt: Attempt, selection: Sequence[str]) -> Attempt:
    variant = attempt.variant
    try:
        with open(os.path.join(checkout.path, variant.path), "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(variant.text)
        run = trial.within(checkout, "a mutant", selection, whole=False, each=30.0)
    except CannotJudge:
        return attempt  # a run that says nothing is no kill
    finally:
        checkout.verify()
    killers = [o.id for o in run.outcomes if o.outcome in FAILING] or [e.path for e in run.collect_errors]
    return replace(attempt, ended="killed", killed_by=killers[0]) if killers else attempt


def _pairs(source: ChangedSource) -> list[Pair]:
    """The functions that both sides have, as a laboratory compares them; not those within other functions."""
    old = {p.symbol: p for p in places(source.base_text) if len(p.functions) == 1}
    new = {p.symbol: p for p in places(source.text) if len(p.functions) == 1 and p.symbol in source.functions}
    return [
        Pair(source.path, symbol, p.span, p.function.name, p.chain[0][1], old[symbol].chain[0][1], source.base_text)
        for symbol, p in new.items()
        if symbol in old
    ]


def _variants(sources: Sequence[ChangedSource], *, with_mutants: bool) -> list[Variant]:
    found: list[Variant] = []
    left = MOST_MUTANTS
    for source in sources:
        functions = source.functions[:MOST_FUNCTIONS]
        found += identity(source.path, source.text, functions)
        found += hollows(source.path, source.text, functions)
        if with_mutants:
            lines = {n for s in source.statements for n in range(s.first, s.last + 1)}
            found += mutants(source.path, source.text, lines, left)
            left = MOST_MUTANTS - sum(variant.kind == "mutant" for variant in found)
    return found


def _void(trials: Trials) -> str:
    """The controls: an identity must survive, a hollow one must be noticed by some test, and no child may die."""
    attempts = trials.attempts
    if any(a.variant.kind == "identity" and a.is_killed for a in attempts):
        return "the unchanged code was noticed as if it were another"
    died = [a for a in attempts if a.ended == "died"]
    if len(died) * 2 > len(attempts):
        return "the children in which the variants were tried ended without an answer"
    return ""


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
    )
