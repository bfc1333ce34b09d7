"""The statements of a Python source by the lines that are their own: what is changed, and what a test has run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from agentgate.tools.python_source import parse


@dataclass(frozen=True, slots=True)
class Statement:
    """One executable statement. Lines count from 1; those of its blocks are not its own."""

    first: int
    last: int
    symbol: str  # the innermost function that holds it, "" at module and class level
    is_raise: bool
    is_elsewhere: bool = False  # in a branch for another platform, interpreter, or for type checkers


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


def statements(source: str) -> list[Statement]:
    """The statements within functions that Python runs one by one; docstrings, pass, global and the like left out."""
    tree = parse(source)
    return list(_within(tree, "", _Where())) if tree is not None else []


@dataclass(frozen=True, slots=True)
class _Where:
    in_function: bool = False
    elsewhere: bool = False


def _within(node: ast.AST, symbol: str, where: _Where) -> Iterator[Statement]:
    elsewhere = where.elsewhere or (isinstance(node, ast.If) and _asks_where(node.test))
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{symbol}.{child.name}" if symbol else child.name
            yield from _within(child, name, _Where(not isinstance(child, ast.ClassDef), elsewhere))
            continue
        if where.in_function and isinstance(child, ast.ExceptHandler):
            yield Statement(child.lineno, child.lineno, symbol, is_raise=False, is_elsewhere=elsewhere)
        if where.in_function and isinstance(child, ast.stmt) and not _is_silent(child):
            first, last = own_lines(child)
            yield Statement(first, last, symbol, isinstance(child, ast.Raise), elsewhere)
        yield from _within(child, symbol, _Where(where.in_function, elsewhere))


def _asks_where(test: ast.expr) -> bool:
    """Whether a condition asks for the platform, the interpreter or the type checker."""
    said = ast.unparse(test)
    return any(word in said for word in ("version_info", "platform", "os.name", "TYPE_CHECKING", "implementation"))


def _is_silent(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return True
    return isinstance(statement, (ast.Pass, ast.Global, ast.Nonlocal, ast.Try, ast.Import, ast.ImportFrom))
