"""For an agent: few tokens, one line for each thing to mend, one next command."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentgate.reports.agent import render
from agentgate.verdict import Finding, Location, Severity, Verdict
from tests.reports import verdicts as v


def test_the_whole_of_a_refusal() -> None:
    assert render(v.verdict(v.lint(), v.types(v.RETURN, v.ANY))).splitlines() == [
        "REFUSED (exit 1): 1 error, 1 warning [lint passed, types refused] head 4a7d1ce83f56 (working tree) "
        "for origin/main, base 5e81d09c6b2f, 4 files",
        f"types/return-value src/shop/prices.py:42:12 {v.RETURN.message} | fix: {v.RETURN.remedy}",
        f"types/any src/shop/basket.py:17:10 warning: {v.ANY.message} | fix: {v.ANY.remedy}",
        "next: mend what is listed, then: agentgate check",
    ]


def test_an_admitted_change_costs_an_agent_two_lines() -> None:
    assert len(render(v.ADMITTED).splitlines()) == 2


def test_a_layer_shows_its_first_findings_and_names_the_command_for_the_rest() -> None:
    lines = render(v.MANY).splitlines()
    assert sum(line.startswith("lint/F401") for line in lines) == 10
    assert "+190 more: agentgate show lint" in lines
    assert sum(line.startswith("types/") for line in lines) == 1


def test_the_cap_is_one_for_errors_and_warnings_together() -> None:
    findings = [replace(v.RETURN, occurrence=n) for n in range(3)] + [replace(v.ANY, occurrence=n) for n in range(3)]
    lines = render(v.verdict(v.types(*reversed(findings))), cap=4).splitlines()
    assert [line.partition(" ")[0] for line in lines[1:-1]] == [*["types/return-value"] * 3, "types/any", "+2"]


def test_an_answer_that_could_not_be_given_says_what_would_settle_it() -> None:
    assert (
        "types could not judge: mypy 2.4.1 crashed: INTERNAL ERROR -- please report it | to settle it: "
        "agentgate show types, and pin a mypy that does not crash in the target's environment"
    ) in render(v.UNABLE).splitlines()


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_the_verdict_is_first_and_the_next_command_last(verdict: Verdict) -> None:
    lines = render(verdict).splitlines()
    assert f"(exit {verdict.exit_code})" in lines[0]
    assert lines[-1].startswith("next: ")
    assert sum(line.startswith("next: ") for line in lines) == 1


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_a_finding_stays_on_one_line(text: str) -> None:
    one = Finding("lint/x", Severity.ERROR, text, Location("a" + text, 1), remedy=text)
    assert len(render(v.verdict(v.lint(one))).splitlines()) == 3
