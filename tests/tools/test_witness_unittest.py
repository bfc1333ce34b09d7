"""What the witness writes down of a unittest suite, in every interpreter from 3.9 on that can be had."""

from __future__ import annotations

import glob
import json
import subprocess
import sys
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.evidence import TestRun
from agentgate.project import Environment, Package
from agentgate.tools.runners import Unittest
from tests.tools.suites import ground, of, outcomes, write

SUITE = """\
import unittest
from shop import one


class Tests(unittest.TestCase):
    def test_passes(self):
        self.assertEqual(one(), 1)

    def test_fails(self):
        self.assertEqual(one(), 2, "one is not two")

    def test_raises(self):
        raise KeyError("gone")

    def test_skips(self):
        self.skipTest("no")

    @unittest.skip("never")
    def test_is_skipped(self):
        pass

    @unittest.expectedFailure
    def test_fails_as_expected(self):
        self.fail()

    @unittest.expectedFailure
    def test_passes_against_expectation(self):
        pass

    def test_parts(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 0)

    def test_parts_that_pass(self):
        for n in range(3):
            with self.subTest(n=n):
                pass

    def test_parts_that_are_skipped_and_fail(self):
        with self.subTest(n=1):
            self.fail("first")
        with self.subTest(n=2):
            self.skipTest("second")


class Unready(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("class")

    def test_never_runs(self):
        pass


class Unclean(unittest.TestCase):
    @classmethod
    def tearDownClass(cls):
        raise RuntimeError("class")

    def test_passes(self):
        pass


class Unwanted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("not here")

    def test_never_runs(self):
        pass


@unittest.skip("the whole class")
class Skipped(unittest.TestCase):
    def test_a(self):
        pass


class Coroutines(unittest.IsolatedAsyncioTestCase):
    async def test_passes(self):
        pass

    async def test_fails(self):
        self.fail("awaited")


class Torn(unittest.TestCase):
    def tearDown(self):
        raise OSError("no tear-down")

    def test_a(self):
        pass
"""
FILES = {
    "shop/__init__.py": "def one():\n    return 1\n",
    "tests/__init__.py": "",
    "tests/test_kinds.py": SUITE,
    "tests/test_gone.py": "import shop.gone\n",
}
PREFIX = "tests.test_kinds."


def interpreters() -> list[str]:
    """Our own, and those of pyenv from 3.9 on."""
    found = [sys.executable]
    for python in sorted(glob.glob("/root/.pyenv/versions/3.*/bin/python")):
        minor = int(python.split("/")[4].split(".")[1])
        if minor >= 9 and minor != sys.version_info[1]:
            found.append(python)
    return found


@pytest.fixture(scope="module", params=interpreters(), ids=lambda python: python.split("/")[-3])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TestRun:
    root = tmp_path_factory.mktemp("kinds")
    told = "import json, sys; print(json.dumps([list(sys.version_info[:3]), sys.prefix]))"
    said = subprocess.run([request.param, "-c", told], capture_output=True, check=True).stdout
    version, prefix = json.loads(said)
    environment = Environment(request.param, "pyenv", tuple(version), prefix, (), ())
    return Unittest(ground(root, environment)).run(write(root, FILES), side="head")


EXPECTED = {
    "Tests.test_passes": "passed",
    "Tests.test_fails": "failed",
    "Tests.test_raises": "failed",
    "Tests.test_skips": "skipped",
    "Tests.test_is_skipped": "skipped",
    "Tests.test_fails_as_expected": "xfailed",
    "Tests.test_passes_against_expectation": "failed",
    "Tests.test_parts": "failed",
    "Tests.test_parts_that_pass": "passed",
    "Tests.test_parts_that_are_skipped_and_fail": "failed",
    "Unclean.test_passes": "passed",
    "Skipped.test_a": "skipped",
    "Coroutines.test_passes": "passed",
    "Coroutines.test_fails": "failed",
    "Torn.test_a": "failed",
}


def test_each_test_ends_as_it_ended(run: TestRun) -> None:
    found = outcomes(run)
    assert {name: found.get(PREFIX + name) for name in EXPECTED} == EXPECTED


def test_what_fails_around_a_class_is_an_error_and_a_class_may_be_skipped_whole(run: TestRun) -> None:
    around = {o.id: o.outcome.value for o in run.outcomes if o.id.removeprefix(PREFIX) not in EXPECTED}
    assert around == {
        f"setUpClass ({PREFIX}Unready)": "error",
        f"tearDownClass ({PREFIX}Unclean)": "error",
        f"setUpClass ({PREFIX}Unwanted)": "skipped",
    }


def test_a_failure_is_recognised_by_what_was_raised_and_where(run: TestRun) -> None:
    assert of(run, "Tests.test_raises").signature == "KeyError at test_kinds.py"
    assert of(run, f"setUpClass ({PREFIX}Unready)").signature == "RuntimeError at test_kinds.py"
    assert "one is not two" in of(run, "Tests.test_fails").detail


def test_a_test_knows_its_file_line_and_function(run: TestRun) -> None:
    outcome = of(run, "Tests.test_fails")
    assert (outcome.path, outcome.function) == ("tests/test_kinds.py", PREFIX + "Tests.test_fails")
    assert SUITE.splitlines()[outcome.line - 1].strip() == "def test_fails(self):"


def test_a_module_that_cannot_be_imported_is_told_apart(run: TestRun) -> None:
    (error,) = run.collect_errors
    assert (error.path, error.missing_module) == ("tests/test_gone.py", "shop.gone")


def test_the_projects_modules_come_from_the_tree_under_test(run: TestRun) -> None:
    assert dict(run.origins) == {"shop": "shop/__init__.py"}


def ours() -> Environment:
    return Environment(sys.executable, "ours", sys.version_info[:3], sys.prefix, (), ())


def test_a_directory_of_tests_without_init_is_discovered_too(tmp_path: Path) -> None:
    files = {**FILES, "tests/__init__.py": "x = 1\n"}
    del files["tests/__init__.py"], files["tests/test_gone.py"]
    root = write(tmp_path, files)
    run = Unittest(ground(tmp_path, ours())).run(root, side="head")
    assert of(run, "test_kinds.Tests.test_passes").path == "tests/test_kinds.py"


def test_without_a_directory_of_tests_the_package_is_discovered(tmp_path: Path) -> None:
    root = write(tmp_path, {"test_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n"})
    package = Package(".", "shop", tests=("test_a.py",))
    assert outcomes(Unittest(ground(tmp_path, ours(), package=package)).run(root, side="head")) == {
        "test_a.A.test_a": "passed"
    }


def test_a_selection_runs_alone(tmp_path: Path) -> None:
    run = Unittest(ground(tmp_path, ours())).run(
        write(tmp_path, FILES), side="head", selection=[PREFIX + "Tests.test_passes"]
    )
    assert outcomes(run) == {PREFIX + "Tests.test_passes": "passed"}


def test_nothing_collected_is_told_by_the_status(tmp_path: Path) -> None:
    run = Unittest(ground(tmp_path, ours())).run(write(tmp_path, {"tests/readme.txt": ""}), side="head")
    assert (run.outcomes, run.exit_status) == ((), 5)


def test_a_test_that_ends_the_interpreter_is_no_run(tmp_path: Path) -> None:
    files = {"tests/test_a.py": "import os, unittest\nclass A(unittest.TestCase):\n    def test_a(self): os._exit(0)\n"}
    with pytest.raises(ToolError, match="without a report"):
        Unittest(ground(tmp_path, ours())).run(write(tmp_path, files), side="head")
