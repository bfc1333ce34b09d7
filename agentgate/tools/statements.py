"""The statements of a Python source by the lines that are their own: what is changed, and what a test has run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agentgate.tools.python_source import names_used, parse


@dataclass(frozen=True, slots=True)
class Statement:
    """One executable statement. Lines count from 1; those of its blocks are not its own."""

    first: int
    last: int
    symbol: str  # the innermost function that holds it, "" at module and class level
    is_raise: bool
    is_elsewhere: bool = False  # in a branch for another platform, interpreter, or for type checkers


@dataclass(frozen=True, slots=True)
class Branch:
    """An `if` or `while` within a function: its condition's lines, and how a run tells which way it went."""

    first: int  # of the condition
    last: int
    symbol: str
    body: tuple[int, int]
    otherwise: int  # the first line of its else or elif, 0 for none

    def went(self, lines: Collection[int], jumps: Collection[tuple[int, int]]) -> frozenset[bool]:
        """The outcomes of the condition that a run has seen, from its lines and its jumps."""
        condition = range(self.first, self.last + 1)
        inside = range(self.body[0], self.body[1] + 1)
        true = any(line in inside for line in lines)
        if self.otherwise:
            false = self.otherwise in lines
        else:
            false = any(a in condition and b not in condition and b not in inside for a, b in jumps)
        return frozenset(way for way, seen in ((True, true), (False, false)) if seen)


def own_lines(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement without its blocks."""
    inner = [
        child.lineno
        for name in ("body", "orelse", "finalbody", "handlers", "cases")
        for child in getattr(statement, name, ())
        if hasattr(child, "lineno")
    ]
    last = statement.end_lineno or statement.lineno
    return statement.lineno, max(statement.lineno, min([last, *(line - 1 for line in inner)]))


def statements(source: str, asking: Collection[str] = ()) -> list[Statement]:
    """The statements within functions that Python runs one by one; docstrings, pass, global and the like left out.

    `asking`: names that ask for platform or interpreter where a condition mentions them.
    """
    tree = parse(source)
    return list(_within(tree, "", _Where(asking=frozenset(asking)))) if tree is not None else []


@dataclass(frozen=True, slots=True)
class _Where:
    in_function: bool = False
    elsewhere: bool = False
    asking: frozenset[str] = frozenset()


def _within(node: ast.AST, symbol: str, where: _Where) -> Iterator[Statement]:
    elsewhere = where.elsewhere or (isinstance(node, ast.If) and asks_where(node.test, where.asking))
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{symbol}.{child.name}" if symbol else child.name
            yield from _within(child, name, _Where(not isinstance(child, ast.ClassDef), elsewhere, where.asking))
            continue
        if where.in_function and isinstance(child, ast.ExceptHandler):
            yield Statement(child.lineno, child.lineno, symbol, is_raise=False, is_elsewhere=elsewhere)
        if where.in_function and isinstance(child, ast.stmt) and not _is_silent(child):
            first, last = own_lines(child)
            yield Statement(first, last, symbol, isinstance(child, ast.Raise), elsewhere)
        yield from _within(child, symbol, _Where(where.in_function, elsewhere, where.asking))


def asks_where(test: ast.expr, names: Collection[str] = ()) -> bool:
    """Whether a condition asks for platform, interpreter or type checker, by itself or by one of `names`."""
    said = ast.unparse(test)
    if any(word in said for word in ("version_info", "platform", "os.name", "TYPE_CHECKING", "implementation")):
        return True
    return bool(names) and not names_used(test).isdisjoint(names)


def _is_silent(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return True
    return isinstance(statement, (ast.Pass, ast.Global, ast.Nonlocal, ast.Try, ast.Import, ast.ImportFrom))


def branches(source: str) -> list[Branch]:
    """The conditions within functions whose way lines can tell: not those with the body on the condition's line."""
    tree = parse(source)
    return list(_branches(tree, "", in_function=False)) if tree is not None else []


def _branches(node: ast.AST, symbol: str, *, in_function: bool) -> Iterator[Branch]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{symbol}.{child.name}" if symbol else child.name
            yield from _branches(child, name, in_function=not isinstance(child, ast.ClassDef))
            continue
        if isinstance(child, (ast.If, ast.While)) and in_function and not _is_decided(child.test):
            first, last = child.lineno, child.test.end_lineno or child.lineno
            body = child.body[0].lineno, child.body[-1].end_lineno or child.body[-1].lineno
            if body[0] > last and not (isinstance(child, ast.If) and asks_where(child.test)):
                yield Branch(first, last, symbol, body, child.orelse[0].lineno if child.orelse else 0)
        yield from _branches(child, symbol, in_function=in_function)


def _is_decided(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) or ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "__debug__")
