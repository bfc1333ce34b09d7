"""The assertions and calls of a function in their order, each with what keeps it from failing the test, if anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

Part = ast.Assert | ast.Call | ast.With | ast.AsyncWith | ast.Raise
Function = ast.FunctionDef | ast.AsyncFunctionDef

SKIPPED = "it stands after an unconditional skip"
_CATCHING = frozenset({"AssertionError", "Exception", "BaseException"})
_SKIPPING = frozenset({"skip", "skipTest", "xfail", "exit"})


def called(node: ast.AST) -> str:
    """The last name of what is called, "" where nothing is."""
    func = node.func if isinstance(node, ast.Call) else None
    return str(getattr(func, "attr", getattr(func, "id", "")))


def named(node: ast.expr | None) -> frozenset[str]:
    """The last names of one exception or of a tuple of them."""
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
    return frozenset(str(getattr(part, "attr", getattr(part, "id", ""))) for part in parts) - {""}


def reached(function: Function) -> Iterator[tuple[Part, str]]:
    """(part, why its failure does not count): "" for a part that can fail the test."""
    yield from _block(function.body, "")


def skips(statement: ast.stmt) -> bool:
    """Whether a statement skips or xfails the running test, whatever holds."""
    if isinstance(statement, ast.Raise):
        return statement.exc is not None and "SkipTest" in ast.unparse(statement.exc)
    return isinstance(statement, ast.Expr) and called(statement.value) in _SKIPPING and _of_runner(statement.value)


def _of_runner(call: ast.expr) -> bool:
    func = call.func if isinstance(call, ast.Call) else None
    return isinstance(func, ast.Name) or ast.unparse(getattr(func, "value", ast.Constant(""))) in ("pytest", "self")


def _block(statements: Sequence[ast.stmt], void: str) -> Iterator[tuple[Part, str]]:
    for statement in statements:
        yield from _statement(statement, void)
        void = void or _ends(statement)


def _ends(statement: ast.stmt) -> str:
    if skips(statement):
        return SKIPPED
    return "it stands after a return" if isinstance(statement, ast.Return) else ""


def _statement(node: ast.stmt, void: str) -> Iterator[tuple[Part, str]]:
    if isinstance(node, (ast.Assert, ast.Raise)):
        yield node, void
    elif isinstance(node, (ast.If, ast.While, ast.For, ast.AsyncFor)):
        yield from _branches(node, void)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield node, void
        yield from _block(node.body, void or _swallowed_by(node))
    elif isinstance(node, (ast.Try, ast.TryStar)):
        yield from _block(node.body, void or _caught(node))
        for part in (*(handler.body for handler in node.handlers), node.orelse, node.finalbody):
            yield from _block(part, void)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield from _block(node.body, void)
    elif isinstance(node, ast.Match):
        for case in node.cases:
            yield from _block(case.body, void)
    else:
        yield from ((part, void) for part in ast.walk(node) if isinstance(part, ast.Call))


def _branches(node: ast.If | ast.While | ast.For | ast.AsyncFor, void: str) -> Iterator[tuple[Part, str]]:
    never = otherwise = ""
    if isinstance(node, (ast.If, ast.While)):
        constant = isinstance(node.test, ast.Constant)
        value = node.test.value if isinstance(node.test, ast.Constant) else None
        never = f"it stands under `if {value!r}`" if constant and not value else ""
        otherwise = "it stands where no run comes" if constant and value and isinstance(node, ast.If) else ""
    elif isinstance(node.iter, (ast.List, ast.Tuple)) and not node.iter.elts:
        never = "it stands in a loop over nothing"
    yield from _block(node.body, void or never)
    yield from _block(node.orelse, void or otherwise)


def _swallowed_by(node: ast.With | ast.AsyncWith) -> str:
    for item in node.items:
        call = item.context_expr
        how, arguments = called(call), call.args if isinstance(call, ast.Call) else []
        caught = frozenset().union(*(named(argument) for argument in arguments)) & _CATCHING
        if how == "suppress" and caught:
            return f"its failure is caught by `suppress({min(caught)})`"
        if how in ("raises", "assertRaises") and len(arguments) == 1 and caught and _is_plain(call):
            return f"its failure is what `{how}({min(caught)})` waits for"
    return ""


def _is_plain(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and not any(keyword.arg in ("match", "check") for keyword in call.keywords)


def _caught(node: ast.Try | ast.TryStar) -> str:
    for handler in node.handlers:
        names = named(handler.type) & _CATCHING
        if (handler.type is None or names) and all(_does_nothing(statement) for statement in handler.body):
            return f"its failure is caught by `except {min(names, default='')}".rstrip() + "`"
    return ""


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or called(statement.value) in ("print", "debug", "info", "log")
    return isinstance(statement, (ast.Pass, ast.Continue, ast.Break))
