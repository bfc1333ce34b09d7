"""How answers fold into one verdict and one exit status."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentgate.verdict import (
    ChangeIdentity,
    Finding,
    LayerResult,
    Location,
    Mode,
    PolicySource,
    Severity,
    State,
    Verdict,
    state_of,
)

IDENTITY = ChangeIdentity("main", "c" * 40, "b" * 40, "1" * 40, "working tree", "", "2" * 40, files=1)


def verdict_of(*states: State, mode: Mode = Mode.ENFORCE) -> Verdict:
    results = tuple(LayerResult(f"layer{i}", state, reason="because") for i, state in enumerate(states))
    return Verdict(IDENTITY, PolicySource("defaults", "", "d"), mode, results, tuple(r.layer for r in results))


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([State.PASSED], 0),
        ([State.PASSED, State.NOT_APPLICABLE], 0),
        ([State.NOT_APPLICABLE], 0),
        ([State.REFUSED], 1),
        ([State.ERRORED], 3),
        ([State.NOT_RUN], 3),
        ([State.NEEDS_HUMAN], 77),
        ([State.REFUSED, State.ERRORED, State.NEEDS_HUMAN], 1),
        ([State.ERRORED, State.NEEDS_HUMAN], 3),
    ],
)
def test_the_exit_status_follows_from_the_states_in_the_documented_precedence(states: list[State], status: int) -> None:
    assert verdict_of(*states).exit_code == status
    assert verdict_of(*states).passed == (status == 0)


def test_silence_never_passes() -> None:
    assert verdict_of().exit_code == 3
    assert replace(verdict_of(State.PASSED), named=("layer0", "tests")).exit_code == 3


def test_only_asks_just_the_named_layers() -> None:
    verdict = replace(verdict_of(State.PASSED), named=("layer0", "tests"), only=("layer0",))
    assert verdict.exit_code == 0


@pytest.mark.parametrize(("state", "status"), [(State.REFUSED, 0), (State.NEEDS_HUMAN, 0), (State.ERRORED, 3)])
def test_observe_mode_lets_refusals_go_but_never_inability(state: State, status: int) -> None:
    verdict = verdict_of(state, mode=Mode.OBSERVE)
    assert verdict.exit_code == status
    assert not verdict.passed


def test_a_person_must_decide_even_where_every_layer_passed() -> None:
    assert replace(verdict_of(State.PASSED), needs_human="gate.toml is mended by the change").exit_code == 77


def test_a_finding_keeps_its_id_when_its_line_number_changes_but_not_when_its_text_does() -> None:
    finding = Finding("lint/F401", Severity.ERROR, "unused", Location("a.py", 3), excerpt="import os")
    assert finding.id == replace(finding, location=Location("a.py", 30)).id
    assert finding.id != replace(finding, excerpt="import re").id
    assert finding.id != replace(finding, occurrence=1).id


def test_one_error_refuses_and_warnings_do_not() -> None:
    warning = Finding("types/any", Severity.WARNING, "explicit Any")
    assert state_of((warning,)) is State.PASSED
    assert state_of((warning, replace(warning, severity=Severity.ERROR))) is State.REFUSED
