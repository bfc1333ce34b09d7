"""What every command has in common: help, and one sentence for wrong words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import jsonschema
import pytest
import typer

from agentgate.cli import commands
from agentgate.cli.app import app
from agentgate.reports import json as json_report
from agentgate.wiring.gate_toml import TEMPLATE
from tests.cli.conftest import Gate

APPLICATION = typer.main.get_command(app)


def _parameters() -> Iterator[tuple[str, str, str]]:
    for name, command in vars(APPLICATION)["commands"].items():
        for parameter in command.params:
            yield name, parameter.name, parameter.help or ""


def test_every_file_of_the_commands_is_a_command() -> None:
    assert sorted(vars(APPLICATION)["commands"]) == sorted(commands.__all__)


@pytest.mark.parametrize("name", commands.__all__)
def test_every_command_has_help(gate: Gate, name: str) -> None:
    answer = gate(name, "--help")
    assert (answer.status, answer.err) == (0, "")
    assert len(vars(APPLICATION)["commands"][name].help.split()) > 4


@pytest.mark.parametrize(("command", "parameter", "text"), list(_parameters()))
def test_every_option_and_argument_has_help(command: str, parameter: str, text: str) -> None:
    assert text.endswith("."), f"{command} {parameter}"


def test_check_documents_its_exit_codes(gate: Gate) -> None:
    help_text = " ".join(gate("check", "--help").out.split())
    for status in (
        "0 admitted", "1 refused", "2 usage or gate.toml", "3 could not judge", "75 no room", "77 only a human",
        "130 interrupted", "143 terminated",
    ):  # fmt: skip
        assert status in help_text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["chekc"], "agentgate: No such command 'chekc'."),
        (["check", "--strict"], "agentgate: No such option: --strict"),
        (["check", "now"], "agentgate: Got unexpected extra argument(s) (now)"),
        (["check", "--target"], "agentgate: Option '--target' requires an argument."),
        (
            ["check", "--format", "xml"],
            "agentgate: --format xml: no such format; allowed: terminal, plain, agent, json,",
        ),
        (["check", "--output", "json"], "agentgate: --output json: must be FORMAT=FILE; formats: terminal,"),
        (["check", "--output", "xml=f"], "agentgate: --output xml: no such format; allowed: terminal,"),
        (["check", "--head", "x", "--staged"], "agentgate: --staged and --head name two different things"),
        (["show"], "agentgate: Missing parameter: layer"),
        (["explain", "tests/none"], "agentgate: 'tests/none' is not a rule; known: integrity/suppression,"),
        (["explain", "lint/XYZ123"], "agentgate: ruff has no rule 'XYZ123'"),
    ],
)
def test_wrong_words_are_exit_2_with_one_sentence(gate: Gate, words: list[str], sentence: str) -> None:
    answer = gate(*words)
    assert answer.status == 2
    first, *rest = answer.err.splitlines()
    assert first.startswith(sentence)
    assert [line[:7] for line in rest] in (["  fix: "], [])
    assert answer.out == ""


def test_without_words_the_help_is_shown_and_nothing_passes(gate: Gate) -> None:
    answer = gate()
    assert answer.status == 2
    assert "Commands:" in answer.out


def test_the_version_is_told(gate: Gate) -> None:
    answer = gate("--version")
    assert (answer.status, answer.out.split()[0]) == (0, "agentgate")


def test_the_schema_of_the_policy_accepts_the_template(gate: Gate) -> None:
    import tomllib

    schema = json.loads(gate("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(TEMPLATE))
    assert not jsonschema.Draft202012Validator(schema).is_valid({"unknown": 1})


def test_the_schema_of_the_report_is_the_published_one(gate: Gate) -> None:
    assert json.loads(gate("schema", "--report").out) == json_report.schema()


def test_a_rule_is_explained_with_its_tools_own_words(gate: Gate) -> None:
    family = gate("explain", "lint/F401")
    assert family.status == 0
    assert "unused-import (F401)" in family.out
    assert "unused-import" not in gate("explain", "lint/format").out
    assert gate("explain", "tests/missing").out.startswith("## tests/missing")


def test_what_the_quick_way_loads_is_light() -> None:
    code = (
        "import sys, agentgate.cli.unchanged, agentgate.cli.answer, agentgate.cli.choice\n"
        "import agentgate.reports.plain, agentgate.reports.agent, agentgate.reports.json\n"
        "print(*{'typer', 'rich', 'pydantic'}.intersection(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "agentgate", "schema"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
