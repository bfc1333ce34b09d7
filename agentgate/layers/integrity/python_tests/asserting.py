"""The functions of test files that assert for others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from agentgate.layers.integrity.python_tests.claims import claims
from agentgate.layers.integrity.python_tests.reach import called
from agentgate.layers.integrity.python_tests.units import Unit
from agentgate.tools.python_source import parse

_OF_TESTS = re.compile(r"(^|\.)(tests?|conftest|test_\w+|\w*helpers?)($|\.)")
#: Helpers that call helpers that assert.
_DEPTH = 2


def asserting(units: Iterable[Unit]) -> frozenset[str]:
    """The last names of the functions that make an effective claim, themselves or through one another."""
    functions = [unit for unit in units if not isinstance(unit.node, ast.ClassDef) and not unit.is_test]
    found = {unit.last for unit in functions if _claims(unit)}
    for _ in range(_DEPTH):
        calls = {unit.last: {called(part) for part in ast.walk(unit.node)} for unit in functions}
        found |= {name for name, names in calls.items() if names & found}
    return frozenset(found)


def _claims(unit: Unit) -> bool:
    node = unit.node
    return not isinstance(node, ast.ClassDef) and any(not claim.void for claim in claims(node))


def imported(source: str) -> frozenset[str]:
    """The names that a test file imports from its neighbours, which may assert."""
    tree = parse(source)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)] if tree is not None else []
    near = [node for node in nodes if node.level or _OF_TESTS.search(node.module or "")]
    names = (alias.asname or alias.name for node in near for alias in node.names)
    return frozenset(name for name in names if name.islower())
