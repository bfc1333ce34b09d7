"""Quarantine: for a while, with an owner, reported all the same."""

from __future__ import annotations

import datetime

import pytest

from agentgate.errors import ConfigError
from agentgate.layers.tests.quarantine import Quarantined, applied, check
from agentgate.policy import parse
from agentgate.verdict import Finding, Location, Severity

TODAY = datetime.date(2026, 11, 24)
NAME = "tests/test_a.py::test_upload"


def entry(days: int) -> Quarantined:
    return Quarantined(test=NAME, owner="ada", issue="#12", until=TODAY + datetime.timedelta(days))


def finding(rule: str = "tests/regression", message: str = f"{NAME} passes on base and fails now: boom") -> Finding:
    return Finding(rule, Severity.ERROR, message, Location("tests/test_a.py", 3))


def test_a_quarantined_failure_is_a_note_that_names_its_owner() -> None:
    (note,) = applied([finding()], [entry(3)], TODAY)
    assert (note.rule, note.severity) == ("tests/quarantined", Severity.NOTE)
    assert "ada" in note.message
    assert "#12" in note.message


@pytest.mark.parametrize(
    "other",
    [finding(message="tests/test_a.py::test_upload_twice fails: x"), finding("tests/failing"), finding("tests/lost")],
)
def test_it_excuses_no_other_test_and_no_other_fault(other: Finding) -> None:
    assert applied([other], [entry(3)], TODAY) == [other]


def test_an_entry_that_has_ended_excuses_nothing_and_refuses() -> None:
    first, second = applied([finding()], [entry(-1)], TODAY)
    assert first == finding()
    assert (second.rule, second.severity) == ("tests/quarantine-ended", Severity.ERROR)
    assert applied([], [entry(0)], TODAY) == []


def test_nobody_is_in_quarantine_for_longer_than_two_weeks() -> None:
    check([entry(14)], TODAY)
    with pytest.raises(ConfigError, match="at most 14 days"):
        check([entry(15)], TODAY)


def test_an_entry_without_an_owner_is_a_mistake() -> None:
    text = '[[tests.quarantine]]\ntest = "a"\nissue = "#1"\nuntil = 2026-12-01\n'
    with pytest.raises(ConfigError, match=r"tests\.quarantine\.0\.owner"):
        parse(text, "gate.toml")
    assert parse(text + 'owner = "ada"\n', "gate.toml").tests.quarantine[0].until == datetime.date(2026, 12, 1)
