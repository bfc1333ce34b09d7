"""Variants tried as real edits: the file is rewritten in the proving ground, the tests run in a fresh process.

A swap of code objects cannot reach what runs while modules are imported, and can miss what was made in a cache or in
another thread (shared/reference/tests.md, 3.2). It costs a run of the tests each time, so there are few of them.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agentgate.change import Checkout
from agentgate.errors import CannotJudge
from agentgate.evidence import Outcome, TestRun
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.compare import FAILING
from agentgate.layers.tests.proof import Tried
from agentgate.layers.tests.trial import Trial
from agentgate.tools.laboratory import Attempt
from agentgate.tools.module_mutants import module_mutants
from agentgate.tools.mutants import mutants
from agentgate.tools.variants import Variant, hollows, places

MOST, LEAST = 10, 4  # variants of what runs at import; those that are tried whatever time they take
EACH = 30.0  # seconds for one test
LONGEST, FACTOR = 3.0, 5.0  # seconds for a run of them all, and how much longer than without a variant it may take


def at_import(sources: Sequence[ChangedSource], control: TestRun) -> list[Variant]:
    """Variants of what the change makes run at import: hollow functions that ran then, and mutants of values."""
    ran = {path: frozenset(lines) for path, lines in control.lines}
    found: list[Variant] = []
    for source in sources:
        spans = {p.symbol: p.span for p in places(source.text) if p.symbol in source.functions}
        called = [s for s, (first, last) in spans.items() if any(first < n <= last for n in ran.get(source.path, ()))]
        found += [v for v in hollows(source.path, source.text, called) if v.kind == "return"][:MOST]
        inside = {n for symbol in called for n in range(spans[symbol][0], spans[symbol][1] + 1)}
        found += mutants(source.path, source.text, (source.lines & inside) or inside, 5)
        found += module_mutants(source.path, source.text, source.lines, MOST - min(MOST - 1, len(found)))
    return found[:MOST]


def noticed(
    trial: Trial, variants: Iterable[Variant], selection: Sequence[str], seconds: float, usual: float
) -> Iterator[Attempt]:
    """Each variant against the tests, for as long as there are `seconds`, and LEAST of them in any case.

    `usual`: seconds that a run of these tests takes.
    """
    checkout = trial.proving_ground()
    begun = time.monotonic()
    for number, variant in enumerate(variants):
        if number >= LEAST and time.monotonic() - begun > seconds:
            return
        trial.case.say("tests", f"{variant.symbol} with {variant.what}")
        yield _as_edit(trial, checkout, Attempt(variant, "untried"), selection, LONGEST + FACTOR * usual)


def rechecked(
    trial: Trial, found: Tried, selection: Sequence[str], enough: float, seconds: float, usual: float
) -> Tried:
    """The same, with surviving mutants put to the tests once more: a refusal must not rest on a swap alone.

    It ends once the share `enough` is reached, or cannot be any more, or `seconds` have gone.
    """
    mutants = found.of("mutant")
    alive = [attempt for attempt in mutants if not attempt.is_killed]
    lacking = math.ceil(enough * len(mutants)) - (len(mutants) - len(alive))
    spare = len(alive) - lacking  # so many may survive again
    second: dict[str, Attempt] = {}
    again_alive = (attempt.variant for attempt in alive)
    for again in noticed(trial, again_alive, selection, seconds, usual):
        killed = again.is_killed or again.ended == "uncollected"
        lacking, spare = lacking - killed, spare - (not killed)
        if killed:
            second[again.variant.id] = replace(again, ended="killed")
        if lacking <= 0 or spare < 0:
            break
    return replace(found, attempts=tuple(second.get(a.variant.id, a) for a in found.attempts))


def _as_edit(trial: Trial, checkout: Checkout, attempt: Attempt, selection: Sequence[str], longest: float) -> Attempt:
    variant = attempt.variant
    try:
        with open(os.path.join(checkout.path, variant.path), "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(variant.text)
        run = trial.within(checkout, "a variant", selection, whole=False, each=EACH, longest=longest, traced=False)
    except CannotJudge:
        return attempt  # a run that says nothing is no kill
    finally:
        checkout.verify()
    killers = [o.id for o in run.outcomes if o.outcome is Outcome.FAILED and o.phase == "call"]
    if killers:
        return replace(attempt, ended="killed", killed_by=killers[0], killers=tuple(killers))
    if run.collect_errors or any(o.outcome in FAILING for o in run.outcomes):
        return replace(attempt, ended="uncollected")
    return replace(attempt, ended="survived")
