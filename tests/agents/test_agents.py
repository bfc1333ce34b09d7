"""Agents are recognised by their variables, and only for how an answer looks."""

from __future__ import annotations

import pytest

from agentgate.agents import SIGNS, detected


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"CLAUDECODE": "1"}, "claude-code"),
        ({"CODEX_CI": "1"}, "codex"),
        ({"CODEX_THREAD_ID": "0199-a"}, "codex"),
        ({"GEMINI_CLI": "1"}, "gemini-cli"),
        ({"AI_AGENT": "claude-code_2.1.330_agent", "CLAUDECODE": "1"}, "claude-code"),
        ({"AGENT": "goose"}, "goose"),
        ({"AGENT": "1"}, "agent"),
        ({"AGENT": "0"}, ""),
        ({"CLAUDECODE": "false"}, ""),
        ({"CURSOR_AGENT": ""}, ""),
    ],
)
def test_an_agent_is_known_by_its_variable(environ: dict[str, str], name: str) -> None:
    assert detected(environ) == name


@pytest.mark.parametrize("variable", [variable for variable, _, _ in SIGNS])
def test_every_sign_is_seen(variable: str) -> None:
    assert detected({variable: "1"})
