"""Any other runner by its command and JUnit report: what they say must agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.evidence import TestRun
from agentgate.tools.runners import Command, Pytest, Unittest, runner_of
from tests.tools.suites import ground, outcomes, write

GREEN = '<testsuite tests="1"><testcase classname="a" name="t" time="0.5"/></testsuite>'
RED = '<testsuite tests="1"><testcase classname="a" name="t"><failure message="no"/></testcase></testsuite>'


def run(root: Path, script: str, *, report: str = "out/*.xml", timeout: float = 30) -> TestRun:
    """A shell script as the command."""
    tree = write(root, {"run.sh": script})
    return Command(ground(root, timeout=timeout), "sh run.sh", report).run(tree, side="head", selection=["a b"])


def writing(report: str, status: int) -> str:
    return f"mkdir -p out\ncat > out/r.xml <<'END'\n{report}\nEND\nexit {status}\n"


def test_the_reports_tests_are_the_runs(tmp_path: Path) -> None:
    found = run(tmp_path, writing(GREEN, 0))
    assert outcomes(found) == {"a::t": "passed"}
    assert (found.runner, found.exit_status, found.outcomes[0].seconds) == ("command", 0, 0.5)


def test_a_failing_report_and_a_failing_status_agree(tmp_path: Path) -> None:
    assert outcomes(run(tmp_path, writing(RED, 7))) == {"a::t": "failed"}


def test_a_selection_is_appended_as_one_word_each(tmp_path: Path) -> None:
    run(tmp_path, 'test "$1" = "a b" || exit 9\n' + writing(GREEN, 0))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(writing(GREEN, 1), "status 1, and its report says passed", id="green and failing"),
        pytest.param(writing(RED, 0), "status 0, and its report says failed", id="red and passing"),
        pytest.param("exit 0\n", "left no report", id="no report"),
        pytest.param(writing("<testsuite/>", 0), "holds no test", id="an empty report"),
        pytest.param(writing("<testsuite>", 0), "is no JUnit report", id="half a report"),
    ],
)
def test_a_report_and_a_status_that_disagree_are_a_tool_error(tmp_path: Path, script: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        run(tmp_path, script)


def test_a_report_of_an_earlier_run_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"out/old.xml": GREEN})
    with pytest.raises(ToolError, match="left no report"):
        run(tmp_path, "exit 0\n")


def test_a_report_from_before_that_cannot_be_removed_is_no_way_around(tmp_path: Path) -> None:
    write(tmp_path, {"out/old.xml/inside": GREEN})
    with pytest.raises(ToolError, match=r"old\.xml"):
        run(tmp_path, "exit 0\n")


def test_a_command_that_hangs_or_is_missing_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="did not end in time"):
        run(tmp_path, "sleep 600\n", timeout=0.5)
    with pytest.raises(ToolError, match="could not be started"):
        Command(ground(tmp_path), "no-such-program", "*.xml").run(write(tmp_path, {}), side="head")


def test_the_runner_is_the_packages_or_the_policys(tmp_path: Path) -> None:
    on = ground(tmp_path)
    assert isinstance(runner_of(on, "pytest"), Pytest)
    assert isinstance(runner_of(on, ""), Pytest)
    assert isinstance(runner_of(on, "unittest"), Unittest)
    command = runner_of(on, "pytest", "tox -q", "*.xml")
    assert isinstance(command, Command)
    assert command.version.name == "tox"
