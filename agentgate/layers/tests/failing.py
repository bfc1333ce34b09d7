"""What fails at head: by this change, on base already, or only sometimes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentgate.errors import CannotJudge
from agentgate.evidence import CollectError, TestOutcome
from agentgate.layers.tests.compare import FAILING, Comparison, Rerun, last_words, tail
from agentgate.verdict import Finding, Location, Severity

NOTHING = "nothing to mend here"
#: Hash seeds of the further runs of a test that fails at head and not in the same way on base.
SEEDS = (0, 1, 2)


def failing(compared: Comparison, rerun: Rerun) -> list[Finding]:
    """A finding for each failing test; what base does not share is run again in fresh processes before it refuses."""
    old = {compared.head_id(o.id): o for o in compared.base.outcomes}
    found, suspects = [], []
    for outcome in compared.head.outcomes:
        if outcome.outcome in FAILING:
            known = old.get(outcome.id)
            if known is not None and _same(known, outcome):
                found.append(_already(compared, outcome))
            else:
                suspects.append(outcome)
    if not suspects:
        return found
    ids = [o.id for o in suspects]
    before = [compared.base_id(name) for name in ids if name in old]
    again = [_rerun(rerun, "head", ids, seed) for seed in SEEDS]
    alone = [{compared.head_id(n): o for n, o in _rerun(rerun, "base", before, seed).items()} for seed in SEEDS]
    return found + [
        _judged(
            compared,
            _Seen(outcome, old.get(outcome.id), _of(again, outcome.id), _of(alone, outcome.id)),
            rerun,
        )
        for outcome in suspects
    ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One suspect: in the whole runs, and in the further ones."""

    outcome: TestOutcome
    on_base: TestOutcome | None
    again: tuple[TestOutcome, ...]
    again_on_base: tuple[TestOutcome, ...]

    @property
    def is_steady(self) -> bool:
        """Whether it failed every time at head."""
        return all(o.outcome in FAILING for o in self.again)

    @property
    def runs_the_change(self) -> bool:
        """Whether it runs a line of a changed function."""
        return any(o.lines for o in (self.outcome, *self.again))

    @property
    def base_fails(self) -> bool:
        """Whether it failed on base at any time."""
        every = (*self.again_on_base, *((self.on_base,) if self.on_base else ()))
        return any(o.outcome in FAILING for o in every)


def _of(runs: Sequence[dict[str, TestOutcome]], name: str) -> tuple[TestOutcome, ...]:
    return tuple(run[name] for run in runs if name in run)


def _rerun(rerun: Rerun, side: str, ids: Sequence[str], seed: int) -> dict[str, TestOutcome]:
    """The outcomes by id; none where the selection cannot be run, and then the first one stands."""
    try:
        return {o.id: o for o in rerun(side, ids, seed).outcomes} if ids else {}
    except CannotJudge:
        return {}


def _same(one: TestOutcome, other: TestOutcome) -> bool:
    return one.outcome in FAILING and other.outcome in FAILING and one.signature == other.signature


def _judged(compared: Comparison, seen: _Seen, rerun: Rerun) -> Finding:
    """By the reference's table: what fails always, what fails sometimes, and whether base knows it."""
    outcome = seen.outcome
    if not seen.is_steady:
        return _flaky(compared, seen, rerun)
    if seen.again and seen.again_on_base and all(_same(o, seen.again[0]) for o in seen.again_on_base):
        return _already(compared, outcome)
    own = compared.is_own(outcome)
    remedy = "make it pass" if own else "mend the change; the test tells what it broke"
    said = last_words(outcome.detail) or outcome.signature or "no reason given"
    if seen.on_base is not None and seen.on_base.outcome in FAILING:
        message = f"{outcome.function} fails otherwise than on base: {said}"
    elif own or seen.on_base is None:
        return compared.finding("tests/failing", Severity.ERROR, f"{outcome.function} fails: {said}", outcome, remedy)
    else:
        message = f"{outcome.function} passes on base and fails now: {said}"
    return compared.finding("tests/regression", Severity.ERROR, message, outcome, remedy)


def _flaky(compared: Comparison, seen: _Seen, rerun: Rerun) -> Finding:
    """It failed and it passed. An old one refuses where it runs the change, base is steady, and it fails once more."""
    outcome = seen.outcome
    times = 1 + sum(o.outcome in FAILING for o in seen.again)
    if compared.is_own(outcome):
        message = f"{outcome.function} is of this change and fails only sometimes"
        remedy = "make it repeatable: no clock, no order, no network"
        return compared.finding("tests/flaky", Severity.ERROR, message, outcome, remedy)
    if seen.runs_the_change and not seen.base_fails and seen.on_base is not None:
        file = [outcome.id.partition("::")[0]]
        beside = _rerun(rerun, "head", file, SEEDS[0]).get(outcome.id) if times < 2 else None
        if times > 1 or (beside is not None and beside.outcome in FAILING):
            message = f"{outcome.function} passes on base, runs what this change touches, and fails now and then"
            remedy = "find what it shares with other tests, or what the change made depend on order or time"
            return compared.finding("tests/flaky", Severity.ERROR, message, outcome, remedy)
    message = f"{outcome.function} failed and then passed"
    return compared.finding("tests/flaky", Severity.WARNING, message, outcome, "nothing; but it proves nothing either")


def _already(compared: Comparison, outcome: TestOutcome) -> Finding:
    message = f"{outcome.function} fails on base too: {last_words(outcome.detail)}"
    return compared.finding("tests/already-failing", Severity.NOTE, message, outcome, NOTHING)


def uncollected(compared: Comparison) -> list[Finding]:
    """A finding for each module that cannot be collected at head."""
    return [_uncollected(compared, error) for error in compared.head.collect_errors]


def _uncollected(compared: Comparison, error: CollectError) -> Finding:
    known = compared.is_known(error)
    message = f"{error.path} cannot be collected{' on base either' if known else ''}: {last_words(error.detail)}"
    return Finding(
        "tests/already-failing" if known else "tests/collection",
        Severity.NOTE if known else Severity.ERROR,
        message,
        Location(error.path),
        tail(error.detail),
        NOTHING if known else "make the module importable",
        package=compared.shown_package,
    )
