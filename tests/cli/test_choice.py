"""How an answer looks is chosen by option, variable, agent or terminal, in this order."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from agentgate.cli import choice
from agentgate.errors import ConfigError


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("option", "environ", "stdout", "name"),
    [
        ("json", {"AGENTGATE_FORMAT": "sarif", "CLAUDECODE": "1"}, _Terminal(), "json"),
        ("", {"AGENTGATE_FORMAT": "sarif", "CLAUDECODE": "1"}, _Terminal(), "sarif"),
        ("", {"CLAUDECODE": "1"}, _Terminal(), "agent"),
        ("", {}, _Terminal(), "terminal"),
        ("", {"TERM": "dumb"}, _Terminal(), "plain"),
        ("", {}, io.StringIO(), "plain"),
    ],
)
def test_the_format_is_chosen(option: str, environ: Mapping[str, str], stdout: io.StringIO, name: str) -> None:
    assert choice.chosen(option, environ, stdout) == name


def test_an_unknown_format_of_the_variable_is_named_as_such() -> None:
    with pytest.raises(ConfigError, match="AGENTGATE_FORMAT xml: no such format; allowed: terminal"):
        choice.chosen("", {"AGENTGATE_FORMAT": "xml"}, io.StringIO())
