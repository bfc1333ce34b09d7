"""`integrity/suppression`: checkers that the change tells to be silent, where they were not before."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from agentgate.layers.integrity.directives import Silence, silences
from agentgate.layers.integrity.facts import Fact, cancelled, difference
from agentgate.layers.integrity.sides import Sides
from agentgate.layers.integrity.untyped import untyped
from agentgate.tools.python_source import symbol_at
from agentgate.verdict import Finding, Location, Severity

RULE = "integrity/suppression"

Found = dict[Fact, Silence]


def find(sides: Sides) -> Iterator[Finding]:
    """A finding for each new directive, and for each new place where types are given up."""
    renames = sides.change.renames
    head: Found = {}
    for file in sides.python:
        head |= _read(file.head, file.path, {})
    base: Found = {}
    for file in sides.python if head else ():
        base |= _read(file.base, file.base_path, renames)
    gone, new = difference(base, head, renames)
    brought: defaultdict[tuple[str, int, str], list[Fact]] = defaultdict(list)
    for fact in _without_replacements(gone, new, base | head, renames):
        brought[fact.path, fact.line, fact.kind].append(fact)
    silenced = {fact.path for fact in head}
    lines = {file.path: file.head.split("\n") for file in sides.python if file.path in silenced}
    seen: Counter[tuple[str, str]] = Counter()
    for (path, line, kind), facts in brought.items():
        excerpt = lines[path][line - 1].rstrip()
        seen[kind, excerpt] += 1
        yield _finding(head[facts[0]], path, excerpt, seen[kind, excerpt] - 1)


def _read(source: str, path: str, renames: Mapping[str, str]) -> Found:
    """Every suppression of one source, as facts."""
    found: Found = {}
    told = [*silences(source), *(_given_up(form, line) for form, line in untyped(source))]
    if not told:
        return found
    lines = source.split("\n")
    following = _following(lines)
    for silence in told:
        if silence.is_file:
            near = renames.get(path, path)
        elif silence.is_alone:
            near = following[silence.line]
        else:
            near = lines[silence.line - 1][: silence.column].strip()
        kind = f"{silence.kind} (file)" if silence.is_file else silence.kind
        symbol = "" if silence.is_file else symbol_at(source, silence.line)
        for code in silence.codes or ("",):
            found[Fact(kind, code, near, symbol, path, silence.line)] = silence
    return found


def _given_up(form: str, line: int) -> Silence:
    return Silence(form, form, form, (), False, True, False, line, sys.maxsize, False)


def _following(lines: Sequence[str]) -> list[str]:
    """For each line, counted from 1 at index 1, the code on the next line that has any."""
    found = [""] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        text = lines[number].strip()
        found[number] = text if text and not text.startswith("#") else found[number + 1]
    return found


def _without_replacements(
    gone: Iterable[Fact], new: Iterable[Fact], silence: Found, renames: Mapping[str, str]
) -> tuple[Fact, ...]:
    """Those that do not take the place of one that said at least as much: a bare one, or another tool's."""

    def reach(fact: Fact) -> Hashable:
        return silence[fact].family, silence[fact].is_file

    def place(fact: Fact) -> Hashable:
        return *reach(fact), renames.get(fact.path, fact.path), fact.symbol

    bare = [fact for fact in gone if silence[fact].is_bare]
    coded = [fact for fact in gone if not silence[fact].is_bare]
    left = cancelled(bare, new, place, lambda fact: (*reach(fact), fact.path, fact.symbol))[1]
    for kind in dict.fromkeys(fact.kind for fact in coded):
        others = [fact for fact in coded if fact.kind == kind]
        left = cancelled(
            others, left,
            lambda fact: (*reach(fact), fact.near),
            lambda fact, kind=kind: (*reach(fact), fact.near) if fact.kind != kind and not silence[fact].is_bare else None,
        )[1]  # fmt: skip
    return left


def _finding(silence: Silence, path: str, excerpt: str, occurrence: int) -> Finding:
    severity, message, remedy = _said(silence)
    return Finding(RULE, severity, message, Location(path, silence.line), excerpt, remedy, occurrence=occurrence)


def _said(silence: Silence) -> tuple[Severity, str, str]:
    """Severity, message and remedy."""
    if silence.is_file:
        return (
            Severity.ERROR,
            f"`{silence.shown}` silences the checker from here to the end of the file",
            "mend what it hides, or silence single lines, each with a code and a reason",
        )
    if silence.is_bare:
        return (
            Severity.ERROR,
            f"`{silence.shown}` names no code: it silences every complaint about the line, also later ones",
            "mend what it hides, or name the code and the reason",
        )
    if silence.has_reason:
        return Severity.WARNING, f"`{silence.shown}` is new", "mend what it hides, if that can be done"
    return Severity.WARNING, f"`{silence.shown}` is new and gives no reason", "mend what it hides, or say why on the line"
