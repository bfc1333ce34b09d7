"""Mutants of what runs at import: on the lines asked for, each valid Python on as many lines as before."""

from __future__ import annotations

import ast

import pytest

from agentgate.tools.module_mutants import module_mutants, runs_at_import

SOURCE = '''\
"""A module."""
import re
from typing import TypeVar

T = TypeVar("T", bound=int)
__version__ = "1.0"
RATE: int = 19
CODE = re.compile(
    "a",
    flags=re.I,
)
if RATE > 7:
    HIGH = True


class Till:
    """A till."""

    places = 2.5

    def add(self, n, *, times=3):
        return n * 4


register(Till)
EMPTY = None
'''


def mutated(source: str, *lines: int) -> dict[str, list[str]]:
    """Symbol -> the mutated lines."""
    found: dict[str, list[str]] = {}
    for mutant in module_mutants("a.py", source, set(lines), 100):
        assert ast.parse(mutant.text)
        assert mutant.text.count("\n") == source.count("\n")
        assert mutant.kind == "mutant"
        assert not mutant.chain
        found.setdefault(mutant.symbol, []).append(mutant.text.split("\n")[mutant.line - 1].strip())
    return found


@pytest.mark.parametrize(
    ("line", "symbol", "expected"),
    [
        (7, "RATE", ["RATE: int = 20", "RATE: int = None"]),
        (9, "CODE", ["CODE = (None", "'aXX',"]),
        (12, "the module", ["if RATE >= 7:", "if RATE > 8:"]),
        (13, "HIGH", ["HIGH = False", "HIGH = None"]),
        (19, "Till.places", ["places = 3.5", "places = None"]),
        (21, "Till.add", ["def add(self, n, *, times=4):", "def add(self, n, *, times=None):"]),
        (25, "the module", ["pass"]),
    ],
)
def test_a_line_becomes_another(line: int, symbol: str, expected: list[str]) -> None:
    assert mutated(SOURCE, line) == {symbol: expected}


@pytest.mark.parametrize("line", [1, 2, 3, 5, 6, 17, 22, 26])
def test_what_no_test_is_asked_to_notice_is_left_alone(line: int) -> None:
    assert mutated(SOURCE, line) == {}
    assert runs_at_import(SOURCE, {line}) == []


def test_a_value_over_many_lines_is_replaced_where_any_of_them_changes() -> None:
    (mutant,) = [m for m in module_mutants("a.py", SOURCE, {10}, 100) if "None" in m.what]
    assert "CODE = (None\n\n\n)" in mutant.text


def test_a_table_of_many_lines_gets_few_mutants_spread_over_it() -> None:
    table = "ROWS = [\n" + "".join(f"    {n},\n" for n in range(100, 50_100)) + "]\n"
    found = module_mutants("a.py", table, set(range(2, 50_002)), 5)
    assert len(found) == 5
    assert max(m.line for m in found) - min(m.line for m in found) > 30_000


def test_what_cannot_be_parsed_has_none() -> None:
    assert module_mutants("a.py", "def (", {1}, 9) == []
