"""What decorators and assignments say about a test: skipped, expected to fail, its cases, its patience."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from agentgate.layers.integrity.python_tests.claims import code
from agentgate.layers.integrity.python_tests.reach import called, skips
from agentgate.layers.integrity.python_tests.tolerance import is_number, number
from agentgate.layers.integrity.python_tests.units import Node

Rows = tuple[str, ...]
_WAITING = frozenset({"wait", "wait_for", "join", "get", "communicate", "run", "result", "acquire", "fail_after"})


def silencers(node: Node | ast.Module) -> tuple[str, ...]:
    """What keeps a test, a class or a module from running or from failing, whatever holds."""
    found = [ast.unparse(mark) for mark in _marks(node) if _is_silent(mark)]
    is_code = not isinstance(node, ast.ClassDef) or not node.name  # a module is read as a class without a name
    off = [s for s in node.body if (is_code and skips(s)) or (isinstance(s, ast.Assign) and _is_off(s))]
    found += [ast.unparse(statement) for statement in off]
    return tuple(found)


def _marks(node: Node | ast.Module) -> Iterator[ast.expr]:
    yield from getattr(node, "decorator_list", [])
    for statement in [] if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.Assign) and any(getattr(t, "id", "") == "pytestmark" for t in targets):
            value = statement.value
            yield from value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]


def _is_off(statement: ast.Assign) -> bool:
    off = isinstance(statement.value, ast.Constant) and not statement.value.value
    return off and any(getattr(target, "id", "") == "__test__" for target in statement.targets)


def _is_silent(mark: ast.expr) -> bool:
    call = mark if isinstance(mark, ast.Call) else None
    func = mark.func if isinstance(mark, ast.Call) else mark
    name = str(getattr(func, "attr", getattr(func, "id", "")))
    arguments = call.args if call else []
    keywords = {keyword.arg: keyword.value for keyword in call.keywords} if call else {}
    condition = keywords.get("condition", arguments[0] if arguments else None)
    if name in ("skip", "expectedFailure"):
        return True
    if name == "xfail":
        return condition is None or _value(condition) is True
    if name in ("skipif", "skipIf"):
        return condition is not None and _value(condition) is True
    return name == "skipUnless" and condition is not None and _value(condition) is False


def _value(node: ast.expr) -> bool | None:
    """The truth of a constant; None for what only a run knows."""
    if not isinstance(node, ast.Constant):
        return None
    return node.value == "True" if isinstance(node.value, str) else bool(node.value)


def cases(node: Node, assigned: Mapping[str, ast.expr]) -> dict[str, Rows] | None:
    """Parameters -> the rows of each `parametrize` that run; None where one is not written out in the module."""
    found: dict[str, Rows] = {}
    for mark in _marks(node):
        if isinstance(mark, ast.Call) and called(mark) == "parametrize" and len(mark.args) > 1:
            table: ast.expr | None = mark.args[1]
            if isinstance(table, ast.Name):
                table = assigned.get(table.id)
            if not isinstance(table, (ast.List, ast.Tuple)) or any(isinstance(r, ast.Starred) for r in table.elts):
                return None
            found[ast.unparse(mark.args[0])] = tuple(code(row) for row in table.elts if not _is_silent_row(row))
    return found


def _is_silent_row(row: ast.expr) -> bool:
    if not isinstance(row, ast.Call):
        return False
    marks = [keyword.value for keyword in row.keywords if keyword.arg == "marks"]
    each = [part for mark in marks for part in (mark.elts if isinstance(mark, (ast.List, ast.Tuple)) else [mark])]
    return any(_is_silent(mark) for mark in each)


def assigned(tree: ast.Module | None) -> dict[str, ast.expr]:
    """What a module assigns to plain names at its top level."""
    found: dict[str, ast.expr] = {}
    for statement in tree.body if tree is not None else []:
        if isinstance(statement, ast.Assign):
            found |= {target.id: statement.value for target in statement.targets if isinstance(target, ast.Name)}
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found[statement.target.id] = statement.value
    return found


def patience(node: Node) -> dict[str, list[float]]:
    """What a test waits and how often it tries again, by what says so, in their order."""
    found: dict[str, list[float]] = {}
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        name = called(call)
        given: Sequence[tuple[str, ast.expr]] = [(keyword.arg or "", keyword.value) for keyword in call.keywords]
        if name in ("sleep", "timeout", "flaky") and call.args:
            given = [*given, (name, call.args[0])]
        for key, value in given:
            said = key in ("reruns", "max_runs", "sleep", "flaky") or (key == "timeout" and name in _WAITING | {key})
            if said and is_number(value):
                found.setdefault(f"{name}({key})" if key != name else name, []).append(number(value))
    return found
