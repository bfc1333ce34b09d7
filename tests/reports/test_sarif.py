"""SARIF 2.1.0, held to the published schema."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from agentgate.reports import sarif
from agentgate.reports.sarif import render
from agentgate.verdict import Location, Verdict
from tests.reports import published
from tests.reports import verdicts as v


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_every_verdict_is_valid(verdict: Verdict) -> None:
    published.sarif().validate(json.loads(render(verdict)))


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_hostile_text_is_valid(text: str) -> None:
    published.sarif().validate(json.loads(render(v.hostile(text))))


def test_the_schema_refuses_what_is_no_sarif() -> None:
    broken = json.loads(render(v.REFUSED))
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert not published.sarif().is_valid(broken)


def test_a_result_has_level_place_and_rule() -> None:
    run = json.loads(render(v.REFUSED))["runs"][0]
    result = next(r for r in run["results"] if r["ruleId"] == "types/return-value")
    assert result["level"] == "error"
    assert result["message"]["text"].endswith("\nfix: make the types agree, here or where the value comes from")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/shop/prices.py", "uriBaseId": "SRCROOT"},
        "region": {
            "startLine": 42,
            "startColumn": 12,
            "endLine": 42,
            "endColumn": 42,
            "snippet": {"text": v.RETURN.excerpt},
        },
    }
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "types/return-value"
    assert result["partialFingerprints"] == {"agentgateFinding/v1": v.RETURN.id}


def test_a_traceback_is_no_snippet_of_the_file() -> None:
    results = json.loads(render(v.REFUSED))["runs"][0]["results"]
    place = next(r for r in results if r["ruleId"] == "tests/regression")["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 28}


def test_a_rule_carries_its_explanation() -> None:
    rules = json.loads(render(v.REFUSED))["runs"][0]["tool"]["driver"]["rules"]
    missing = next(rule for rule in rules if rule["id"] == "tests/missing")
    assert "**Mend.**" in missing["help"]["markdown"]


def test_a_path_of_any_bytes_is_a_uri() -> None:
    odd = replace(v.UNUSED, location=Location("a b/caf\udce9#?.py", 1))
    result = json.loads(render(v.verdict(v.lint(odd))))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/caf%E9%23%3F.py"


@pytest.mark.parametrize(
    ("verdict", "successful"),
    [(v.REFUSED, True), (v.HUMAN, True), (v.UNABLE, False), (v.SILENT, False), (v.EMPTY, False)],
)
def test_inability_is_an_unsuccessful_run(verdict: Verdict, successful: bool) -> None:
    invocation = json.loads(render(verdict))["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is successful
    assert invocation["exitCode"] == verdict.exit_code


def test_more_results_than_consumers_take_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 50)
    run = json.loads(render(v.MANY))["runs"][0]
    assert len(run["results"]) == 50
    assert "151 findings left out" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
