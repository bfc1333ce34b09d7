"""The JSON report, its published schema and the verdict agree."""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from typing import cast

import pytest
from jsonschema import Draft202012Validator

from agentgate.evidence import ChangeKind, Evidence, Outcome, Proof, Survivor, TestRun
from agentgate.reports.json import SCHEMA_VERSION, render, schema
from agentgate.verdict import (
    ChangeIdentity,
    Finding,
    LayerResult,
    Location,
    Mode,
    PolicySource,
    Severity,
    State,
    ToolVersion,
    Verdict,
)
from tests.reports import verdicts as v

SCHEMA = schema()
Properties = dict[str, dict[str, object]]


def properties(*names: str) -> Properties:
    """The properties at a path below `$defs`."""
    found = cast("dict[str, object]", SCHEMA["$defs"])
    for name in names:
        found = cast("dict[str, object]", found[name])
    assert found["additionalProperties"] is False
    assert found["required"] == list(cast("Properties", found["properties"]))
    return cast("Properties", found["properties"])


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_every_verdict_is_valid(verdict: Verdict) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(render(verdict)))


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_hostile_text_is_valid_and_comes_back_whole(text: str) -> None:
    report = json.loads(render(v.hostile(text)))
    Draft202012Validator(SCHEMA).validate(report)
    if text.isprintable() or text.isascii():
        assert report["results"][0]["findings"][0]["message"] == text


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("kind", "where", "left_out", "added"),
    [
        (Verdict, ["verdict"], set(), {"schema_version", "verdict", "passed", "exit_code", "silent", "next"}),
        (LayerResult, ["result"], {"raw"}, set()),
        (Finding, ["finding"], set(), {"id"}),
        (Location, ["location"], set(), set()),
        (ChangeIdentity, ["change"], set(), set()),
        (PolicySource, ["policy"], set(), set()),
        (ToolVersion, ["result", "properties", "tools", "items"], set(), set()),
        (Evidence, ["evidence"], set(), set()),
        (TestRun, ["run"], {"outcomes", "origins", "lines", "known"}, {"counts"}),
        (Proof, ["proof"], set(), set()),
        (Survivor, ["proof", "properties", "survivors", "items"], set(), set()),
    ],
)
def test_the_schema_and_the_verdict_have_the_same_fields(
    kind: type, where: list[str], left_out: set[str], added: set[str]
) -> None:
    fields = {field.name for field in dataclasses.fields(kind)}
    assert set(properties(*where)) == fields - left_out | added


def test_the_schema_knows_the_kind_of_change() -> None:
    of_kind = cast("list[dict[str, object]]", properties("evidence")["kind"]["oneOf"])[1]
    assert set(cast("Properties", of_kind["properties"])) == {f.name for f in dataclasses.fields(ChangeKind)}


@pytest.mark.parametrize(
    ("kind", "where", "name"),
    [(State, "result", "state"), (Severity, "finding", "severity"), (Mode, "verdict", "mode")],
)
def test_the_schema_has_every_word_of_a_vocabulary(kind: type[StrEnum], where: str, name: str) -> None:
    assert properties(where)[name]["enum"] == [word.value for word in kind]


def test_the_schema_counts_every_outcome() -> None:
    assert list(cast("Properties", properties("run")["counts"]["properties"])) == [word.value for word in Outcome]


def test_the_version_is_first_and_what_the_schema_says() -> None:
    assert next(iter(json.loads(render(v.ADMITTED)).items())) == ("schema_version", SCHEMA_VERSION)
    assert properties("verdict")["schema_version"] == {"const": SCHEMA_VERSION}


def test_observe_mode_changes_the_exit_status_and_not_the_verdict() -> None:
    report = json.loads(render(v.OBSERVED))
    assert (report["verdict"], report["passed"], report["exit_code"], report["mode"]) == (
        "refused",
        False,
        0,
        "observe",
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"schema_version": 1, "verdict": None, "nothing_to_judge": "no change", "exit_code": 0},
        {"schema_version": 1, "verdict": None, "error": {"message": "m", "remedy": "r"}, "exit_code": 3},
    ],
)
def test_an_answer_without_a_verdict_is_in_the_schema_too(answer: dict[str, object]) -> None:
    Draft202012Validator(SCHEMA).validate(answer)
    assert not Draft202012Validator(SCHEMA).is_valid({**answer, "verdict": "admitted"})
