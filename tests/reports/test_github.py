"""Workflow commands, within the limits that GitHub keeps without a word."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from agentgate.reports.github import render
from agentgate.verdict import Severity, Verdict
from tests.reports import verdicts as v

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def parsed(report: str) -> list[tuple[str, dict[str, str], str]]:
    """Each line as GitHub's runner reads it."""
    found = []
    for line in report.split("\n"):
        command = COMMAND.fullmatch(line)
        assert command, line
        pairs = dict(pair.split("=", 1) for pair in command[2].split(","))
        found.append((command[1], {k: unescaped(value) for k, value in pairs.items()}, unescaped(command[3])))
    return found


def unescaped(text: str) -> str:
    for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_a_finding_stands_at_its_place() -> None:
    name, place, message = parsed(render(v.verdict(v.types(v.RETURN))))[0]
    assert name == "error"
    assert place == {
        "file": "src/shop/prices.py", "line": "42", "col": "12", "endColumn": "42", "title": "types/return-value"
    }  # fmt: skip
    assert message == f"{v.RETURN.message}\nfix: {v.RETURN.remedy}"


def test_ten_of_a_kind_are_shown_and_the_rest_is_counted() -> None:
    errors = [replace(v.RETURN, occurrence=n) for n in range(25)]
    warnings = [replace(v.ANY, occurrence=n) for n in range(14)]
    notes = [replace(v.KNOWN, occurrence=n) for n in range(12)]
    lines = parsed(render(v.verdict(v.types(*errors, *warnings), v.tests(*notes))))
    kinds = [name for name, _, _ in lines]
    assert [kinds.count(kind) for kind in ("error", "warning", "notice")] == [10, 10, 10]
    assert "22 findings not annotated" in lines[-1][2]  # 15 errors, 4 warnings, 3 notes


def test_every_layer_has_its_turn_before_one_takes_all_places() -> None:
    errors = [(place["title"], name) for name, place, _ in parsed(render(v.MANY)) if name == "error"]
    assert errors[1] == ("types/return-value", "error")


def test_what_could_not_be_judged_comes_before_all_findings() -> None:
    many = tuple(replace(v.UNUSED, occurrence=n) for n in range(30))
    lines = parsed(render(v.verdict(v.lint(*many), *v.UNABLE.results[1:])))
    assert [place["title"] for _, place, _ in lines[:2]] == ["types could not judge", "tests not run"]
    assert "to settle it: agentgate show types" in lines[0][2]


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_the_last_notice_tells_the_verdict_the_change_and_what_to_do(verdict: Verdict) -> None:
    name, place, message = parsed(render(verdict))[-1]
    assert name == "notice"
    assert place["title"].startswith("AgentGate: ")
    assert "for origin/main" in message
    assert "\nnext: " in message


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_hostile_text_adds_no_command_and_no_property(text: str) -> None:
    verdict = v.hostile(text)
    lines = parsed(render(verdict))
    wanted = sum(f.severity is Severity.ERROR for f in verdict.findings) + 2  # the layer that erred, the human
    assert [name for name, _, _ in lines] == ["error"] * wanted + ["warning", "notice", "notice"]
    assert {key for _, place, _ in lines for key in place} <= {"file", "line", "col", "endColumn", "endLine", "title"}


def test_a_long_message_leaves_room_for_the_remedy() -> None:
    long = replace(v.RETURN, message="m" * 1_000_000)
    assert parsed(render(v.verdict(v.types(long))))[0][2].endswith(f"\nfix: {v.RETURN.remedy}")
