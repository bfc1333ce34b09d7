"""JUnit XML: what does not add up is no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.evidence import TestOutcome
from agentgate.tools import junit


def read(root: Path, *texts: str, package: str = ".") -> tuple[TestOutcome, ...]:
    files = []
    for number, text in enumerate(texts):
        (root / f"{number}.xml").write_text(text)
        files.append(str(root / f"{number}.xml"))
    return junit.read(files, str(root), package)


CASES = {
    "passed": ("", "passed"),
    "failed": ('<failure type="AssertionError" message="no">trace</failure>', "failed"),
    "error": ("<error/>", "error"),
    "skipped": ('<skipped message="later"/>', "skipped"),
    "output alone": ("<system-out>failure</system-out>", "passed"),
    "skipped and failed": ("<skipped/><failure/>", "failed"),
}


@pytest.mark.parametrize(("inside", "expected"), CASES.values(), ids=CASES)
def test_a_case_ends_as_its_element_says(tmp_path: Path, inside: str, expected: str) -> None:
    (outcome,) = read(tmp_path, f'<testsuite><testcase name="t" classname="c">{inside}</testcase></testsuite>')
    assert (outcome.id, outcome.outcome.value) == ("c::t", expected)


def test_a_failure_keeps_its_type_and_text(tmp_path: Path) -> None:
    (outcome,) = read(
        tmp_path, '<testsuite><testcase name="t"><failure type="E" message="no">trace</failure></testcase></testsuite>'
    )
    assert (outcome.signature, outcome.detail) == ("E", "no\ntrace")


def test_places_are_relative_to_the_repository(tmp_path: Path) -> None:
    (outcome,) = read(
        tmp_path,
        '<testsuite><testcase name="t[1]" file="tests/a.py" line="7" time="1,000.5"/></testsuite>',
        package="libs",
    )
    assert (outcome.path, outcome.line, outcome.seconds) == ("libs/tests/a.py", 7, 1000.5)
    assert (outcome.id, outcome.function) == ("tests/a.py::t[1]", "tests/a.py::t")


def test_odd_numbers_are_none(tmp_path: Path) -> None:
    (outcome,) = read(tmp_path, '<testsuite><testcase name="t" line="x" time="soon"/></testsuite>')
    assert (outcome.line, outcome.seconds) == (0, 0.0)


def test_cases_of_one_name_are_counted(tmp_path: Path) -> None:
    twice = '<testsuite><testcase name="t" classname="c"/></testsuite>'
    assert [o.id for o in read(tmp_path, twice, twice)] == ["c::t", "c::t#2"]


def test_suites_may_be_nested(tmp_path: Path) -> None:
    inner = '<testsuite tests="2"><testcase name="a"/><testcase name="b"/></testsuite>'
    text = f'<testsuites tests="2"><testsuite tests="2">{inner}</testsuite></testsuites>'
    assert len(read(tmp_path, text)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '<testsuite tests="3"><testcase name="a"/></testsuite>', "announces 3 tests and holds 1", id="fewer"
        ),
        pytest.param('<testsuite tests="3"/>', "announces 3 tests and holds 0", id="announced and none there"),
        pytest.param('<testsuite tests="0"/>', "holds no test", id="none"),
        pytest.param("<html/>", "holds no test", id="another document"),
        pytest.param("", "is no JUnit report", id="empty"),
        pytest.param('<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>', "declares entities", id="entities"),
    ],
)
def test_what_does_not_add_up_is_a_tool_error(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        read(tmp_path, text)


def test_a_report_that_cannot_be_read_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="is no JUnit report"):
        junit.read([str(tmp_path)], str(tmp_path), ".")
