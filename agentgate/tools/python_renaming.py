"""Whether what a source does at import differs by names alone. Pure functions over text."""

from __future__ import annotations

import ast

from agentgate.tools.module_mutants import outside
from agentgate.tools.python_source import parse

Renaming = dict[str, str]


def renaming(base: str, head: str) -> Renaming | None:
    """The identifiers that head has in the place of base's, outside function bodies; None for any other difference.

    Every identifier must always become the same one, so that values that are exchanged are no renaming.
    """
    before, now = parse(base), parse(head)
    if before is None or now is None:
        return None
    old = [part for _, statement in outside(before.body, "") for part in _parts(statement)]
    new = [part for _, statement in outside(now.body, "") for part in _parts(statement)]
    found: Renaming = {}
    if len(old) != len(new) or not all(_alike(one, other, found) for one, other in zip(old, new, strict=True)):
        return None
    if len(set(found.values())) < len(found) or _imports(before, found) != _imports(now, {}):
        return None
    return {name: other for name, other in found.items() if name != other}


def _parts(statement: ast.stmt) -> list[ast.AST]:
    """What of a statement runs at import; docstrings and imports left out."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [*statement.decorator_list, statement.args]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return []
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return [] if is_docstring else [statement]


def _alike(one: object, other: object, found: Renaming, *, is_name: bool = False) -> bool:
    """Whether two nodes are the same but for names; `found` takes the names, and holds them to what it has."""
    if type(one) is not type(other):
        return False
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        field = {ast.Name: "id", ast.Attribute: "attr"}.get(type(one), "")
        return all(
            _alike(getattr(one, name, None), getattr(other, name, None), found, is_name=name == field)
            for name in one._fields
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_alike(a, b, found) for a, b in zip(one, other, strict=True))
    if is_name and isinstance(one, str) and isinstance(other, str):
        return found.setdefault(one, other) == other
    return one == other


def _imports(tree: ast.Module, found: Renaming) -> set[tuple[str, ...]]:
    """What a module imports anywhere, under head's names."""

    def renamed(dotted: str | None) -> str:
        return ".".join(found.get(part, part) for part in (dotted or "").split("."))

    told: set[tuple[str, ...]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            told |= {("", "", renamed(alias.name), renamed(alias.asname)) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            where = "." * node.level, renamed(node.module)
            told |= {(*where, renamed(alias.name), renamed(alias.asname)) for alias in node.names}
    return told
