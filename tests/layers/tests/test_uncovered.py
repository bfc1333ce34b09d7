"""Changed lines and conditions that no test reaches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentgate.evidence import Outcome, TestOutcome, TestRun
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.proof import covered
from agentgate.layers.tests.uncovered import uncovered
from agentgate.tools.statements import branches, statements
from agentgate.verdict import Severity

TEXT = """\
def small(a):
    if a:
        a = 1
    return a


def large(a):
    a += 1
    a += 2
    return a
"""
SOURCE = ChangedSource(
    "a.py", TEXT, tuple(statements(TEXT)), 0, ("small", "large"), ("large",), branches=tuple(branches(TEXT))
)


def outcome(*lines: int, doings: tuple[str, ...] = (), jumps: tuple[tuple[int, int], ...] = ()) -> TestOutcome:
    """A test that ran these lines."""
    return TestOutcome("t", Outcome.PASSED, doings=doings, lines=(("a.py", lines),), jumps=(("a.py", jumps),))


def found(*outcomes: TestOutcome) -> list[tuple[int, Severity, str]]:
    """(line, severity, message) of each finding."""
    lines = covered([SOURCE], [TestRun("head", ".", "pytest", "python", outcomes)], outcomes)
    told = uncovered(lines, [SOURCE], outcomes)
    return [(f.location.line if f.location else 0, f.severity, f.message) for f in told]


def test_a_new_function_that_nothing_runs_refuses_and_its_lines_warn() -> None:
    told = found(outcome(2, 3, 4), outcome(2, 4, jumps=((2, 4),)))
    assert told[0] == (8, Severity.ERROR, "no test runs any of the new large")
    assert [(line, severity) for line, severity, _ in told[1:]] == [(n, Severity.WARNING) for n in (8, 9, 10)]


def test_a_test_that_starts_programs_may_run_it_there() -> None:
    assert all(severity is Severity.WARNING for _, severity, _ in found(outcome(2, 3, 4, doings=("started",))))


def test_a_condition_that_always_comes_out_the_same_warns() -> None:
    assert found(outcome(2, 3, 4, 8, 9, 10)) == [
        (2, Severity.WARNING, "no test of the change makes this condition false")
    ]
    assert found(outcome(2, 4, 8, 9, 10, jumps=((2, 4),)))[-1][2] == "no test of the change makes this condition true"


def test_what_is_reached_both_ways_is_not_worth_a_word() -> None:
    assert found(outcome(2, 3, 4, 8, 9, 10), outcome(2, 4, jumps=((2, 4),))) == []


def test_what_a_module_calls_as_a_program_only_warns() -> None:
    text = TEXT + '\nif __name__ == "__main__":\n    large(1)\n'
    source = replace(SOURCE, text=text)
    told = uncovered(covered([source], [], []), [source], [])
    assert {finding.severity for finding in told} == {Severity.WARNING}


LONG = "def f(a):\n    if a:\n" + "".join(f"        a += {n}\n" for n in range(7)) + "    return a\n"


@pytest.mark.parametrize(("ran", "refused"), [((2, 10), True), ((2, 3, 4, 10), False)])
def test_more_than_honest_commits_leave_unrun_is_refused(ran: tuple[int, ...], refused: bool) -> None:
    source = replace(SOURCE, text=LONG, statements=tuple(statements(LONG)), new=(), branches=())
    told = uncovered(covered([source], [], [outcome(*ran)]), [source], [])
    errors = [finding.message for finding in told if finding.severity is Severity.ERROR]
    assert errors == (["no test runs 7 of 9 changed statements"] if refused else [])
