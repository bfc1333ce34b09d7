"""Mutants of what a Python source does while it is imported: values, defaults and decorators outside function bodies.

A swap of code objects cannot reach them, so each is tried as a real edit, in a fresh process. Pure functions over text.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from agentgate.tools.mutants import Edit, expressions, of_expression, replaced, spread
from agentgate.tools.python_source import parse
from agentgate.tools.variants import Variant

#: Calls that name a thing after itself, or that no test is asked to notice.
_ARID = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "getLogger", "simplefilter", "filterwarnings"})
#: Blocks whose statements run at import.
_BLOCKS = ("body", "orelse", "finalbody", "handlers")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def module_mutants(path: str, source: str, lines: Collection[int], most: int) -> list[Variant]:
    """At most `most` mutants that begin on one of `lines`, one a line first, spread evenly over them."""
    tree = parse(source)
    by_line: dict[int, list[tuple[str, Edit]]] = {}
    for symbol, statement in outside(tree.body, "") if tree is not None else ():
        for edit in sorted(_edits(statement, lines), key=lambda edit: edit.rank):
            by_line.setdefault(edit.node.lineno, []).append((symbol, edit))
    found = []
    for symbol, edit in spread(by_line, 2, most):
        text = replaced(source, edit.node, edit.text)
        line = edit.node.lineno
        if parse(text) is not None:
            name = f"{path}:{line}:{symbol}:mutant:{edit.what}:{edit.node.col_offset}"
            found.append(Variant(name, "mutant", path, symbol, (line, line), (), line, edit.what, text))
    return found


def runs_at_import(source: str, lines: Collection[int]) -> list[int]:
    """The first lines of the statements outside function bodies that touch `lines` and could be mutated."""
    tree = parse(source)
    found = {edit.node.lineno for _, s in outside(tree.body, "") for edit in _edits(s, lines)} if tree else set()
    return sorted(found)


def outside(body: Collection[ast.stmt], symbol: str) -> Iterator[tuple[str, ast.stmt]]:
    """(the class or name concerned, statement) of a module, its blocks and its classes."""
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from outside(statement.body, f"{symbol}.{statement.name}".lstrip("."))
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            continue
        yield _named(statement, symbol), statement
        for name in _BLOCKS if not isinstance(statement, Function) else ():
            for part in getattr(statement, name, ()):
                yield from outside(part.body if isinstance(part, ast.ExceptHandler) else [part], symbol)


def _named(statement: ast.stmt, symbol: str) -> str:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    name = statement.name if isinstance(statement, Function) else target.id if isinstance(target, ast.Name) else ""
    return f"{symbol}.{name}".strip(".") or "the module"


def _edits(statement: ast.stmt, lines: Collection[int]) -> Iterator[Edit]:
    """The edits of a statement's own expressions that begin on `lines`."""
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.Assert)) or _is_named_for_readers(statement):
        return
    if isinstance(statement, Function):
        given = [*statement.args.defaults, *filter(None, statement.args.kw_defaults)]
        parts = [part for value in given for part in _all_of(value)]
        wholes: list[ast.expr] = given
    elif isinstance(statement, ast.Expr):
        if isinstance(statement.value, ast.Constant):
            return  # a docstring
        if isinstance(statement.value, ast.Call) and statement.lineno in lines and not _is_arid(statement.value):
            yield Edit(1, statement, "pass", "the call is left out")
        parts, wholes = list(expressions(statement)), []
    else:
        value = getattr(statement, "value", None)
        parts, wholes = list(expressions(statement)), [value] if isinstance(value, ast.expr) else []
    if any(isinstance(part, ast.Call) and _is_arid(part) for part in parts):
        return
    for part in parts:
        if part.lineno in lines:
            yield from of_expression(part)
            yield from _of_text(part)
    for whole in wholes:
        touched = [n for n in range(whole.lineno, (whole.end_lineno or whole.lineno) + 1) if n in lines]
        if touched and not (isinstance(whole, ast.Constant) and not whole.value):
            yield Edit(5, whole, "None", f"{_short(whole)} becomes None")


def _all_of(value: ast.expr) -> list[ast.expr]:
    return [node for node in ast.walk(value) if isinstance(node, ast.expr)]


def _of_text(node: ast.expr) -> Iterator[Edit]:
    """A text with two more letters, a float one greater."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        more: str | bytes = node.value + "XX" if isinstance(node.value, str) else node.value + b"XX"
        yield Edit(0, node, repr(more), f"{_short(node)} gets two more letters")
    elif isinstance(node, ast.Constant) and isinstance(node.value, float):
        yield Edit(4, node, repr(node.value + 1), f"{node.value} becomes {node.value + 1}")


def _is_named_for_readers(statement: ast.stmt) -> bool:
    """`__all__`, `__version__`, `__slots__` and the like, which tools read."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return bool(names) and all(name.startswith("__") and name.endswith("__") for name in names)


def _is_arid(call: ast.Call) -> bool:
    return ast.unparse(call.func).rpartition(".")[2] in _ARID


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 30 else text[:27] + "..."
