"""Mutants of the changed lines of a Python source. Pure functions over text.

What is mutated and what is left alone follows Google's practice (Petrovic and Ivankovic, ICSE-SEIP 2018: changed and
covered lines only, arid code left out, few mutants a line) and what survived as equivalent in the prototype of
shared/reference/tests.md, 3.2.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from agentgate.tools.python_source import parse
from agentgate.tools.statements import own_lines
from agentgate.tools.variants import Function, Place, Variant, places

PER_LINE = 2
Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to mutate: a node, the text in its place, in words; `span`: the lines of its statement."""

    rank: int  # the lower, the more telling
    node: ast.expr | ast.stmt
    text: str
    what: str
    span: tuple[int, int] = (0, 0)


def mutants(path: str, source: str, lines: Collection[int], most: int) -> list[Variant]:
    """At most `most` mutants that begin on one of `lines`, PER_LINE of each at most, spread evenly over all of them."""
    by_line: dict[int, list[tuple[Place, Edit]]] = {}
    for place in places(source):
        if place.function.name not in _ARID_FUNCTIONS:
            for edit in _edits(place.function):
                if edit.node.lineno in lines:
                    by_line.setdefault(edit.node.lineno, []).append((place, edit))
    found: list[Variant] = []
    for place, edit in spread(by_line, PER_LINE, most):
        text = replaced(source, edit.node, edit.text)
        if parse(text) is not None:
            said = f"{edit.what} (column {edit.node.col_offset + 1})"
            found.append(place.variant("mutant", path, edit.node.lineno, said, text, edit.span))
    return found


def spread(by_line: Mapping[int, Sequence[Chosen]], per_line: int, most: int) -> list[Chosen]:
    """At most `most` of these: the first of each line, then the second; evenly over the lines where those are more."""
    found: list[Chosen] = []
    for depth in range(per_line):
        deep = [choices[depth] for _, choices in sorted(by_line.items()) if len(choices) > depth]
        left = most - len(found)
        if len(deep) > left:
            deep = [deep[n * len(deep) // left] for n in range(left)]
        found += deep
    return found


def replaced(source: str, node: ast.expr | ast.stmt, replacement: str) -> str:
    """The source with a node's text replaced, on as many lines as before."""
    lines = source.split("\n")
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()
    after = lines[last].encode()[node.end_col_offset or 0 :].decode()
    if last > first and isinstance(node, ast.expr):
        replacement = f"({replacement}" + "\n" * (last - first) + ")"
        lines[first : last + 1] = [before + replacement + after]
    else:
        lines[first : last + 1] = [before + replacement + after, *[""] * (last - first)]
    return "\n".join(lines)


_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.Is: "is not",
    ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "*", ast.Pow: "*",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "&",
}  # fmt: skip
_NOT_OWN = ("annotation", "body", "orelse", "finalbody", "handlers", "cases", "type_comment")
_ARID_FUNCTIONS = ("__repr__", "__str__", "__del__")
#: Calls that no test is asked to notice.
_ARID = ("log", "logger", "logging", "warn", "warnings", "print", "debug", "info", "warning")


def _edits(function: Function) -> list[Edit]:
    """A function's own mutations, the most telling first."""
    found = [
        replace(edit, span=own_lines(statement))
        for statement in _own(function.body)
        for edit in _of_statement(statement)
    ]
    return sorted(found, key=lambda edit: edit.rank)


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of its blocks, arid ones and definitions within left out."""
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or _is_arid(statement):
            continue
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _own(getattr(statement, name, ()))
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _own(part.body)


def _is_arid(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Assert, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)):
        return True
    if isinstance(statement, ast.If):
        test = ast.unparse(statement.test)
        return "TYPE_CHECKING" in test or "version_info" in test or "platform" in test
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = ast.unparse(statement.value.func).split(".")
        return any(part.lower().strip("_") in _ARID for part in called)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _of_statement(statement: ast.stmt) -> Iterator[Edit]:
    """Rank (lower is more telling), node, replacement, words."""
    if isinstance(statement, (ast.If, ast.While)):
        yield Edit(0, statement.test, f"not ({_code(statement.test)})", "the condition is negated")
    if isinstance(statement, ast.Return) and statement.value is not None and not _is_false(statement.value):
        yield Edit(1, statement.value, "None", "None is returned")
    if isinstance(statement, ast.Raise):
        yield Edit(1, statement, "pass", "nothing is raised")
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield Edit(1, statement, "pass", "the call is left out")
    if isinstance(statement, ast.AugAssign) or (isinstance(statement, ast.Assign) and not _rebinds(statement)):
        yield Edit(3, statement, "pass", "the assignment is left out")
    if not isinstance(statement, ast.Raise):
        for expression in expressions(statement):
            yield from of_expression(expression)


def _rebinds(statement: ast.Assign) -> bool:
    """`x = f(x)` and plain names: leaving them out raises NameError or is idempotent, and tells nothing."""
    return all(isinstance(target, (ast.Name, ast.Tuple)) for target in statement.targets)


def expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """Every expression of a statement's own lines; annotations and nested blocks left out."""
    waiting: list[ast.AST] = [
        value for name, field in ast.iter_fields(statement) if name not in _NOT_OWN
        for value in (field if isinstance(field, list) else [field]) if isinstance(value, ast.AST)
    ]  # fmt: skip
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, (ast.Lambda, ast.JoinedStr)):
            continue
        if isinstance(node, ast.expr):
            yield node
        waiting += ast.iter_child_nodes(node)


def of_expression(node: ast.expr) -> Iterator[Edit]:
    """The mutations of one expression, without those of its parts."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        operator = _COMPARE[type(node.ops[0])]
        rank = 0 if isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) else 2
        text = f"{_code(node.left)} {operator} {_code(node.comparators[0])}"
        yield Edit(rank, node, text, f"the comparison becomes `{operator}`")
    elif isinstance(node, ast.BoolOp):
        operator = "or" if isinstance(node.op, ast.And) else "and"
        text = f" {operator} ".join(f"({_code(value)})" for value in node.values)
        yield Edit(1, node, text, f"the operator becomes `{operator}`")
    elif isinstance(node, ast.BinOp) and not _is_text(node):
        operator = _ARITHMETIC.get(type(node.op), "")
        if operator:
            text = f"({_code(node.left)}) {operator} ({_code(node.right)})"
            yield Edit(2, node, text, f"the operator becomes `{operator}`")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Edit(1, node, f"({_code(node.operand)})", "`not` is left out")
    elif isinstance(node, ast.IfExp):
        text = f"({_code(node.orelse)}) if ({_code(node.test)}) else ({_code(node.body)})"
        yield Edit(1, node, text, "the two values are exchanged")
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield Edit(3, node, str(not node.value), f"{node.value} becomes {not node.value}")
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield Edit(4, node, str(node.value + 1), f"{node.value} becomes {node.value + 1}")


def _code(node: ast.expr) -> str:
    return ast.unparse(node)


def _is_false(node: ast.expr) -> bool:
    """False, None, 0 and empty ones: None in their place is hardly another value."""
    if isinstance(node, ast.Constant):
        return not node.value
    return isinstance(node, (ast.Tuple, ast.List, ast.Dict)) and not ast.unparse(node).strip("()[]{}")


def _is_text(node: ast.BinOp) -> bool:
    """Formatting and joining of text: another operator only raises TypeError."""
    return any(
        isinstance(part, ast.JoinedStr) or (isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes)))
        for part in (node.left, node.right)
    )
