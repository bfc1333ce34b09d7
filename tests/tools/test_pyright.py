"""pyright: its settings and its recorded answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentgate.errors import ToolError
from agentgate.tools.ports import Settings, ToolAnswer
from agentgate.tools.pyright import Pyright, configuration_files, section, settings
from tests.tools.conftest import Saying


def test_configuration_is_looked_for_upwards_the_nearest_first() -> None:
    assert configuration_files("libs") == (
        "libs/pyrightconfig.json", "libs/pyproject.toml", "pyrightconfig.json", "pyproject.toml",
    )  # fmt: skip


SETTINGS = {
    "json": ("pyrightconfig.json", '{"typeCheckingMode": "strict", "include": ["src"]}', Settings(True, True, True)),
    "pyproject": ("pyproject.toml", '[tool.pyright]\ntypeCheckingMode = "basic"\n', Settings(True)),
    "basedpyright": ("pyproject.toml", '[tool.basedpyright]\ntypeCheckingMode = "strict"\n', Settings(True, True)),
    "none": ("pyproject.toml", "[tool.mypy]\nstrict = true\n", Settings()),
    "a list": ("pyrightconfig.json", "[]", Settings()),
    "json with comments": ("pyrightconfig.json", '{// why\n"typeCheckingMode": "strict"}', Settings(True)),
}


@pytest.mark.parametrize(("path", "text", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_settings_are_read_from_each_form(path: str, text: str, expected: Settings) -> None:
    assert settings([("sub/" + path, text)]) == expected


def test_what_cannot_be_parsed_is_compared_as_text() -> None:
    assert section("pyrightconfig.json", "{") == {"unreadable": "{"}
    assert section("pyproject.toml", "= 1") != section("pyproject.toml", "= 2")
    assert section("pyproject.toml", "") == {}
    assert section("pyproject.toml", "tool = 3\n") == {"unreadable": "tool = 3\n"}


def item(root: Path, **fields: Any) -> dict[str, Any]:
    place = {"start": {"line": 2, "character": 4}, "end": {"line": 2, "character": 9}}
    said = {"severity": "error", "message": "no int", "rule": "reportReturnType", "range": place}
    return {"file": str(root / "libs" / "a.py"), **said, **fields}


def asked(saying: Saying, root: Path, out: str, status: int = 1, *, strict: bool = False) -> ToolAnswer:
    (root / "libs").mkdir(exist_ok=True)
    (root / "cache").mkdir(exist_ok=True)
    judge = Pyright(saying(out, status=status), "libs", ("libs/src",), "")
    return judge.check(str(root), ["src"], strict=strict, cache=str(root / "cache"))


def test_errors_are_read_and_warnings_left_out(saying: Saying, tmp_path: Path) -> None:
    told = [item(tmp_path), item(tmp_path, severity="warning"), item(tmp_path, rule=None)]
    first, second = asked(saying, tmp_path, json.dumps({"generalDiagnostics": told})).diagnostics
    assert (first.path, first.line, first.column, first.end_column) == ("libs/a.py", 3, 5, 10)
    assert (first.code, second.code) == ("reportReturnType", "syntax")


def test_strictly_it_is_asked_by_a_configuration_outside_the_tree(saying: Saying, tmp_path: Path) -> None:
    asked(saying, tmp_path, '{"generalDiagnostics": []}', 0, strict=True)
    written = json.loads((tmp_path / "cache" / "pyrightconfig.json").read_text())
    assert written["typeCheckingMode"] == "strict"
    assert written["include"] == [str(tmp_path / "libs" / "src")]
    assert f"--project {tmp_path}/cache/pyrightconfig.json" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("out", "status", "said"),
    [
        pytest.param('{"generalDiagnostics": []}', 1, "without a finding", id="a refusal that names nothing"),
        pytest.param('{"generalDiagnostics": []}', 3, "failed", id="a fatal error"),
        pytest.param("", 0, "cannot be read", id="silence"),
        pytest.param("{}", 0, "cannot be read", id="no list"),
        pytest.param('{"generalDiagnostics": [{"severity": "error"}]}', 1, "cannot be read", id="no place"),
        pytest.param(
            '{"generalDiagnostics": [{"severity": "error", "range": 3}]}', 1, "cannot be read", id="an odd place"
        ),
    ],
)
def test_no_answer_is_a_tool_error(saying: Saying, tmp_path: Path, out: str, status: int, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        asked(saying, tmp_path, out, status)
