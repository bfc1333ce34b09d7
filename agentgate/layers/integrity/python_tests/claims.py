"""What a test function claims: each assertion as a kind, a subject and what is expected of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from agentgate.layers.integrity.python_tests.kinds import (
    BY_NAME,
    EXPECTING,
    MOCKS,
    OPERATORS,
    PREDICATES,
    RANKS,
    UNITTEST,
)
from agentgate.layers.integrity.python_tests.reach import Function, called, named, reached
from agentgate.layers.integrity.python_tests.tolerance import Tolerances, is_number, tolerances

_DISPLAYS = (ast.Tuple, ast.List, ast.Set, ast.Dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion. `subject` and `expected` are code; of an expected exception: the block, and the exceptions."""

    kind: str
    subject: str
    expected: str
    text: str
    line: int
    void: str = ""  # why its failure does not count, "" for a claim that can fail the test
    exceptions: frozenset[str] = frozenset()
    match: str = ""
    block: tuple[str, ...] = ()  # the statements from which the exception may come
    tolerances: Tolerances = ()
    is_literal: bool = False  # what is expected is written out

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two claims the same."""
        return self.kind, self.subject, self.expected

    @property
    def rank(self) -> int:
        """How much its kind says; 0 where that is not comparable."""
        return RANKS.get(self.kind, 0)


def claims(function: Function, helpers: Mapping[str, str] = MappingProxyType({})) -> list[Claim]:
    """A function's claims in order; a call of one of `helpers` is one too, of the kind given there."""
    found: list[Claim] = []
    for part, void in reached(function):
        made = _claims(part, helpers)
        found += [replace(claim, void=claim.void or void) for claim in made]
    return found


def _claims(part: ast.AST, helpers: Mapping[str, str]) -> Iterator[Claim]:
    if isinstance(part, ast.Assert):
        yield from _of_assert(part.test, part)
    elif isinstance(part, (ast.With, ast.AsyncWith)):
        for item in part.items:
            if isinstance(item.context_expr, ast.Call) and called(item.context_expr) in EXPECTING:
                yield _expecting(item.context_expr, tuple(code(statement) for statement in part.body), part)
            elif isinstance(item.context_expr, ast.Call):
                yield from _of_call(item.context_expr, helpers)
    elif isinstance(part, ast.Raise) and part.exc is not None and "AssertionError" in code(part.exc):
        yield _plain("fail", code(part), part)
    elif isinstance(part, ast.Call):
        yield from _of_call(part, helpers)


def _of_call(call: ast.Call, helpers: Mapping[str, str]) -> Iterator[Claim]:
    name, arguments = called(call), call.args
    if name in EXPECTING:
        tried = [code(argument) for argument in arguments[1 + name.endswith("Regex") :]]
        if tried:
            yield _expecting(call, (f"{tried[0]}({', '.join(tried[1:])})",), call)
    elif name in ("assertTrue", "assert_") and arguments:
        yield from _of_assert(arguments[0], call)
    elif name == "assertFalse" and arguments:
        yield from _of_assert(ast.UnaryOp(ast.Not(), arguments[0]), call)
    elif name == "assertIsNone" and arguments:
        yield _compared("equal", arguments[0], ast.Constant(None), call)
    elif name in UNITTEST and arguments:
        expected = arguments[1] if len(arguments) > 1 else ast.Constant(None)
        yield _compared(UNITTEST[name], arguments[0], expected, call)
    elif name in MOCKS and isinstance(call.func, ast.Attribute):
        said = ", ".join(code(part) for part in (*arguments, *(k.value for k in call.keywords)))
        yield replace(_plain(MOCKS[name], code(call.func.value), call), expected=said)
    elif name == "fail" or name.lower().lstrip("_").startswith(BY_NAME):
        yield _plain("call", code(call), call)
    elif name in helpers:
        yield _plain(helpers[name], code(call), call)


def _of_assert(test: ast.expr, at: ast.AST) -> Iterator[Claim]:
    """The claims of one condition: of `a and b` both, of what always holds a void one."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from _of_assert(value, at)
    elif always_holds(test):
        parts = test.values if isinstance(test, ast.BoolOp) else getattr(test, "elts", [])
        made = _condition(parts[0] if parts else test, at)
        yield replace(made, void="it always holds", text=_text(at))
    else:
        yield _condition(test, at)


def _condition(test: ast.expr, at: ast.AST) -> Claim:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(OPERATORS[type(test.ops[0])], test.left, test.comparators[0], at, test.ops[0])
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _condition(test.operand, at)
        kind = "present" if inner.kind == "equal" else inner.kind
        return replace(inner, kind=kind, subject=inner.subject if inner.expected else code(test), expected=code(test))
    kinds: dict[type[ast.expr], str] = {ast.Compare: "order", ast.BoolOp: "either"}
    kind = kinds.get(type(test), PREDICATES.get(called(test), "true"))
    return _predicate(test, kind, at) if isinstance(test, ast.Call) and test.args else _plain(kind, code(test), at)


def _predicate(call: ast.Call, kind: str, at: ast.AST) -> Claim:
    if kind == "about" and len(call.args) > 1:
        return _compared(kind, call.args[0], call.args[1], at)
    if kind in ("type", "part"):
        of_text = kind == "part" and isinstance(call.func, ast.Attribute)
        subject = call.func.value if of_text and isinstance(call.func, ast.Attribute) else call.args[0]
        return replace(_plain(kind, code(subject), at), expected=code(call))
    return _plain(kind, code(call), at)


def _compared(kind: str, subject: ast.expr, expected: ast.expr, at: ast.AST, how: ast.cmpop | None = None) -> Claim:
    if kind in ("equal", "about") and is_literal(subject) and not is_literal(expected):
        subject, expected = expected, subject
    if kind == "equal" and "approx" in (called(subject), called(expected)):
        kind = "about"
        subject, expected = (expected, subject) if called(subject) == "approx" else (subject, expected)
    if kind == "member" and isinstance(how, (ast.In, ast.NotIn)) and is_literal(subject) and not is_literal(expected):
        subject, expected = expected, subject  # `"a" in text` says something of `text`
    said = code(expected)
    return Claim(
        kind,
        code(_unrounded(subject)),
        said if how is None or kind == "equal" else f"{type(how).__name__} {said}",
        _text(at),
        getattr(at, "lineno", 0),
        tolerances=tolerances(at, expected, how),
        is_literal=is_literal(expected),
    )


def _unrounded(subject: ast.expr) -> ast.expr:
    is_round = isinstance(subject, ast.Call) and called(subject) == "round" and len(subject.args) in (1, 2)
    digits = subject.args[1] if isinstance(subject, ast.Call) and len(subject.args) > 1 else ast.Constant(0)
    return subject.args[0] if isinstance(subject, ast.Call) and is_round and is_number(digits) else subject


def _expecting(call: ast.Call, block: tuple[str, ...], at: ast.AST) -> Claim:
    name = called(call)
    match = next((code(keyword.value) for keyword in call.keywords if keyword.arg == "match"), "")
    if name.endswith("Regex") and len(call.args) > 1:
        match = code(call.args[1])
    kind = "raises" if "aises" in name else "warns"
    expected = ", ".join(code(argument) for argument in call.args[:1]) + (f", match={match}" if match else "")
    exceptions = named(call.args[0]) if call.args else frozenset()
    text = f"{name}({expected})"
    line = getattr(at, "lineno", 0)
    return Claim(kind, "\n".join(block), expected, text, line, exceptions=exceptions, match=match, block=block)


def _plain(kind: str, subject: str, at: ast.AST) -> Claim:
    return Claim(kind, subject, "", _text(at), getattr(at, "lineno", 0))


def code(node: ast.AST) -> str:
    """A node's text without the `u` of old strings."""
    return re.sub(r"\bu(?=['\"])", "", ast.unparse(node))


def _text(at: ast.AST) -> str:
    shown = ast.Assert(at.test) if isinstance(at, ast.Assert) else at
    return " ".join(code(shown).split())


def is_literal(node: ast.expr) -> bool:
    """Whether an expression is written out: constants, and containers of them."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def always_holds(test: ast.expr) -> bool:
    """Whether a condition holds whatever the code does."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, _DISPLAYS):
        return bool(test.keys if isinstance(test, ast.Dict) else test.elts)
    if isinstance(test, ast.BoolOp):
        any_of = isinstance(test.op, ast.Or)
        return (any if any_of else all)(always_holds(value) for value in test.values)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    left, right = test.left, test.comparators[0]
    if isinstance(left, (*_DISPLAYS, ast.Constant)) and (isinstance(test.ops[0], ast.IsNot) or is_literal(right)):
        return True  # something written out compared with something written out
    same = isinstance(test.ops[0], (ast.Eq, ast.Is, ast.LtE, ast.GtE)) and isinstance(left, (ast.Name, ast.Constant))
    return same and ast.dump(left) == ast.dump(right)
