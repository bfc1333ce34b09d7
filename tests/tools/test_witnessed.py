"""Runs that prove nothing are no runs: died, timed out, forged, dropped, or at odds with their exit status."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.evidence import TestRun
from agentgate.tools.runners import Pytest
from tests.tools.suites import ground, outcomes, write

PASSES = "def test_a():\n    pass\n"
OTHER = PASSES + "def test_b():\n    import os\n"
ATEXIT = "import atexit, os\natexit.register(os._exit, 0)\n"
FINISHED = """\
import pytest
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    session.exitstatus = {}
"""


def run(root: Path, files: dict[str, str], *, timeout: float = 60) -> TestRun:
    """The suite of these files."""
    return Pytest(ground(root, timeout=timeout)).run(write(root, files), side="head")


DEAD = {
    "ended by a test": (OTHER + "    os._exit(0)\n", r"without a report after 1 test\(s\)"),
    "killed": (OTHER + "    os.kill(os.getpid(), 9)\n", "was killed by signal 9"),
    "ended at import": (
        "import os\nos._exit(3)\n",
        r"status 3 and without a report after 0 test\(s\)",
    ),
    "ended after the report": (ATEXIT + "def test_a():\n    assert False\n", "reported status 1 and ended with 0"),
}


@pytest.mark.parametrize(("text", "said"), DEAD.values(), ids=DEAD)
def test_a_run_that_died_is_a_tool_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        run(tmp_path, {"tests/test_a.py": text})


def test_a_run_that_hangs_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="did not end in time") as caught:
        run(tmp_path, {"tests/test_a.py": "import time\ntime.sleep(600)\n"}, timeout=2)
    assert "timeout" in caught.value.remedy


AT_ODDS = {
    "an exit status that a conftest sets": (
        "def test_a():\n    assert False\n",
        FINISHED.format(0),
        "ended with status 0, and tests failed",
    ),
    "a failure that nothing shows": (
        PASSES,
        FINISHED.format(1),
        "ended with status 1, and no test failed",
    ),
    "tests that never ran": (
        PASSES + "def test_b():\n    assert False\n",
        "def pytest_runtest_protocol(item, nextitem):\n    return True if item.name == 'test_b' else None\n",
        "never ran, e.g. tests/test_a.py::test_b",
    ),
    "an interruption": (
        PASSES,
        "def pytest_runtest_setup(item):\n    raise KeyboardInterrupt\n",
        "ended with status 2",
    ),
}


@pytest.mark.parametrize(("text", "conftest", "said"), AT_ODDS.values(), ids=AT_ODDS)
def test_a_run_at_odds_with_itself_is_a_tool_error(tmp_path: Path, text: str, conftest: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        run(tmp_path, {"tests/test_a.py": text, "tests/conftest.py": conftest})


def test_an_option_that_pytest_does_not_know_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"refuses its options.*--of-a-plugin") as caught:
        run(tmp_path, {"tests/test_a.py": PASSES, "pytest.ini": "[pytest]\naddopts = --of-a-plugin\n"})
    assert "plugins" in caught.value.remedy


def test_a_conftest_that_cannot_be_imported_is_a_collection_error(tmp_path: Path) -> None:
    found = run(tmp_path, {"tests/test_a.py": PASSES, "tests/conftest.py": "import shop_gone\n"})
    (error,) = found.collect_errors
    assert (error.path, error.missing_module) == ("tests/conftest.py", "shop_gone")
    assert error.signature == "ModuleNotFoundError at tests/conftest.py"


def test_nothing_collected_is_told_by_the_status(tmp_path: Path) -> None:
    assert run(tmp_path, {"tests/test_a.py": ""}).exit_status == 5


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="the test finds the report in /proc")
def test_a_record_that_does_not_know_the_nonce_is_not_believed(tmp_path: Path) -> None:
    forged = (  # far behind what the witness writes, which would overwrite it
        "import json, os\n"
        "def test_a():\n"
        "    fds = [f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd')]\n"
        "    files = [os.readlink(fd) for fd in fds if os.path.exists(fd)]\n"
        "    report, = [f for f in files if '/report-' in f]\n"
        "    record = {'nonce': 'guessed', 'kind': 'test', 'id': 'tests/test_a.py::test_forged', 'outcome': 'passed'}\n"
        "    with open(report, 'a') as file:\n"
        "        file.write('\\n' * 9000 + json.dumps(record) + '\\n[1]\\nnot json\\n')\n"
    )
    assert outcomes(run(tmp_path, {"tests/test_a.py": forged})) == {"tests/test_a.py::test_a": "passed"}


def test_modules_of_the_tree_come_first_whatever_is_installed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "shop"
    elsewhere.mkdir(parents=True)
    (elsewhere / "__init__.py").write_text("x = 'elsewhere'\n")
    files = {
        "shop/__init__.py": "x = 'here'\n",
        "tests/conftest.py": f"import sys\nsys.path.insert(0, {str(elsewhere.parent)!r})\n",
        "tests/test_a.py": "import shop\ndef test_a():\n    assert shop.x == 'here'\n",
    }
    found = run(tmp_path, files)
    assert outcomes(found) == {"tests/test_a.py::test_a": "passed"}
    assert found.origins == (("shop", "shop/__init__.py"),)


def test_tests_see_no_token_and_a_home_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    seen = ground(tmp_path).variables(str(tmp_path))
    assert "s3cret" not in seen.values()
    assert "PYTEST_ADDOPTS" not in seen
    assert seen["HOME"].startswith(str(tmp_path / "scratch"))
    assert seen["PYTHONPATH"] == str(tmp_path)
