"""GitLab's Code Quality report. No registry carries a schema of it, so its documented rules stand here.

Source: docs.gitlab.com, "Code Quality", section "Code Quality report format".
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from agentgate.reports.gitlab import render
from agentgate.verdict import Verdict
from tests.reports import verdicts as v

DOCUMENTED = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "location", "severity"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "minLength": 1, "pattern": "^(?!\\./|/)"},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_every_verdict_keeps_the_documented_rules(verdict: Verdict) -> None:
    entries = json.loads(render(verdict))
    DOCUMENTED.validate(entries)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_hostile_text_keeps_the_documented_rules(text: str) -> None:
    DOCUMENTED.validate(json.loads(render(v.hostile(text))))


def test_severities_and_places_are_those_of_the_findings() -> None:
    entries = json.loads(render(v.verdict(v.types(v.RETURN, v.ANY))))
    assert [(e["check_name"], e["severity"], e["location"]["lines"]["begin"]) for e in entries[:-1]] == [
        ("types/return-value", "major", 42),
        ("types/any", "minor", 17),
    ]


def test_what_stands_in_the_way_without_a_finding_is_a_blocker() -> None:
    entries = json.loads(render(v.UNABLE))
    assert [e["check_name"] for e in entries if e["severity"] == "blocker"] == ["types/verdict", "tests/verdict"]


def test_the_verdict_is_an_entry_that_is_never_new() -> None:
    last = [json.loads(render(verdict))[-1] for verdict in (v.REFUSED, v.ADMITTED)]
    assert last[0]["description"].startswith("AgentGate: refused; 5 errors")
    assert last[0]["fingerprint"] == last[1]["fingerprint"]


def test_the_same_finding_twice_has_two_fingerprints() -> None:
    entries = json.loads(render(v.verdict(v.lint(v.UNUSED, replace(v.UNUSED)))))
    assert entries[0]["fingerprint"] != entries[1]["fingerprint"]
