"""What the names of one Python module stand for, as far as its syntax tree proves it; who reads its annotations."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from agentgate.tools.python_source import Definition, names_used

_TYPING = frozenset({"typing", "typing_extensions"})
#: Decorators that neither register what they decorate nor read its annotations.
_INERT = frozenset({
    "builtins.property", "builtins.staticmethod", "builtins.classmethod",
    "functools.wraps", "functools.lru_cache", "functools.cache", "functools.cached_property",
    "functools.total_ordering", "contextlib.contextmanager", "contextlib.asynccontextmanager", "abc.abstractmethod",
    "typing.final", "typing.override", "typing.overload", "typing.no_type_check", "typing.runtime_checkable",
    "typing.deprecated", "warnings.deprecated", "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define",
    "attr.frozen", "attrs.define", "attrs.frozen", "attrs.mutable",
})  # fmt: skip
#: Names by which a module reads annotations at run time, and packages that read those of what they are handed.
_READERS = frozenset({
    "__annotations__", "__annotate__", "get_type_hints", "get_annotations", "signature", "getfullargspec",
    "singledispatch", "singledispatchmethod",
})  # fmt: skip
_READING_PACKAGES = frozenset({
    "typer", "fastapi", "pydantic", "pydantic_settings", "sqlmodel", "litestar", "ninja", "strawberry", "cyclopts",
    "msgspec", "cattrs", "beartype", "typeguard", "injector", "inject", "punq", "dishka", "mcp",
    "jsonargparse",
})  # fmt: skip
_NAMED = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar,
)  # fmt: skip
_ACCESSORS = ("setter", "getter", "deleter")


class Names:
    """The bindings of one module. A name that is bound twice, in whatever scope, stands for nothing known."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.imports: dict[str, str] = {}  # local name -> qualified, as far as unambiguous
        self.packages: set[str] = set()  # top-level names of absolute imports
        self._bound = set(_bound(tree))
        for node in ast.walk(tree):
            for local, qualified in imported(node):
                if self.imports.setdefault(local, qualified) != qualified:
                    self._bound.add(local)
                self.packages.add(qualified.partition(".")[0])
        self.type_only = frozenset(
            name for block in ast.walk(tree) if isinstance(block, ast.If) and self.is_type_checking(block.test)
            for statement in block.body for node in ast.walk(statement) for name, _ in imported(node)
        )  # fmt: skip

    def qualified(self, node: ast.expr) -> str:
        """The name an expression stands for, e.g. "typing.cast" or "builtins.property"; "" where that is unknown."""
        if isinstance(node, ast.Attribute):
            owner = self.qualified(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name) or node.id in self._bound:
            return ""
        return self.imports.get(node.id) or (f"builtins.{node.id}" if hasattr(builtins, node.id) else "")

    def is_type_checking(self, test: ast.expr) -> bool:
        """Whether a condition is TYPE_CHECKING, imported or (as type checkers know it too) assigned False."""
        if isinstance(test, ast.Name) and test.id == "TYPE_CHECKING" and "TYPE_CHECKING" not in self.imports:
            values = [n.value for n in self.tree.body if isinstance(n, ast.Assign) and _assigns(n, "TYPE_CHECKING")]
            bindings = [name for name in _bound(self.tree) if name == "TYPE_CHECKING"]
            return len(values) == len(bindings) == 1 and getattr(values[0], "value", None) is False
        return self.qualified(test) == "typing.TYPE_CHECKING"

    def is_inert(self, node: Definition) -> bool:
        """Whether every decorator of a definition is known to neither register it nor read its annotations."""
        return all(self._is_inert(decorator, node.name) for decorator in node.decorator_list)

    def _is_inert(self, decorator: ast.expr, name: str) -> bool:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(called, ast.Attribute) and called.attr in _ACCESSORS:
            return getattr(called.value, "id", "") == name
        return self.qualified(called) in _INERT

    def reads_annotations(self) -> bool:
        """Whether the module, or a package it imports, reads annotations of functions at run time."""
        return not (_READERS.isdisjoint(names_used(self.tree)) and _READING_PACKAGES.isdisjoint(self.packages))


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(local name, qualified name) of each name that an import statement binds; typing_extensions is typing."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or name, "typing" if name in _TYPING else name
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield alias.asname or alias.name, f"{'typing' if module in _TYPING else module}.{alias.name}"


def _bound(tree: ast.AST) -> Iterator[str]:
    """Each binding of a name that is no import, in all scopes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, _NAMED) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)


def loaded(node: ast.AST) -> frozenset[str]:
    """Every name that code reads, those in `__all__` included."""
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    for statement in ast.walk(node):
        if is_all(statement):
            found.update(strings(statement))
    return frozenset(found)


def is_all(node: ast.AST) -> bool:
    """Whether a statement assigns, or adds to, `__all__`."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def strings(node: ast.AST) -> frozenset[str]:
    """Every string constant of some code."""
    return frozenset(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
