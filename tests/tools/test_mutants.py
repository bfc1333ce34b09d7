"""Mutants: telling ones, on the lines asked for, each valid Python on as many lines as before."""

from __future__ import annotations

import ast

import pytest

from agentgate.tools.mutants import PER_LINE, mutants


def mutated(body: str, *, line: int = 2) -> set[str]:
    """The mutated texts of one line of a function's body."""
    source = f"def f(a, b, log=None):\n{body}\n"
    found = mutants("a.py", source, {line}, 100)
    assert all(ast.parse(m.text) and m.text.count("\n") == source.count("\n") for m in found)
    return {m.text.split("\n")[line - 1].strip() for m in found}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    if a < b:\n        a = 1", "if not (a < b):"),
        ("    if a < b:\n        a = 1", "if a <= b:"),
        ("    return a and b", "return None"),
        ("    return a and b", "return (a) or (b)"),
        ("    x = a if b else 1\n    return x", "x = (1) if (b) else (a)"),
        ("    x = a + b\n    return x", "x = (a) - (b)"),
        ("    x = not a\n    return x", "x = (a)"),
        ("    raise ValueError(a)", "pass"),
        ("    a.append(b)", "pass"),
        ("    a.x = b", "pass"),
        ("    x = a[0]\n    return x", "x = a[1]"),
        ("    x = dict(deep=True)\n    return x", "x = dict(deep=False)"),
    ],
)
def test_a_line_becomes_another(body: str, expected: str) -> None:
    assert expected in mutated(body)


@pytest.mark.parametrize(
    "body",
    [
        "    log.debug(a)",
        "    import os",
        "    assert a",
        "    return None",
        '    """A docstring."""',
        "    x: int = a\n    return x",
        '    x = "%s" % a\n    return x',
        "    def g():\n        return 1\n    return g",
        "    if sys.version_info > (3, 12):\n        return 1",
    ],
)
def test_arid_and_equivalent_ones_are_left_alone(body: str) -> None:
    assert mutated(body) == set()


def test_at_most_so_many_for_a_line_and_for_all_spread_over_the_lines() -> None:
    source = "def f(a, b):\n" + "".join(f"    x{n} = a + b * {n} - a % b\n" for n in range(10)) + "    return a\n"
    every = mutants("a.py", source, set(range(2, 12)), 100)
    assert len(every) == 10 * PER_LINE
    few = mutants("a.py", source, set(range(2, 12)), 10)
    assert [m.line for m in few] == list(range(2, 12))


def test_a_statement_over_several_lines_keeps_the_lines_behind_it() -> None:
    source = "def f(a):\n    raise ValueError(\n        a\n    )\n    return a\n"
    (mutant,) = mutants("a.py", source, {2}, 10)
    assert mutant.text.split("\n")[4] == "    return a"
    assert mutant.diff(source).startswith("--- a/a.py\n+++ b/a.py\n@@")


def test_special_methods_for_showing_are_left_alone() -> None:
    assert mutants("a.py", "class A:\n    def __repr__(self):\n        return self.x + 1\n", {3}, 10) == []
