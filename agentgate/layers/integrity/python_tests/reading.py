"""What the tests of a change no longer say, test by test."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from agentgate.layers.integrity.python_tests import claiming, marking
from agentgate.layers.integrity.python_tests.moves import MOVES
from agentgate.layers.integrity.python_tests.units import Pair, paired

#: (path of base, text of base, path of head, text of head)
Files = Sequence[tuple[str, str, str, str]]
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """One move against one test."""

    move: str
    path: str
    name: str
    line: int
    refuses: bool
    message: str
    excerpt: str
    remedy: str
    diff: str


def facts(
    files: Files, *, removed: frozenset[str], source_changes: bool, witnessed: Callable[[str, str], bool]
) -> Iterator[Fact]:
    """The facts of all test files of a change, in their order.

    `removed`: names that the source no longer defines. `witnessed(path of base, name)`: whether a run tells already
    what became of a test, of the tests of a class, or ("") of a file.
    """
    pairs = paired(files)
    for pair, move, said in (*marking.found(files, pairs, removed, witnessed), *claiming.found(files, pairs, removed)):
        if move == "expected" and not source_changes:
            continue
        yield _fact(pair, move, said)


def _fact(pair: Pair, move: str, said: Sequence[claiming.Said]) -> Fact:
    shape = MOVES[move]
    parts = [part.text for part in said[:_SHOWN]]
    more = f" (and {len(said) - _SHOWN} more)" if len(said) > _SHOWN else ""
    what = pair.now.name if pair.now.is_test else f"the helper {pair.now.name}"
    if pair.now.is_class:
        what = f"the class {pair.now.name}" if pair.now.name else pair.now.path
    line = next((part.line for part in said if part.line), pair.now.line)
    lines = pair.now.text.split("\n")
    first = pair.now.line - _offset(pair.now.node)
    excerpt = lines[line - first] if 0 <= line - first < len(lines) else ""
    message = f"{what} {shape.verb}: {'; '.join(parts)}{more}"
    return Fact(
        move, pair.now.path, pair.now.name, line, shape.refuses, message, excerpt.strip(), shape.remedy, pair.diff
    )


def _offset(node: ast.AST) -> int:
    """How many lines of decorators stand above a definition."""
    line = int(getattr(node, "lineno", 1))
    return line - min([line, *(int(d.lineno) for d in getattr(node, "decorator_list", []))])
