"""Puts other versions of the changed functions to the tests, in the laboratory: hollow, mutated, and base's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from agentgate.errors import ToolError
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.proof import Tried
from agentgate.layers.tests.trial import Trial
from agentgate.tools.laboratory import Pair, Trials, Values, try_out
from agentgate.tools.mutants import mutants
from agentgate.tools.python_source import assigned, differing_names, names_used
from agentgate.tools.variants import Variant, hollows, identity, places

MOST_FUNCTIONS = 20
MOST_MUTANTS = 40
MOST_TESTS, LEAST_TESTS = 400, 20  # tests that a refactoring's mutants are put to


def tried(
    trial: Trial,
    sources: Sequence[ChangedSource],
    selection: Sequence[str],
    *,
    with_mutants: bool,
    with_base: bool = False,
    first: Collection[str] = (),
    seconds: float = 60.0,
) -> Tried:
    """Put hollow bodies of the changed functions, and mutants of the changed lines, to a selection of tests.

    `with_base`: also call base's version of each function with the tests' arguments and ones near them. `first`: tests
    that are asked before others. `seconds`: how long mutants are tried, beyond a few.
    """
    variants = _variants(sources, with_mutants=with_mutants)
    pairs = _pairs(sources) if with_base else []
    made = _made(sources) if with_base else []
    if not variants and not pairs:
        return Tried()
    checkout = trial.proving_ground()
    trial.case.say("tests", f"{len(variants)} variants of the changed code")
    try:
        found = try_out(
            trial.runner, checkout.path, selection, trial.watch, variants, pairs, made, first=first, seconds=seconds
        )
    except ToolError as error:
        return Tried(void=error.message)
    finally:
        checkout.verify()
    texts = {s.path: s.text for s in sources}
    void = _void(found) or found.incomparable
    calls = {(pair.path, pair.symbol): found.compared.get((pair.path, pair.symbol), 0) for pair in pairs}
    return Tried(found.attempts, calls, found.differences, void, texts)


def _made(sources: Sequence[ChangedSource]) -> list[Values]:
    """The values outside functions that both sides make, each in its way."""
    found = []
    for source in sources:
        before, now = assigned(source.base_text), assigned(source.text)
        names = tuple(name for name in now if name in before and before[name] != now[name])
        found += [Values(source.path, names, source.base_text)] if names else []
    return found


def _pairs(sources: Sequence[ChangedSource]) -> list[Pair]:
    """The functions that both sides have, as a laboratory compares them; not those within other functions.

    Base's code runs among head's globals, so one that uses what differs there would answer as neither side does.
    """
    differing = {name for source in sources for name in differing_names(source.base_text, source.text)}
    found = []
    for source in sources:
        old = {p.symbol: p for p in places(source.base_text) if len(p.functions) == 1}
        new = {p.symbol: p for p in places(source.text) if len(p.functions) == 1 and p.symbol in source.functions}
        for symbol, place in new.items():
            before = old.get(symbol)
            itself = {place.function.name}
            if before is not None and not (names_used(before.function) - itself) & differing:
                told = (place.function.name, place.chain[0][1], before.chain[0][1], source.base_text)
                found.append(Pair(source.path, symbol, place.span, *told))
    return found


def _variants(sources: Sequence[ChangedSource], *, with_mutants: bool) -> list[Variant]:
    """The controls and hollow bodies of all sources first: they must be had, whatever time there is for mutants."""
    hollow: list[Variant] = []
    mutated: list[Variant] = []
    for source in sources:
        functions = source.functions[:MOST_FUNCTIONS]
        hollow += identity(source.path, source.text, functions)
        hollow += hollows(source.path, source.text, functions)
        if with_mutants:
            lines = {n for s in source.statements for n in range(s.first, s.last + 1)}
            mutated += mutants(source.path, source.text, lines, MOST_MUTANTS - len(mutated))
    return hollow + mutated


def _void(trials: Trials) -> str:
    """The controls: an identity must survive, a hollow one must be noticed by some test, and no child may die."""
    attempts = trials.attempts
    if any(a.variant.kind == "identity" and a.is_killed for a in attempts):
        return "the unchanged code was noticed as if it were another"
    died = [a for a in attempts if a.ended == "died"]
    if len(died) * 2 > len(attempts):
        return "the children in which the variants were tried ended without an answer"
    return ""
