"""The same words in every report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentgate.reports import wording
from agentgate.verdict import Severity, Verdict
from tests.reports import verdicts as v


@pytest.mark.parametrize(
    ("verdict", "headline", "counts"),
    [
        (v.REFUSED, "refused", "5 errors, 1 warning, 1 note"),
        (v.OBSERVED, "would be refused", "5 errors, 1 warning, 1 note"),
        (v.ADMITTED, "admitted", "nothing to mend; 1 note"),
        (v.DOCUMENTATION, "admitted", "nothing to mend"),
        (v.UNABLE, "could not judge", "no answer from types, tests"),
        (v.SILENT, "could not judge", "no answer from types"),
        (v.HUMAN, "needs a human", ""),
        (replace(v.ONLY, results=(v.lint(),)), "passed", "nothing to mend"),
    ],
)
def test_the_headline_and_what_stands_beside_it(verdict: Verdict, headline: str, counts: str) -> None:
    assert (wording.headline(verdict), wording.counts(verdict)) == (headline, counts)


@pytest.mark.parametrize(
    ("verdict", "step"),
    [
        (v.REFUSED, "agentgate fix && agentgate check"),
        (v.verdict(v.types(v.RETURN)), "mend what is listed, then: agentgate check"),
        (v.ONLY, "agentgate fix && agentgate check --only lint"),
        (v.UNABLE, f"{v.UNABLE.results[1].remedy}, then: agentgate check"),
        (v.HUMAN, "stop and hand over: only a person can let this pass"),
        (v.ADMITTED, "commit it"),
        (replace(v.ADMITTED, change=replace(v.CHANGE, head="HEAD")), "nothing: it may go out"),
        (v.UNOFFICIAL, "agentgate check, for a verdict on the whole"),
        (
            replace(v.REFUSED, change=replace(v.CHANGE, head="index")),
            "agentgate fix && agentgate check --staged",
        ),
    ],
)
def test_there_is_one_thing_to_do_next(verdict: Verdict, step: str) -> None:
    assert wording.next_step(verdict) == step


def test_observe_mode_is_told_even_where_it_lets_nothing_go() -> None:
    assert [str(c) for c in wording.caveats(replace(v.ADMITTED, mode=v.OBSERVED.mode))] == [
        "observe mode: refusals are reported and let go"
    ]


def test_errors_come_before_warnings_and_notes() -> None:
    mixed = [v.KNOWN, v.ANY, v.RETURN, v.UNUSED]
    assert wording.ordered(mixed) == [v.RETURN, v.UNUSED, v.ANY, v.KNOWN]


def test_a_note_has_nothing_to_mend() -> None:
    assert wording.fix(v.KNOWN) == ""
    assert wording.fix(replace(v.KNOWN, severity=Severity.WARNING)) == v.KNOWN.remedy


def test_what_was_witnessed_at_head_is_counted() -> None:
    tests = next(row for row in wording.rows(v.REFUSED) if row.layer == "tests")
    assert tests.detail == "2 errors, 1 note; 212 passed, 1 failed; 1 new test"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_a_duration_that_is_none_is_zero(value: float) -> None:
    assert wording.seconds(value) == 0


def test_a_package_of_many_is_named_beside_the_rule() -> None:
    assert wording.rule(replace(v.RETURN, package="libs/a")) == "types/return-value [libs/a]"
    assert wording.rule(replace(v.RETURN, package=".")) == "types/return-value"
