"""Facts about Python sources from their syntax trees."""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Iterable, Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@functools.lru_cache(maxsize=512)
def parse(source: str) -> ast.Module | None:
    """The syntax tree, shared: never modify it. None for what this Python cannot parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in other people's strings
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@functools.lru_cache(maxsize=512)
def _symbols(source: str) -> tuple[str, ...]:
    """The qualified name that owns each line, index 0 unused."""
    owners = [""] * (source.count("\n") + 3)
    for name, node in _named(source):  # the outer before the inner
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        last = node.end_lineno or node.lineno
        owners[first : last + 1] = [name] * (last + 1 - first)
    return tuple(owners)


def _named(source: str) -> Iterator[tuple[str, Definition]]:
    """Every function and class with its qualified name, in the order of the text.

    It neither recurses nor looks into expressions: a sum of a thousand terms is a tree a thousand levels deep.
    """
    tree = parse(source)
    waiting: list[tuple[str, ast.AST]] = [("", tree)] if tree is not None else []
    while waiting:
        prefix, node = waiting.pop()
        name = prefix
        if isinstance(node, Definition):
            name = f"{prefix}.{node.name}" if prefix else node.name
            yield name, node
        inside = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
        waiting += [(name, child) for child in reversed(inside)]


def symbol_at(source: str, line: int) -> str:
    """The innermost function or class that holds a line (1-based), as "Class.method"; "" at module level."""
    owners = _symbols(source)
    return owners[line] if 0 < line < len(owners) else ""


def definitions(source: str) -> dict[str, ast.AST]:
    """Qualified name -> every function and class of a source; of one defined twice, the last."""
    found: dict[str, ast.AST] = {}
    found.update(_named(source))
    return found


def names_used(node: ast.AST) -> frozenset[str]:
    """Every identifier that a piece of code mentions: names, attributes, imported names."""
    found: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            found.add(child.id)
        elif isinstance(child, ast.Attribute):
            found.add(child.attr)
        elif isinstance(child, ast.alias):
            found.add(child.name.rpartition(".")[2])
    return frozenset(found)


def differing_names(base: str, head: str) -> frozenset[str]:
    """The last parts of names that mean something else in one source than in the other, or are not there.

    Values and imports by what they are; functions by their parameters: one that answers alike may stand for the other.
    """
    before, now = _defined(base), _defined(head)
    return frozenset(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _defined(source: str) -> dict[str, list[str]]:
    """Last part of a name -> what it is defined as: parameters, what a module or class assigns, and imports."""
    found: dict[str, list[str]] = {}
    for name, node in definitions(source).items():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.setdefault(name.rpartition(".")[2], []).append(ast.dump(node.args))
    tree = parse(source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            origin = f"{'.' * node.level}{node.module}:" if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found.setdefault(bound, []).append(f"{origin}{alias.name}")
    owners = [n for n in ast.walk(tree) if isinstance(n, (ast.Module, ast.ClassDef))] if tree is not None else []
    for owner in owners:
        for statement in owner.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(ast.dump(statement))
    return found


def assigned(source: str) -> dict[str, str]:
    """Dotted name -> what a module or its classes assign to it, last; names in double underscores left out."""
    tree = parse(source)
    return dict(_assigned(tree.body, "")) if tree is not None else {}


def _assigned(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            yield from _assigned(statement.body, f"{prefix}{statement.name}.")
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and not target.id.startswith("__") and value is not None:
                yield f"{prefix}{target.id}", ast.dump(value)


def called_as_program(source: str) -> frozenset[str]:
    """The names that a module mentions under `if __name__ == "__main__":`."""
    tree = parse(source)
    guards = [n for n in tree.body if isinstance(n, ast.If) and "__name__" in names_used(n.test)] if tree else []
    return frozenset(name for guard in guards for statement in guard.body for name in names_used(statement))


def removed_names(sources: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The names that base's texts of (base, head) define, parameters too, and no text of head does."""
    before: set[str] = set()
    now: set[str] = set()
    for base, head in sources:
        before |= _said(base)
        now |= _said(head)
    return frozenset(before - now)


def _said(source: str) -> set[str]:
    found: set[str] = set()
    tree = parse(source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found
