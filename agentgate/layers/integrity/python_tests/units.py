"""The functions and classes of test files, and which of head's is the successor of which of base's."""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agentgate.tools.python_likeness import likeness, shares_names
from agentgate.tools.python_source import parse

Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
#: Pairs of a lost and a new test that are weighed for a renaming; a change with more is not read so closely.
_MOST_PAIRS = 400


@dataclass(frozen=True, slots=True)
class Unit:
    """A function or class of a test file, with its lines (decorators included)."""

    path: str
    name: str
    node: Node
    text: str
    line: int

    @property
    def is_class(self) -> bool:
        """A class, whose own decorators and assignments count, not its methods."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def last(self) -> str:
        """Its name without its classes."""
        return self.name.rpartition(".")[2]

    @property
    def is_test(self) -> bool:
        """Whether it is a test function, by the runners' usual names."""
        return not self.is_class and (self.last.startswith(("test", "it_", "should_")) or self.last.endswith("_test"))


@dataclass(frozen=True, slots=True)
class Pair:
    """One function or class on both sides."""

    before: Unit
    now: Unit

    @property
    def diff(self) -> str:
        """The lines that differ, as a unified diff of one line of context, cut after 40 lines."""
        old, new = self.before.text.split("\n"), self.now.text.split("\n")
        names = f"a/{self.before.path}", f"b/{self.now.path}"
        lines = list(difflib.unified_diff(old, new, *names, n=1, lineterm=""))
        return "\n".join([*lines[:40], *(["..."] if len(lines) > 40 else [])]) + "\n"


@dataclass(frozen=True, slots=True)
class Paired:
    """What became of base's units: those that differ, and those that only head has."""

    changed: tuple[Pair, ...]
    new: tuple[Unit, ...]


def units(path: str, source: str) -> dict[str, Unit]:
    """Qualified name -> every function and class outside functions; of one defined twice, the last."""
    tree = parse(source)
    lines = source.split("\n")
    return {} if tree is None else {name: _unit(path, name, node, lines) for name, node in _nodes(tree, "")}


def _nodes(owner: ast.AST, prefix: str) -> Iterator[tuple[str, Node]]:
    for child in ast.iter_child_nodes(owner):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{prefix}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield f"{prefix}{child.name}", child
            yield from _nodes(child, f"{prefix}{child.name}.")
        elif isinstance(child, (ast.If, ast.Try, ast.With)):
            yield from _nodes(child, prefix)


def _unit(path: str, name: str, node: Node, lines: Sequence[str]) -> Unit:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return Unit(path, name, node, "\n".join(lines[first - 1 : node.end_lineno]), node.lineno)


def paired(files: Sequence[tuple[str, str, str, str]]) -> Paired:
    """The units of (base path, base text, head path, head text) of each file, matched by name, then by likeness."""
    changed: list[Pair] = []
    gone: list[Unit] = []
    fresh: list[Unit] = []
    for base_path, base, path, head in files:
        before, now = units(base_path, base), units(path, head)
        changed += [Pair(unit, now[n]) for n, unit in before.items() if n in now and now[n].text != unit.text]
        gone += [unit for name, unit in before.items() if name not in now]
        fresh += [unit for name, unit in now.items() if name not in before]
    moved = [*_moved(gone, fresh)]
    taken = {id(pair.now) for pair in moved}
    left = {id(pair.before) for pair in moved}
    gone = [unit for unit in gone if id(unit) not in left]
    renamed = list(_renamed(gone, [unit for unit in fresh if id(unit) not in taken]))
    taken |= {id(pair.now) for pair in renamed}
    new = tuple(unit for unit in fresh if id(unit) not in taken)
    return Paired((*changed, *moved, *renamed), new)


def _moved(gone: Sequence[Unit], fresh: Sequence[Unit]) -> Iterator[Pair]:
    """Those of one name that only one unit lost and only one has anew: moved to another class or file."""
    lost, found = Counter(unit.last for unit in gone), Counter(unit.last for unit in fresh)
    by_name = {unit.last: unit for unit in fresh}
    for unit in gone:
        if lost[unit.last] == found[unit.last] == 1 and unit.is_class == by_name[unit.last].is_class:
            yield Pair(unit, by_name[unit.last])


def _renamed(gone: Sequence[Unit], fresh: Sequence[Unit]) -> Iterator[Pair]:
    """The lost tests that a new one resembles, the most alike first."""
    pairs = [(a, b) for a in gone for b in fresh if a.is_test and b.is_test and shares_names(a.node, b.node)]
    weighed = [(likeness(ast.unparse(a.node), ast.unparse(b.node)), a, b) for a, b in pairs[:_MOST_PAIRS]]
    used: set[int] = set()
    for how, before, now in sorted(weighed, key=lambda one: -one[0]):
        if how > 0 and not {id(before), id(now)} & used:
            used |= {id(before), id(now)}
            yield Pair(before, now)
