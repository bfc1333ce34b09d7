"""The kinds of assertions, and how pytest, unittest, mock and plain Python write them."""

from __future__ import annotations

import ast

#: How much each kind says, the most first; what is not here is compared with its own kind alone.
RANKS = {
    **dict.fromkeys(("equal",), 5),
    **dict.fromkeys(("about",), 4),
    **dict.fromkeys(("member", "order", "type", "part", "either", "called with"), 3),
    **dict.fromkeys(("present", "called once"), 2),
    **dict.fromkeys(("true", "called"), 1),
}
EXPECTING = frozenset(
    ("raises", "warns", "deprecated_call", "assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex")
)
#: How projects call the helpers that assert for them; `fnmatch_lines` is pytest's own.
BY_NAME = ("assert", "check", "verify", "expect", "ensure", "validate", "should", "compare", "must", "fnmatch_lines")

_EQUAL = frozenset(
    f"assert{name}"
    for name in (
        *("Equal", "Equals", "Is", "DictEqual", "ListEqual", "TupleEqual", "SetEqual"),
        *("SequenceEqual", "CountEqual", "ItemsEqual", "MultiLineEqual"),
    )
)
UNITTEST = {
    **dict.fromkeys(_EQUAL, "equal"),
    **dict.fromkeys(("assertAlmostEqual", "assertAlmostEquals"), "about"),
    **dict.fromkeys(("assertIn", "assertNotIn"), "member"),
    **dict.fromkeys(("assertGreater", "assertGreaterEqual", "assertLess", "assertLessEqual"), "order"),
    **dict.fromkeys(("assertIsInstance", "assertNotIsInstance"), "type"),
    **dict.fromkeys(("assertRegex", "assertNotRegex", "assertStartsWith", "assertEndsWith"), "part"),
    **dict.fromkeys(("assertNotEqual", "assertIsNot", "assertIsNotNone"), "present"),
}
MOCKS = {
    **dict.fromkeys(("assert_called_once_with", "assert_called_with", "assert_any_call"), "called with"),
    **dict.fromkeys(("assert_has_calls", "assert_awaited_once_with", "assert_awaited_with"), "called with"),
    **dict.fromkeys(("assert_called_once", "assert_not_called", "assert_awaited_once"), "called once"),
    **dict.fromkeys(("assert_called", "assert_awaited"), "called"),
}
PREDICATES = {
    **dict.fromkeys(("isinstance", "issubclass"), "type"),
    **dict.fromkeys(("startswith", "endswith", "match", "search", "fullmatch", "issubset", "issuperset"), "part"),
    **dict.fromkeys(("isclose", "allclose"), "about"),
    **dict.fromkeys(("hasattr", "callable"), "present"),
    **dict.fromkeys(("all", "array_equal"), "either"),
}
OPERATORS: dict[type[ast.cmpop], str] = {
    **dict.fromkeys((ast.Eq, ast.Is), "equal"),
    **dict.fromkeys((ast.NotEq, ast.IsNot), "present"),
    **dict.fromkeys((ast.In, ast.NotIn), "member"),
    **dict.fromkeys((ast.Lt, ast.LtE, ast.Gt, ast.GtE), "order"),
}
