"""Variants of a Python source: the source itself, and hollow bodies of its functions. Pure functions over text."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from agentgate.tools.python_source import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef
RAISE = "raise SystemError('hollow')"


@dataclass(frozen=True, slots=True)
class Variant:
    """One other version of a source file. Lines count from 1."""

    id: str
    kind: str  # "identity", "raise", "return", "mutant"
    path: str
    symbol: str  # "Class.method" of the innermost function concerned
    span: tuple[int, int]  # the lines concerned: a test that runs none of them cannot tell
    chain: tuple[tuple[str, int], ...]  # (name, first line) of each function from the outermost to the innermost
    line: int
    what: str  # in words: "`<` becomes `<=`"
    text: str

    def diff(self, source: str) -> str:
        """What differs, as a unified diff without context."""
        lines = difflib.unified_diff(
            source.splitlines(), self.text.splitlines(), f"a/{self.path}", f"b/{self.path}", lineterm="", n=0
        )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Place:
    """A function of a source: itself and those around it, outermost first."""

    functions: tuple[Function, ...]
    symbol: str

    @property
    def function(self) -> Function:
        """The function itself."""
        return self.functions[-1]

    @property
    def span(self) -> tuple[int, int]:
        """The function's lines."""
        return first_line(self.function), self.function.end_lineno or self.function.lineno

    @property
    def chain(self) -> tuple[tuple[str, int], ...]:
        """Names and first lines, as code objects have them."""
        return tuple((function.name, first_line(function)) for function in self.functions)

    def variant(
        self, kind: str, path: str, line: int, what: str, text: str, span: tuple[int, int] | None = None
    ) -> Variant:
        """A variant of the source that holds this function; `span`: the lines concerned, if not all of it."""
        name = f"{path}:{line}:{self.symbol}:{kind}:{what}"
        return Variant(name, kind, path, self.symbol, span or self.span, self.chain, line, what, text)


def first_line(function: Function) -> int:
    """The first line of a function's code object: its first decorator, if it has one."""
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def places(source: str) -> list[Place]:
    """Every function of a source."""
    tree = parse(source)
    return list(_places(tree, (), "")) if tree is not None else []


def _places(node: ast.AST, above: tuple[Function, ...], prefix: str) -> Iterator[Place]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            symbol = f"{prefix}.{child.name}" if prefix else child.name
            yield Place((*above, child), symbol)
            yield from _places(child, (*above, child), symbol)
        elif isinstance(child, ast.ClassDef):
            yield from _places(child, above, f"{prefix}.{child.name}" if prefix else child.name)
        else:
            yield from _places(child, above, prefix)


def hollows(path: str, source: str, symbols: Collection[str]) -> list[Variant]:
    """For each of the functions `symbols`: its body a raise, and its body a plain return."""
    found = []
    for place in places(source):
        if place.symbol in symbols and not _is_hollow(place.function):
            for kind, statement in (("raise", RAISE), ("return", "return")):
                text = _at_start(source, place.function, statement)
                found.append(place.variant(kind, path, place.function.lineno, f"the body is `{statement}`", text))
    return found


def identity(path: str, source: str, symbols: Collection[str]) -> list[Variant]:
    """The source itself, at the first of the functions `symbols`: a control that must survive."""
    first = [place for place in places(source) if place.symbol in symbols][:1]
    return [place.variant("identity", path, place.function.lineno, "nothing differs", source) for place in first]


def _is_hollow(function: Function) -> bool:
    """Whether a body does nothing that could be missed: docstring, pass, ..., a raise of NotImplementedError."""

    def idle(node: ast.stmt) -> bool:
        if isinstance(node, ast.Raise):
            return "NotImplemented" in ast.unparse(node)
        return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))

    return all(idle(node) for node in function.body)


def _at_start(source: str, function: Function, statement: str) -> str:
    """The source with a statement before a function's body; the rest stays, and keeps the free variables."""
    lines = source.split("\n")
    first = function.body[0]
    row = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))]) - 1
    before = lines[row].encode()[: first.col_offset].decode()
    if before.strip():  # on the line of the def
        after = lines[row].encode()[first.col_offset :].decode()
        lines[row] = f"{before}{statement}; {after}"
    else:
        lines.insert(row, f"{before}{statement}")
    return "\n".join(lines)
