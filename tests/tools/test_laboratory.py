"""The laboratory: real pytest and unittest, forked children, variants that live and die."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.project import Package, environments
from agentgate.tools.ground import Ground
from agentgate.tools.laboratory import Pair, Trials, try_out
from agentgate.tools.mutants import mutants
from agentgate.tools.runners import Command, Pytest, Unittest
from agentgate.tools.variants import hollows, identity, places
from tests.conftest import Sandbox

SOURCE = """\
import functools


def discounted(price, percent):
    if percent > 50:
        percent = 50
    return price - price * percent // 100


@functools.lru_cache
def cached(n):
    return n * 2


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


class Till:
    def __init__(self):
        self.sums = []

    def add(self, n):
        super().__init__()
        self.sums.append(n)
"""
TESTS = """\
import pytest
from shop import Till, cached, counter, discounted


@pytest.fixture(scope="module")
def till():
    return Till()


@pytest.mark.parametrize("price", [100, 200])
def test_discounted(price):
    assert discounted(price, 10) == price * 9 // 10


def test_cached():
    assert cached(2) == 4
    assert cached(2) == 4


def test_counter():
    assert counter()() == 1


def test_till_adds_without_a_look(till):
    till.add(3)
"""


WATCH = {"shop.py": [(1, 99)]}


def ground_of(tmp_path: Path, runner: str = "pytest") -> Ground:
    root = Sandbox(tmp_path / "tree").root
    (root / "tests").mkdir()
    (root / "shop.py").write_text(SOURCE)
    (root / "tests" / "test_shop.py").write_text(TESTS)
    (tmp_path / "scratch").mkdir()
    package = Package(".", "shop", modules=("shop",), source=("shop.py",), tests=("tests",), runner=runner)
    environment = next(e for e in environments(str(root), package, environ={"PATH": os.path.dirname(sys.executable)}))
    return Ground(environment, package, str(tmp_path / "scratch"))


def ended(trials: Trials) -> dict[tuple[str, str], str]:
    return {(a.variant.symbol, a.variant.kind): a.ended for a in trials.attempts}


def test_controls_hold_and_only_asserted_bodies_are_missed(tmp_path: Path) -> None:
    functions = {"discounted", "cached", "counter", "counter.step", "Till.add"}
    variants = [*identity("shop.py", SOURCE, functions), *hollows("shop.py", SOURCE, functions)]
    trials = try_out(Pytest(ground_of(tmp_path)), str(tmp_path / "tree"), [], WATCH, variants)
    assert {c.outcome for c in trials.control} == {"passed"}
    assert ended(trials) == {
        ("discounted", "identity"): "survived",
        ("discounted", "raise"): "killed",
        ("discounted", "return"): "killed",
        ("cached", "raise"): "killed",
        ("cached", "return"): "killed",
        ("counter", "raise"): "killed",
        ("counter", "return"): "killed",
        ("counter.step", "raise"): "killed",
        ("counter.step", "return"): "killed",
        ("Till.add", "raise"): "killed",
        ("Till.add", "return"): "survived",
    }


def test_the_control_tells_which_test_runs_which_lines(tmp_path: Path) -> None:
    trials = try_out(Pytest(ground_of(tmp_path)), str(tmp_path / "tree"), [], WATCH, [])
    lines = {c.id: c.lines.get("shop.py", frozenset()) for c in trials.control}
    assert {5, 7} <= lines["tests/test_shop.py::test_discounted[100]"]
    assert 6 not in lines["tests/test_shop.py::test_discounted[100]"]
    assert 7 not in lines["tests/test_shop.py::test_cached"]


def test_mutants_are_put_to_the_tests_that_run_them(tmp_path: Path) -> None:
    trials = try_out(
        Pytest(ground_of(tmp_path)), str(tmp_path / "tree"), [], WATCH, mutants("shop.py", SOURCE, {5, 6, 7}, 9)
    )
    by_line: dict[int, set[str]] = {}
    for attempt in trials.attempts:
        by_line.setdefault(attempt.variant.line, set()).add(attempt.ended)
    assert by_line[7] == {"killed"}
    assert "survived" in by_line[5]
    assert by_line.get(6, {"untested"}) == {"untested"}


def test_a_variant_that_never_ends_is_noticed(tmp_path: Path) -> None:
    endless = SOURCE.replace("    if percent > 50:\n", "    while percent:\n        pass\n    if percent > 50:\n")
    place = next(p for p in places(SOURCE) if p.symbol == "discounted")
    variant = place.variant("mutant", "shop.py", 5, "it never ends", endless)
    trials = try_out(
        Pytest(ground_of(tmp_path)),
        str(tmp_path / "tree"),
        ["tests/test_shop.py::test_discounted"],
        WATCH,
        [variant],
    )
    assert [a.ended for a in trials.attempts] == ["timeout"]
    assert trials.attempts[0].is_killed


def test_base_and_head_are_called_alike_and_the_first_difference_is_told(tmp_path: Path) -> None:
    base = SOURCE.replace("price * percent // 100", "round(price * percent / 100)")
    place = next(p for p in places(SOURCE) if p.symbol == "discounted")
    pair = Pair("shop.py", "discounted", place.span, "discounted", 4, 4, base)
    same = Pair("shop.py", "counter", (15, 23), "counter", 15, 15, SOURCE)
    trials = try_out(Pytest(ground_of(tmp_path)), str(tmp_path / "tree"), [], WATCH, [], [pair, same])
    if not trials.compared:
        pytest.skip("this kernel has no Landlock of version 4: varied calls are not made")
    (difference,) = trials.differences
    assert difference.call.startswith("discounted(")
    assert difference.before != difference.now
    assert trials.compared["shop.py", "discounted"] > 1


def test_a_child_that_ends_itself_over_the_calls_has_shown_nothing(tmp_path: Path) -> None:
    hostile = SOURCE.replace(
        "    if percent > 50:\n", "    if price not in (100, 200):\n        os._exit(0)\n    if percent > 50:\n", 1
    )
    hostile = hostile.replace("import functools\n", "import functools\nimport os\n", 1)
    ground = ground_of(tmp_path)
    (tmp_path / "tree" / "shop.py").write_text(hostile)
    place = next(p for p in places(hostile) if p.symbol == "discounted")
    pair = Pair("shop.py", "discounted", place.span, "discounted", 5, 4, SOURCE)
    trials = try_out(Pytest(ground), str(tmp_path / "tree"), [], WATCH, [], [pair])
    assert trials.compared == {}
    if not trials.incomparable:
        pytest.skip("this kernel has no Landlock of version 4: varied calls are not made")
    assert "died" in trials.incomparable


def test_a_unittest_suite_is_looked_into_as_well(tmp_path: Path) -> None:
    ground = ground_of(tmp_path, "unittest")
    suite = (
        "import unittest\nfrom shop import discounted\n\n\nclass TestShop(unittest.TestCase):\n"
        "    def test_d(self):\n        self.assertEqual(discounted(100, 10), 90)\n"
    )
    (tmp_path / "tree" / "tests" / "test_shop.py").write_text(suite)
    trials = try_out(
        Unittest(ground), str(tmp_path / "tree"), [], WATCH, hollows("shop.py", SOURCE, {"discounted", "cached"})
    )
    assert ended(trials) == {
        ("discounted", "raise"): "killed",
        ("discounted", "return"): "killed",
        ("cached", "raise"): "untested",
        ("cached", "return"): "untested",
    }


def test_a_suite_that_ends_the_interpreter_says_nothing(tmp_path: Path) -> None:
    ground = ground_of(tmp_path)
    (tmp_path / "tree" / "tests" / "conftest.py").write_text(
        "import os\ndef pytest_runtest_setup(item):\n    os._exit(0)\n"
    )
    with pytest.raises(ToolError, match="died"):
        try_out(Pytest(ground), str(tmp_path / "tree"), [], WATCH, [])


def test_another_runner_cannot_be_looked_into(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be looked into"):
        try_out(Command(ground_of(tmp_path), "make test", "r.xml"), str(tmp_path), [], {}, [])
