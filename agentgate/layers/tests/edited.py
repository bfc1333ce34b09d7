"""Which tests a change brings or edits, by syntax tree; and which definitions of the source it changes or removes."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from agentgate.change import Change, FileChange
from agentgate.project import Package
from agentgate.tools.python_source import definitions, names_used, parse


@dataclass(frozen=True, slots=True)
class ChangedFunction:
    """A function or class of the source whose code differs, with the changed lines of head (1-based, inclusive)."""

    path: str
    name: str
    first: int
    last: int
    is_new: bool


def is_test_name(name: str) -> bool:
    """Whether a qualified name is that of a test function, by the runners' usual names."""
    last = name.rpartition(".")[2]
    return last.startswith(("test", "it_", "should_")) or last.endswith("_test")


def tests_of(source: str) -> dict[str, str]:
    """Qualified name -> normalised code of each test function of a module (decorators included)."""
    found = definitions(source)
    return {
        name: ast.unparse(node)
        for name, node in found.items()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_test_name(name)
    }


def brought(change: Change, paths: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(new, edited) test functions in the test files `paths`, as "path::Class::function"."""
    new: list[str] = []
    edited: list[str] = []
    for path in paths:
        file = change.file(path)
        if file is None or not path.endswith(".py") or not file.head_blob:
            continue
        before = tests_of(_base_text(change, file))
        for name, code in tests_of(change.head.read_text(path) or "").items():
            identity = f"{path}::{name.replace('.', '::')}"
            if name not in before:
                new.append(identity)
            elif before[name] != code:
                edited.append(identity)
    return tuple(new), tuple(edited)


def changed_functions(change: Change, paths: tuple[str, ...]) -> list[ChangedFunction]:
    """The innermost functions and classes of `paths` whose code differs from base."""
    found = []
    for path in paths:
        file = change.file(path)
        if file is None or not file.head_blob:
            continue
        before = {name: ast.dump(node) for name, node in definitions(_base_text(change, file)).items()}
        after = definitions(change.head.read_text(path) or "")
        differing = [name for name, node in after.items() if before.get(name) != ast.dump(node)]
        for name in differing:
            if any(other.startswith(f"{name}.") for other in differing):
                continue
            node = after[name]
            first, last = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
            lines = [n for n in range(first, last + 1) if file.touches(n)] or [first, last]
            found.append(ChangedFunction(path, name, lines[0], lines[-1], name not in before))
    return found


def removed_names(change: Change, packages: tuple[Package, ...]) -> frozenset[str]:
    """The last parts of names that base's changed source files define and head's source files no longer do."""
    before: set[str] = set()
    after: set[str] = set()
    for file in change.files:
        if not any(package.is_source(path) for package in packages for path in (file.path, file.base_path) if path):
            continue
        before |= _defined(_base_text(change, file))
        after |= _defined((change.head.read_text(file.path) or "") if file.head_blob else "")
        if not file.head_blob:
            before.add(file.path.rpartition("/")[2].removesuffix(".py"))
    return frozenset(before - after)


def added_names(change: Change) -> frozenset[str]:
    """The last parts of names, and the modules, that head's changed Python files define and base's did not."""
    before: set[str] = set()
    after: set[str] = set()
    for file in change.files:
        if file.path.endswith(".py"):
            before |= _defined(_base_text(change, file))
            after |= _defined((change.head.read_text(file.path) or "") if file.head_blob else "")
            if not file.base_blob:
                after |= {part.removesuffix(".py") for part in file.path.split("/")}
    return frozenset(after - before)


def _defined(source: str) -> set[str]:
    names = {name.rpartition(".")[2] for name in definitions(source)}
    tree = parse(source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def used_by(source: str, name: str) -> frozenset[str]:
    """The identifiers that a test function mentions; empty where there is no such function."""
    node = definitions(source).get(name)
    return names_used(node) if node is not None else frozenset()


def strings_of(source: str, name: str) -> frozenset[str]:
    """The strings that a test function holds, its decorators' too."""
    node = definitions(source).get(name)
    constants = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant)) if node is not None else ()
    return frozenset(value for value in constants if isinstance(value, str))


def _base_text(change: Change, file: FileChange) -> str:
    return (change.base.read_text(file.base_path) if file.base_path else None) or ""
