"""What a syntax tree shows of types that are given up: `cast(Any, ...)` and `@no_type_check`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agentgate.tools.python_source import parse

_MODULES = frozenset({"typing", "typing_extensions"})


def untyped(source: str) -> Iterator[tuple[str, int]]:
    """(form, line) of each place, by the names under which the source imports typing. Linear."""
    if not _is_worth_parsing(source):
        return
    tree = parse(source)
    nodes = list(ast.walk(tree)) if tree is not None else []
    names = _names(nodes)
    for node in nodes:
        if isinstance(node, ast.Call) and node.args and _is(node.func, "cast", names) and _is_any(node.args[0], names):
            yield "cast(Any)", node.lineno
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from (
                ("@no_type_check", decorator.lineno)
                for decorator in node.decorator_list
                if _is(decorator, "no_type_check", names) or _is(decorator, "no_type_check_decorator", names)
            )


def _is_worth_parsing(source: str) -> bool:
    return "no_type_check" in source or ("cast" in source and "Any" in source)


def _names(nodes: list[ast.AST]) -> dict[str, str]:
    """Name in the source -> what of typing it is; "" for the module itself."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: "" for alias in node.names if alias.name in _MODULES}
    return found


def _is(node: ast.expr, wanted: str, names: dict[str, str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == wanted and isinstance(node.value, ast.Name) and names.get(node.value.id) == ""
    return isinstance(node, ast.Name) and (names.get(node.id) == wanted or (node.id == wanted and "*" in names))


def _is_any(node: ast.expr, names: dict[str, str]) -> bool:
    if isinstance(node, ast.Constant):
        return node.value in ("Any", "typing.Any", "t.Any")
    return _is(node, "Any", names)
