"""`tests/special-cased`: code that answers the tests' own input by name instead of computing it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from agentgate.change import Change
from agentgate.layers.tests.changed import ChangedSource
from agentgate.tools.python_source import definitions, parse
from agentgate.verdict import Finding, Location, Severity

#: Too common to tell anything.
_COMMON = frozenset({"0", "1", "-1", "2", "None", "True", "False", "''", "b''", "()", "[]", "{}"})


def cased(change: Change, sources: Sequence[ChangedSource], own_tests: Collection[str]) -> list[Finding]:
    """`if argument == literal: return literal` on changed lines, where the change writes both into one of its tests."""
    tests = [literals for identity in own_tests if (literals := _literals_of(change, identity))]
    found = []
    for source in sources:
        changed = {n for s in source.statements for n in range(s.first, s.last + 1)}
        for node, asked, answered in _dispatches(source.text):
            if node.lineno in changed and any({asked, answered} <= literals for literals in tests):
                message = f"the answer {answered} to the input {asked} of its own test is written down, not computed"
                text = source.text.split("\n")[node.lineno - 1]
                remedy = "compute it; then add a test with another input"
                found.append(
                    Finding(
                        "tests/special-cased", Severity.ERROR, message, Location(source.path, node.lineno), text, remedy
                    )
                )
    return found


def _literals_of(change: Change, identity: str) -> frozenset[str]:
    """The literals of a test that base's version of it does not hold."""
    path, _, name = identity.partition("::")
    before = {head: base for base, head in change.renames.items()}.get(path, path)
    texts = (change.head.read_text(path) or "", change.base.read_text(before) or "")
    now, old = (_literals(definitions(text).get(name.replace("::", "."))) for text in texts)
    return now - old


def _literals(node: ast.AST | None) -> frozenset[str]:
    return frozenset(said for part in ast.walk(node) if (said := _literal(part))) if node is not None else frozenset()


def _literal(node: ast.AST) -> str:
    """A literal's source, "" for what is none or is too common."""
    try:
        said = repr(ast.literal_eval(node)) if isinstance(node, ast.expr) else ""
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ""
    return "" if said in _COMMON else said


def _dispatches(source: str) -> Iterator[tuple[ast.If, str, str]]:
    """(if, the literal asked for, the literal returned) of each branch that is no more than that."""
    tree = parse(source)
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.If) or len(node.body) != 1 or not isinstance(node.body[0], ast.Return):
            continue
        test, value = node.test, node.body[0].value
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is)):
            sides = [_literal(test.left), _literal(test.comparators[0])]
            answered = _literal(value) if value is not None else ""
            asked = next((side for side in sides if side), "")
            if asked and answered and not all(sides):
                yield node, asked, answered
