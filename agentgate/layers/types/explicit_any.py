"""`types/any`: explicit `Any` in new signatures and annotations.

A bare `Any` (of a parameter, a return, a variable; also in a union) gives up a type. `*args: Any` and `**kwargs: Any`
pass things through, `dict[str, Any]` still says what the container is, and the signatures of special methods
(`__getattr__`, `__class_getitem__`) are Python's data model's: these only warn.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agentgate.change import Change
from agentgate.layers.types.annotated import newly_annotated
from agentgate.tools.python_source import parse

#: Special methods whose signature is the class's own.
_OWN_SIGNATURE = frozenset({"__init__", "__new__", "__call__", "__post_init__"})
PRACTICE = 3
_MODULES = frozenset({"typing", "typing_extensions", "t", "te"})


@dataclass(frozen=True, slots=True)
class ExplicitAny:
    """One annotation that holds `Any`."""

    path: str
    line: int
    symbol: str
    what: str  # "parameter x", "return value", "x"
    bare: bool


def brought(change: Change, paths: list[str]) -> list[ExplicitAny]:
    """The annotations in `paths` (of head) that the change brings; code that moved brings none.

    What a file of base does `PRACTICE` times already (bare `Any` as return value, or as parameter) is its practice, and
    one more is not `bare`: the reviewers there have agreed to it. Nor is one of a function that only gains annotations.
    """
    old: Counter[tuple[str, str]] = Counter()
    practice: Counter[tuple[str, str]] = Counter()
    for file in change.files:
        if file.base_path.endswith((".py", ".pyi")):
            for found in annotated(file.base_path, change.base.read_text(file.base_path) or ""):
                old[found.symbol, found.what] += 1
                practice[file.path, _kind(found)] += found.bare
    new = []
    for path in paths:
        revealed = newly_annotated(change, path)
        for found in annotated(path, change.head.read_text(path) or ""):
            key = (found.symbol, found.what)
            if old[key]:
                old[key] -= 1
            else:
                usual = practice[path, _kind(found)] >= PRACTICE or found.symbol in revealed
                new.append(replace(found, bare=found.bare and not usual))
    return new


def _kind(found: ExplicitAny) -> str:
    return found.what.partition(" ")[0]


def annotated(path: str, source: str) -> Iterator[ExplicitAny]:
    """Every annotation of a source that holds `Any`."""
    tree = parse(source)
    if tree is None or "Any" not in source:
        return
    names = _names_of_any(tree)
    yield from _walk(tree, "", path, names)


def _names_of_any(tree: ast.Module) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("typing", "typing_extensions"):
            names.update(alias.asname or alias.name for alias in node.names if alias.name == "Any")
    return frozenset(names)


def _walk(node: ast.AST, symbol: str, path: str, names: frozenset[str]) -> Iterator[ExplicitAny]:
    for child in ast.iter_child_nodes(node):
        inner = symbol
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = f"{symbol}.{child.name}" if symbol else child.name
            yield from _signature(child, inner, path, names)
        elif isinstance(child, ast.ClassDef):
            inner = f"{symbol}.{child.name}" if symbol else child.name
        elif isinstance(child, ast.AnnAssign):
            yield from _annotation(child.annotation, inner, path, ast.unparse(child.target), names)
        yield from _walk(child, inner, path, names)


def _signature(
    function: ast.FunctionDef | ast.AsyncFunctionDef, symbol: str, path: str, names: frozenset[str]
) -> Iterator[ExplicitAny]:
    arguments = function.args
    fixed = function.name.startswith("__") and function.name.endswith("__") and function.name not in _OWN_SIGNATURE
    named = [(a, f"parameter {a.arg}", fixed) for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    rest = [(a, f"parameter *{a.arg}", True) for a in (arguments.vararg, arguments.kwarg) if a is not None]
    annotations = [(argument.annotation, what, lenient) for argument, what, lenient in (*named, *rest)]
    for annotation, what, lenient in (*annotations, (function.returns, "return value", fixed)):
        for found in _annotation(annotation, symbol, path, what, names):
            yield replace(found, bare=found.bare and not lenient)


def _annotation(
    node: ast.expr | None, symbol: str, path: str, what: str, names: frozenset[str]
) -> Iterator[ExplicitAny]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        quoted = parse(node.value)
        statement = quoted.body[0] if quoted and quoted.body else None
        if isinstance(statement, ast.Expr):
            for found in _annotation(statement.value, symbol, path, what, names):
                yield ExplicitAny(path, node.lineno, symbol, what, found.bare)
        return
    if node is not None and any(_is_any(part, names) for part in ast.walk(node)):
        yield ExplicitAny(path, node.lineno, symbol, what, _is_bare(node, names))


def _is_bare(node: ast.expr, names: frozenset[str]) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_bare(node.left, names) or _is_bare(node.right, names)
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).rpartition(".")[2] in ("Optional", "Union"):
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return any(_is_bare(part, names) for part in inner)
    return _is_any(node, names)


def _is_any(node: ast.AST, names: frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names
    return isinstance(node, ast.Attribute) and node.attr == "Any" and getattr(node.value, "id", "") in _MODULES
