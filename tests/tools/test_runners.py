"""Any other runner by its command and JUnit report: what they say must agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.evidence import TestRun
from agentgate.project import Package
from agentgate.tools.runners import Command, Pytest, Unittest, runner_of
from tests.tools.suites import ground, outcomes, write

GREEN = '<testsuite tests="1"><testcase classname="a" name="t" time="0.5"/></testsuite>'
RED = '<testsuite tests="1"><testcase classname="a" name="t"><failure message="no"/></testcase></testsuite>'


def run(root: Path, script: str, *, report: str = "out/*.xml", coverage: str = "", timeout: float = 30) -> TestRun:
    """A shell script as the command."""
    tree = write(root, {"run.sh": script})
    command = Command(ground(root, timeout=timeout), "sh run.sh", report, coverage)
    return command.run(tree, side="head", selection=["a b"])


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


LCOV = "printf 'SF:run.sh\\nDA:1,1\\nDA:2,0\\nend_of_record\\n' > lcov.info\n"


def test_the_lines_of_a_coverage_report_are_the_runs(tmp_path: Path) -> None:
    found = run(tmp_path, LCOV + writing(GREEN, 0), coverage="*.info")
    assert (found.lines, found.known) == ((("run.sh", (1,)),), (("run.sh", (1, 2)),))
    assert run(tmp_path, LCOV + writing(GREEN, 0)).known == ()


def test_a_coverage_report_that_is_missing_old_or_broken_is_a_tool_error(tmp_path: Path) -> None:
    write(tmp_path, {"lcov.info": "SF:run.sh\nDA:1,1\nend_of_record\n"})
    with pytest.raises(ToolError, match=r"left no coverage report \*\.info"):
        run(tmp_path, writing(GREEN, 0), coverage="*.info")
    with pytest.raises(ToolError, match=r"lcov\.info is empty"):
        run(tmp_path, "touch lcov.info\n" + writing(GREEN, 0), coverage="*.info")


def test_a_run_that_fails_may_leave_no_coverage_report(tmp_path: Path) -> None:
    found = run(tmp_path, writing(RED, 1), coverage="*.info")
    assert (outcomes(found), found.known) == ({"a::t": "failed"}, ())


def test_no_report_is_removed_where_a_link_of_the_change_leads(tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere/precious.xml"
    kept.parent.mkdir()
    kept.write_text("")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/out").symlink_to(kept.parent)
    for coverage in ("", "out/*.xml"):
        with pytest.raises(ToolError, match="a link leads out of the tree"):
            run(tmp_path, "exit 0\n", coverage=coverage)
    assert kept.exists()


def test_a_report_may_lie_beside_the_package(tmp_path: Path) -> None:
    package = Package("libs", "shop")
    tree = write(tmp_path, {"libs/x": "", "r.xml": "old"})
    write(tmp_path, {"libs/run.sh": f"echo '{GREEN}' > ../r.xml"})
    assert outcomes(Command(ground(tmp_path, package=package), "sh run.sh", "../r.xml").run(tree, side="head"))


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
    command = runner_of(on, "pytest", "tox -q", "*.xml", "*.info")
    assert isinstance(command, Command)
    assert (command.report, command.coverage) == ("*.xml", "*.info")
    assert command.version.name == "tox"
