"""What a traced run says of each test: lines, where it went on, and what ran while modules were imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgate.evidence import TestRun
from agentgate.tools.runners import runner_of
from tests.tools.suites import ground, of, write

SOURCE = """\
def rates(text):
    found = {}
    for pair in text:
        found[pair] = 1
    return found


RATES = rates("ab")


def rate(name):
    found = 0
    if name in RATES:
        found = RATES[name]
    if not name:
        raise KeyError(name)
"""
TESTS = """\
import unittest
import shop


class Tests(unittest.TestCase):
    def test_known(self):
        shop.rate("a")

    def test_unknown(self):
        shop.rate("c")

    def test_raises(self):
        with self.assertRaises(KeyError):
            shop.rate("")
        with self.assertRaises(TypeError):
            shop.rate([])

    def test_nothing_of_it(self):
        self.assertTrue(shop)
"""


@pytest.fixture(params=["pytest", "unittest"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> TestRun:
    """A traced run of the suite."""
    root = write(tmp_path, {"shop/__init__.py": SOURCE, "tests/__init__.py": "", "tests/test_shop.py": TESTS})
    runner = runner_of(ground(tmp_path), str(request.param))
    return runner.run(root, side="head", watch={"shop/__init__.py": [(1, 5), (11, 16)]})


def lines(run: TestRun, name: str) -> tuple[int, ...]:
    """The lines that one test ran."""
    return dict(of(run, name).lines).get("shop/__init__.py", ())


def test_each_test_has_the_lines_that_it_ran(run: TestRun) -> None:
    assert set(lines(run, "test_known")) >= {12, 13, 14, 15}
    assert 14 not in lines(run, "test_unknown")
    assert lines(run, "test_nothing_of_it") == ()


def test_where_a_condition_went_is_told(run: TestRun) -> None:
    jumps = {name: dict(of(run, name).jumps).get("shop/__init__.py", ()) for name in ("test_known", "test_unknown")}
    assert (13, 15) in jumps["test_unknown"]
    assert (13, 15) not in jumps["test_known"]
    assert (15, 0) in jumps["test_known"]


def test_a_condition_that_raises_has_not_been_false(run: TestRun) -> None:
    pairs = dict(of(run, "test_raises").jumps).get("shop/__init__.py", ())
    assert (13, 0) not in pairs
    assert (15, 0) not in pairs


def test_what_runs_at_import_is_of_no_test(run: TestRun) -> None:
    assert set(dict(run.lines)["shop/__init__.py"]) >= {2, 3, 4, 5}
    assert 12 not in dict(run.lines)["shop/__init__.py"]
