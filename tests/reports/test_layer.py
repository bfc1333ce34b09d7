"""`agentgate show LAYER`: nothing is left out."""

from __future__ import annotations

from dataclasses import replace

from agentgate.evidence import CollectError, Evidence, Outcome, TestOutcome, TestRun
from agentgate.reports.layer import render
from tests.reports import verdicts as v


def test_every_finding_is_there() -> None:
    report = render(v.MANY, v.MANY.results[0])
    assert report.count("[lint/F401]") == 200
    assert "more:" not in report


def test_a_long_message_and_a_long_excerpt_are_whole() -> None:
    long = replace(v.MISSING, message="m" * 5000, excerpt="\n".join(f"line {n}" for n in range(50)))
    report = render(v.verdict(v.tests(long)), v.tests(long))
    assert "m" * 5000 in report
    assert "line 0" in report
    assert "line 49" in report


def test_the_tools_own_output_is_at_the_end_and_made_safe() -> None:
    result = v.UNABLE.results[1]
    report = render(v.UNABLE, result)
    assert report.endswith("--- what mypy printed\nTraceback\\x1b[31m (most recent call last)")
    assert render(v.UNABLE, result, raw_only=True) == "Traceback\\x1b[31m (most recent call last)"


def test_a_failing_test_is_shown_with_the_end_of_its_traceback() -> None:
    failing = TestOutcome("tests/a.py::test_x", Outcome.FAILED, detail="E assert 1 == 2")
    run = TestRun("head", "libs/a", "pytest", "python", (failing,), (CollectError("tests/b.py", "s", "no module"),))
    result = v.tests(evidence=Evidence(runs=(run,)))
    lines = render(v.verdict(result), result).splitlines()
    assert "--- pytest of libs/a on head: 1 test" in lines
    assert lines[lines.index("failed: tests/a.py::test_x") + 1] == "  E assert 1 == 2"
    assert lines[lines.index("not collected: tests/b.py") + 1] == "  no module"
