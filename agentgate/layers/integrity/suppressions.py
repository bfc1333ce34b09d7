"""`integrity/suppression`: checkers that the change tells to be silent, where they were not before."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from agentgate.layers.integrity import directives, untyped
from agentgate.layers.integrity.directives import Silence
from agentgate.layers.integrity.facts import Fact, difference
from agentgate.layers.integrity.habits import bare_habits
from agentgate.layers.integrity.replaced import without_replacements
from agentgate.layers.integrity.sides import PythonFile, Sides
from agentgate.tools.python_source import symbol_at
from agentgate.verdict import Finding, Location, Severity

RULE = "integrity/suppression"

Found = dict[Fact, Silence]


def find(sides: Sides) -> Iterator[Finding]:
    """A finding for each new directive, and for each new place where types are given up."""
    renames = sides.change.renames
    base: Found = {}
    head: Found = {}
    for file in sides.python:
        head |= _read(file, file.head, file.path, {})
    for file in sides.python if head else ():
        base |= _read(file, file.base, file.base_path, renames)
    gone, new = difference(base, head, renames)
    brought: defaultdict[tuple[str, int, str], list[Fact]] = defaultdict(list)
    for fact in without_replacements(gone, new, base | head, renames):
        brought[fact.path, fact.line, fact.kind].append(fact)
    silenced = {fact.path for fact in head}
    lines = {file.path: file.head.split("\n") for file in sides.python if file.path in silenced}
    bare = any(head[facts[0]].is_bare for facts in brought.values())
    habits = bare_habits(sides.change.base) if bare else frozenset()
    tests = {file.path for file in sides.python if file.is_test}
    seen: Counter[tuple[str, str, str]] = Counter()
    for (path, line, kind), facts in brought.items():
        excerpt = lines[path][line - 1].rstrip()
        seen[path, kind, excerpt] += 1
        said = _said(head[facts[0]], is_test=path in tests, is_habit=head[facts[0]].family in habits)
        yield Finding(
            RULE, said[0], said[1], Location(path, line), excerpt, said[2], occurrence=seen[path, kind, excerpt] - 1
        )


def _read(file: PythonFile, source: str, path: str, renames: Mapping[str, str]) -> Found:
    """Every suppression of one side of a file, as facts; nothing where both sides have the same."""
    found: Found = {}
    told: list[Silence] = []
    if not file.head or directives.differs(file.base, file.head):
        told += directives.silences(source)
    if not file.head or untyped.differs(file.base, file.head):
        told += (_given_up(form, line) for form, line in untyped.untyped(source))
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


def _said(silence: Silence, *, is_test: bool, is_habit: bool) -> tuple[Severity, str, str]:
    """Severity, message and remedy. Severities as docs/measured.md has them: by what honest commits bring."""
    if silence.is_file:
        limited = silence.codes and is_test
        return (
            Severity.WARNING if limited or silence.is_plain else Severity.ERROR,
            f"`{silence.shown}` silences the checker for the whole rest of the file",
            "mend what it hides, or silence single lines, each with a code and a reason",
        )
    if silence.is_bare:
        return (
            Severity.WARNING if is_habit else Severity.ERROR,
            f"`{silence.shown}` names no code: it silences every complaint about the line, also later ones",
            "mend what it hides, or name the code and the reason",
        )
    if silence.has_reason:
        return Severity.WARNING, f"`{silence.shown}` is new", "mend what it hides, if that can be done"
    return (
        Severity.WARNING,
        f"`{silence.shown}` is new and gives no reason",
        "mend what it hides, or say why on the line",
    )
