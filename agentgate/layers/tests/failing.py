"""What fails at head: by this change, on base already, or only sometimes."""

from __future__ import annotations

from collections.abc import Sequence

from agentgate.errors import CannotJudge
from agentgate.evidence import CollectError, TestOutcome
from agentgate.layers.tests.compare import FAILING, HELD, Comparison, Rerun, last_words, tail
from agentgate.verdict import Finding, Location, Severity

NOTHING = "nothing to mend here"


def failing(compared: Comparison, rerun: Rerun) -> list[Finding]:
    """A finding for each failing test; what base does not share is run again in a fresh process before it refuses."""
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
    again = _rerun(rerun, "head", [o.id for o in suspects])
    before = [compared.base_id(o.id) for o in suspects if o.id in old]
    alone = {compared.head_id(name): o for name, o in _rerun(rerun, "base", before).items()}
    return found + [_judged(compared, o, old.get(o.id), again.get(o.id), alone.get(o.id)) for o in suspects]


def _rerun(rerun: Rerun, side: str, ids: Sequence[str]) -> dict[str, TestOutcome]:
    """The second outcomes by id; none where the selection cannot be run, and then the first one stands."""
    try:
        return {o.id: o for o in rerun(side, ids).outcomes} if ids else {}
    except CannotJudge:
        return {}


def _same(one: TestOutcome, other: TestOutcome) -> bool:
    return one.outcome in FAILING and other.outcome in FAILING and one.signature == other.signature


def _judged(
    compared: Comparison,
    outcome: TestOutcome,
    on_base: TestOutcome | None,
    again: TestOutcome | None,
    alone_on_base: TestOutcome | None,
) -> Finding:
    if again is not None and again.outcome in HELD:
        return _flaky(compared, outcome)
    if again is not None and alone_on_base is not None and _same(alone_on_base, again):
        return _already(compared, outcome)
    own = compared.is_own(outcome)
    remedy = "make it pass" if own else "mend the change; the test tells what it broke"
    said = last_words(outcome.detail) or outcome.signature or "no reason given"
    if on_base is not None and on_base.outcome in FAILING:
        message = f"{outcome.function} fails otherwise than on base: {said}"
    elif own or on_base is None:
        return compared.finding("tests/failing", Severity.ERROR, f"{outcome.function} fails: {said}", outcome, remedy)
    else:
        message = f"{outcome.function} passes on base and fails now: {said}"
    return compared.finding("tests/regression", Severity.ERROR, message, outcome, remedy)


def _flaky(compared: Comparison, outcome: TestOutcome) -> Finding:
    if compared.is_own(outcome):
        message = f"{outcome.function} is of this change and fails only sometimes"
        remedy = "make it repeatable: no clock, no order, no network"
        return compared.finding("tests/flaky", Severity.ERROR, message, outcome, remedy)
    message = f"{outcome.function} failed and then passed alone"
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
