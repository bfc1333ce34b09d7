"""The numbers by which an assertion lets its subject differ."""

from __future__ import annotations

import ast

#: (what bounds, number) of one assertion.
Tolerances = tuple[tuple[str, float], ...]

#: pytest's, math's and unittest's own, where a call says nothing.
_DEFAULTS = {"rel": 1e-6, "abs": 1e-12, "rel_tol": 1e-9, "abs_tol": 0.0, "places": 7.0}
_NAMES = frozenset({*_DEFAULTS, "rtol", "atol", "delta", "decimal", "significant"})
#: Of these the smaller number lets more pass.
_FEWER = frozenset({"places", "decimal", "significant", "digits", "at least"})
_POSITIONAL = {
    "approx": (1, ("rel", "abs")),
    "round": (1, ("digits",)),
    "assertAlmostEqual": (2, ("places",)),
    "assert_almost_equal": (2, ("decimal",)),
}
_BOUNDS: dict[type[ast.cmpop], str] = {ast.Lt: "at most", ast.LtE: "at most", ast.Gt: "at least", ast.GtE: "at least"}
_UNITTEST_BOUNDS = {
    **dict.fromkeys(("assertLess", "assertLessEqual"), "at most"),
    **dict.fromkeys(("assertGreater", "assertGreaterEqual"), "at least"),
}


def is_number(node: ast.AST) -> bool:
    """Whether a node is a number written out, with or without a sign."""
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and type(inner.value) in (int, float)


def number(node: ast.AST) -> float:
    """The number of a node of which `is_number` holds."""
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    sign = -1 if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else 1
    value = inner.value if isinstance(inner, ast.Constant) else 0.0
    return sign * float(value) if isinstance(value, (int, float)) else 0.0


def tolerances(at: ast.AST, expected: ast.expr, how: ast.cmpop | None) -> Tolerances:
    """What an assertion allows, by name: keywords, the places of a rounding, the bound of an ordering."""
    found: dict[str, float] = {}
    for call in ast.walk(at):
        if not isinstance(call, ast.Call):
            continue
        name = str(getattr(call.func, "attr", getattr(call.func, "id", "")))
        first, names = _POSITIONAL.get(name, (0, ()))
        given = [*zip(names, call.args[first:], strict=False), *((k.arg or "", k.value) for k in call.keywords)]
        found |= {key: number(value) for key, value in given if key in (*_NAMES, *names) and is_number(value)}
        if name in _UNITTEST_BOUNDS and len(call.args) > 1 and is_number(call.args[1]):
            found[_UNITTEST_BOUNDS[name]] = number(call.args[1])
    bound = _BOUNDS.get(type(how), "") if how is not None else ""
    if bound and is_number(expected):
        found[bound] = number(expected)
    return tuple(sorted(found.items()))


def wider(before: Tolerances, now: Tolerances) -> str:
    """The first number that lets more pass than it did, as "rel 1e-09 -> 0.1"; "" for none."""
    old, new = dict(before), dict(now)
    for name in sorted(old.keys() | new.keys()):
        was, is_now = old.get(name, _DEFAULTS.get(name)), new.get(name, _DEFAULTS.get(name))
        if was is None or is_now is None or not (old and new):
            continue
        if (is_now < was) if name in _FEWER else (is_now > was):
            return f"{name} {was:g} -> {is_now:g}"
    return ""
