"""What a test function asserts, by its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from agentgate.tools.python_source import definitions, parse

_EXPECTING = frozenset({"raises", "warns", "fail", "deprecated_call", "approx"})
_CONDITIONAL = frozenset({"skipif", "skipIf", "skipUnless"})
#: How projects call the helpers that assert for them.
_BY_NAME = ("assert", "check", "verify", "expect", "ensure", "validate", "should", "compare", "must")


def assertions(source: str, name: str) -> int:
    """How many assertions a test function makes: assert statements and calls of assert*, raises, warns, fail."""
    node = definitions(source).get(name)
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)] if node is not None else []
    named = [str(getattr(call.func, "attr", getattr(call.func, "id", ""))) for call in calls]
    statements = sum(isinstance(n, ast.Assert) for n in ast.walk(node)) if node is not None else 0
    return statements + sum(call.startswith("assert") or call in ("raises", "warns", "fail") for call in named)


def is_vacuous(source: str, name: str) -> bool:
    """Whether every assert statement of a test function holds whatever the code does, and it asserts nothing else."""
    node = definitions(source).get(name)
    found = [n.test for n in ast.walk(node) if isinstance(n, ast.Assert)] if node is not None else []
    return bool(found) and all(_always_holds(test) for test in found) and assertions(source, name) == len(found)


def _always_holds(test: ast.expr) -> bool:
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, (ast.Tuple, ast.List, ast.Set)):
        return bool(test.elts)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(_always_holds(value) for value in test.values)
    if isinstance(test, ast.BoolOp):
        return all(_always_holds(value) for value in test.values)
    if (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE))
    ):
        return ast.dump(test.left) == ast.dump(test.comparators[0])
    return False


def asserts_nothing(source: str, name: str) -> bool:
    """Whether nothing that a test function reaches could fail but by chance.

    It has no assertion before an unconditional return, and calls no helper that asserts or is named as if it did.
    """
    found = definitions(source)
    node = found.get(name)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    helpers = {other.rpartition(".")[2]: other_node for other, other_node in found.items() if other != name}
    return not _asserts(node, helpers, depth=2) or is_vacuous(source, name)


def _asserts(node: ast.AST, helpers: dict[str, ast.AST], depth: int) -> bool:
    for part in _reached(node):
        if isinstance(part, ast.Assert):
            return True
        if isinstance(part, ast.Raise) and "AssertionError" in ast.unparse(part):
            return True
        if isinstance(part, ast.Call):
            called = str(getattr(part.func, "attr", getattr(part.func, "id", "")))
            if called in _EXPECTING or called.lower().lstrip("_").startswith(_BY_NAME):
                return True
            helper = helpers.get(called) if depth else None
            if helper is not None and _asserts(helper, helpers, depth - 1):
                return True
    return False


def _reached(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a function, without what stands after a return in its own body, and without `if False`."""
    body = getattr(node, "body", [])
    for statement in [*getattr(node, "decorator_list", []), *(body if isinstance(body, list) else [])]:
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Constant) and not statement.test.value:
            continue
        yield from ast.walk(statement)
        if isinstance(statement, ast.Return):
            return


def is_conditional(source: str, name: str) -> bool:
    """Whether a test, its class or its module is skipped by a condition (`skipif`, `skipUnless`), not whatever is."""
    tree, found = parse(source), definitions(source)
    parts = name.split(".")
    owners = [found.get(".".join(parts[: n + 1])) for n in range(len(parts))]
    marks = [mark for owner in owners for mark in getattr(owner, "decorator_list", [])]
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)] if tree is not None else []
    marks += [node.value for node in assigned if any(getattr(t, "id", "") == "pytestmark" for t in node.targets)]
    named = {str(getattr(part, "attr", getattr(part, "id", ""))) for mark in marks for part in ast.walk(mark)}
    return bool(named & _CONDITIONAL)
