"""What the witness writes down of a pytest suite: one run of everything, and what a conftest cannot hide."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgate.evidence import Outcome, TestRun
from agentgate.tools.runners import Pytest
from tests.tools.suites import ground, of, outcomes, write

KINDS = """\
import asyncio, unittest, warnings
import pytest


def test_passes():
    assert True


def test_fails():
    assert 1 == 2, "one is not two"


def test_raises():
    raise KeyError("gone")


@pytest.fixture
def broken():
    raise RuntimeError("no set-up")


def test_set_up_fails(broken):
    pass


@pytest.fixture
def leaky():
    yield
    raise RuntimeError("no tear-down")


def test_tear_down_fails(leaky):
    pass


def test_skips():
    pytest.skip("not today")


@pytest.mark.skip(reason="never")
def test_is_skipped():
    pass


@pytest.mark.xfail
def test_fails_as_expected():
    assert False


def test_says_that_it_fails():
    pytest.xfail("known")


@pytest.mark.xfail
def test_passes_against_expectation():
    pass


@pytest.mark.xfail(strict=True)
def test_passes_against_strict_expectation():
    pass


@pytest.mark.xfail(raises=KeyError)
def test_fails_otherwise_than_expected():
    raise ValueError("other")


def test_calls_fail():
    pytest.fail("said so")


@pytest.mark.parametrize("x", ["a b", "[x]", "é\\n", "::", "a/b.py", "", "{}"])
def test_odd(x):
    assert x


class TestClass:
    def test_method(self):
        pass

    class TestInner:
        def test_deep(self):
            assert False


class TestUnit(unittest.TestCase):
    def test_passes(self):
        pass

    def test_fails(self):
        self.assertEqual(1, 2)

    def test_skips(self):
        self.skipTest("no")

    @unittest.expectedFailure
    def test_fails_as_expected(self):
        self.fail()

    @unittest.expectedFailure
    def test_passes_against_expectation(self):
        pass

    def test_parts(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)


class TestUnready(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("class")

    def test_never_runs(self):
        pass


async def test_coroutine():
    await asyncio.sleep(0)


async def test_failing_coroutine():
    await asyncio.sleep(0)
    raise ValueError("awaited")


def test_failing_part(subtests):
    with subtests.test("a"):
        assert False
    with subtests.test("b"):
        pass
"""
CONFTEST = """\
import asyncio, inspect
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        wanted = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
        return True
"""
SHOP = '''\
def one():
    """
    >>> one()
    1
    """
    return 1


def two():
    """
    >>> two()
    3
    """
    return 2
'''
SUITE = {
    "shop/__init__.py": SHOP,
    "tests/conftest.py": CONFTEST,
    "tests/test_kinds.py": KINDS,
    "tests/test_gone.py": "import shop.gone\n\n\ndef test_never():\n    pass\n",
    "tests/test_syntax.py": "def (:\n",
    "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> TestRun:
    root = tmp_path_factory.mktemp("kinds")
    return Pytest(ground(root)).run(write(root, SUITE), side="head")


EXPECTED = {
    "test_passes": "passed",
    "test_fails": "failed",
    "test_raises": "failed",
    "test_set_up_fails": "error in setup",
    "test_tear_down_fails": "error in teardown",
    "test_skips": "skipped",
    "test_is_skipped": "skipped in setup",
    "test_fails_as_expected": "xfailed",
    "test_says_that_it_fails": "xfailed",
    "test_passes_against_expectation": "xpassed",
    "test_passes_against_strict_expectation": "failed",
    "test_fails_otherwise_than_expected": "failed",
    "test_calls_fail": "failed",
    "TestClass::test_method": "passed",
    "TestClass::TestInner::test_deep": "failed",
    "TestUnit::test_passes": "passed",
    "TestUnit::test_fails": "failed",
    "TestUnit::test_skips": "skipped",
    "TestUnit::test_fails_as_expected": "xfailed",
    "TestUnit::test_passes_against_expectation": "failed",
    "TestUnit::test_parts": "failed",
    "TestUnready::test_never_runs": "error in setup",
    "test_coroutine": "passed",
    "test_failing_coroutine": "failed",
    "test_failing_part": "failed",
}


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items(), ids=EXPECTED)
def test_each_test_ends_as_it_ended(run: TestRun, name: str, expected: str) -> None:
    assert outcomes(run)[f"tests/test_kinds.py::{name}"] == expected


def test_cases_keep_their_odd_names_and_share_a_function(run: TestRun) -> None:
    cases = [o for o in run.outcomes if "test_odd" in o.id]
    assert len({o.id for o in cases}) == 7
    assert {o.function for o in cases} == {"tests/test_kinds.py::test_odd"}
    assert [o.outcome for o in cases].count(Outcome.FAILED) == 1


def test_examples_in_docstrings_are_tests(run: TestRun) -> None:
    assert of(run, "shop.one").outcome is Outcome.PASSED
    assert of(run, "shop.two").outcome is Outcome.FAILED


def test_a_test_knows_its_file_and_line(run: TestRun) -> None:
    outcome = of(run, "test_kinds.py::test_passes")
    assert outcome.path == "tests/test_kinds.py"
    assert KINDS.splitlines()[outcome.line - 1] == "def test_passes():"


SIGNATURES = {
    "test_kinds.py::test_fails": "AssertionError at test_kinds.py",
    "test_raises": "KeyError at test_kinds.py",
    "test_set_up_fails": "RuntimeError at test_kinds.py",
    "test_failing_coroutine": "ValueError at test_kinds.py",
    "test_calls_fail": "Failed at test_kinds.py",
}


@pytest.mark.parametrize(("name", "expected"), SIGNATURES.items(), ids=SIGNATURES)
def test_a_failure_is_recognised_by_what_was_raised_and_where(run: TestRun, name: str, expected: str) -> None:
    assert of(run, name).signature == expected


def test_a_failure_tells_why(run: TestRun) -> None:
    assert "one is not two" in of(run, "test_kinds.py::test_fails").detail
    assert "/tree/" not in of(run, "test_kinds.py::test_fails").detail


def test_modules_that_cannot_be_collected_are_told_apart(run: TestRun) -> None:
    found = {error.path: error for error in run.collect_errors}
    assert found["tests/test_gone.py"].missing_module == "shop.gone"
    assert found["tests/test_gone.py"].signature.startswith("ModuleNotFoundError")
    assert found["tests/test_syntax.py"].signature.startswith("SyntaxError")


def test_the_projects_modules_come_from_the_tree_under_test(run: TestRun) -> None:
    assert dict(run.origins)["shop"] == "shop/__init__.py"
    assert run.exit_status == 1


GREEN = """\
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.outcome, report.longrepr = "passed", None
"""
BROKEN = """\
import unittest


def test_function():
    assert False


class TestCase(unittest.TestCase):
    def test_method(self):
        self.assertEqual(1, 2)


def test_skips():
    import pytest
    pytest.skip("no")
"""


@pytest.fixture(scope="module")
def forged(tmp_path_factory: pytest.TempPathFactory) -> TestRun:
    root = tmp_path_factory.mktemp("forged")
    return Pytest(ground(root)).run(write(root, {"tests/test_a.py": BROKEN, "tests/conftest.py": GREEN}), side="head")


@pytest.mark.parametrize("name", ["test_function", "TestCase::test_method"])
def test_a_report_that_a_conftest_turned_green_is_a_failure(forged: TestRun, name: str) -> None:
    outcome = of(forged, name)
    assert outcome.outcome is Outcome.FAILED
    assert outcome.signature.startswith("forged outcome")
    assert "AssertionError" in outcome.detail


def test_a_test_that_was_never_called_has_not_passed(tmp_path: Path) -> None:
    lazy = "def pytest_pyfunc_call(pyfuncitem):\n    return True\n"
    root = write(tmp_path, {"tests/test_a.py": "def test_a():\n    pass\n", "tests/conftest.py": lazy})
    run = Pytest(ground(tmp_path)).run(root, side="head")
    assert of(run, "test_a").outcome is Outcome.FAILED
    assert "never called" in of(run, "test_a").detail


def test_a_selection_runs_alone(tmp_path: Path) -> None:
    root = write(tmp_path, {"tests/test_a.py": "def test_a():\n    pass\n\n\ndef test_b():\n    assert False\n"})
    run = Pytest(ground(tmp_path)).run(root, side="base", selection=["tests/test_a.py::test_a"])
    assert outcomes(run) == {"tests/test_a.py::test_a": "passed"}
    assert (run.side, run.exit_status) == ("base", 0)
