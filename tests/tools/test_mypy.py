"""mypy: its settings in each form, its answers as values, and what it stumbles over."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.tools import judges
from agentgate.tools.judges import Judge
from agentgate.tools.mypy import STRICT_FLAGS, Mypy, configuration_files, section, settings
from agentgate.tools.ports import Settings, ToolAnswer
from agentgate.verdict import ToolVersion
from tests.tools.conftest import Saying

FLAGS = "".join(f"{flag} = True\n" for flag in sorted(STRICT_FLAGS))
Check = Callable[..., ToolAnswer]


def test_configuration_is_looked_for_upwards_the_nearest_first() -> None:
    names = ["mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg"]
    assert configuration_files(".") == tuple(names)
    assert configuration_files("libs/a") == tuple(
        f"{directory}{name}" for directory in ("libs/a/", "libs/", "") for name in names
    )


SETTINGS = {
    "mypy.ini": ("mypy.ini", "[mypy]\nstrict = True\n", Settings(True, True)),
    "setup.cfg": ("setup.cfg", "[mypy]\nstrict = yes\n", Settings(True, True)),
    "pyproject.toml": ("pyproject.toml", "[tool.mypy]\nstrict = true\n", Settings(True, True)),
    "not strict": ("pyproject.toml", "[tool.mypy]\nstrict = false\n", Settings(True)),
    "all its flags": ("mypy.ini", "[mypy]\n" + FLAGS, Settings(True, True)),
    "all but one": ("mypy.ini", "[mypy]\n" + FLAGS.replace("warn_return_any = True\n", ""), Settings(True)),
    "files": ("mypy.ini", "[mypy]\nfiles = src, tests\n", Settings(True, names_files=True)),
    "packages": ("pyproject.toml", '[tool.mypy]\npackages = ["shop"]\n', Settings(True, names_files=True)),
    "plugins": (
        "pyproject.toml", '[tool.mypy]\nplugins = ["pydantic.mypy", "ours.py"]\n',
        Settings(True, plugins=("pydantic.mypy", "ours.py")),
    ),
    "plugins in one line": (
        "mypy.ini", "[mypy]\nplugins = pydantic.mypy,\n  ours.py:entry\n",
        Settings(True, plugins=("pydantic.mypy", "ours.py:entry")),
    ),
    "only a section of a module": ("setup.cfg", "[mypy-foo.*]\nignore_errors = True\n", Settings(True)),
    "another tool's": ("setup.cfg", "[flake8]\nstrict = True\n", Settings()),
    "pyproject without it": ("pyproject.toml", "[tool.other]\nstrict = true\n", Settings()),
    "what is no TOML": ("pyproject.toml", "[tool.mypy\nstrict = true\n", Settings(True)),
    "what is no INI": ("mypy.ini", "strict = True\n", Settings(True)),
    "a percent sign": ("mypy.ini", "[mypy]\nstrict = True\ncache_dir = %(x)s/y\n", Settings(True, True)),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_settings_are_read_from_each_form(path: str, text: str, expected: Settings) -> None:
    assert settings([("sub/" + path, text)]) == expected


def test_the_first_file_that_has_settings_decides() -> None:
    texts = [("setup.cfg", "[flake8]\n"), ("mypy.ini", "[mypy]\n"), ("pyproject.toml", "[tool.mypy]\nstrict = true\n")]
    assert settings(texts) == Settings(True)


def test_other_tools_sections_are_no_part_of_the_configuration() -> None:
    assert section("setup.cfg", "[mypy]\na = 1\n[flake8]\nb = 2\n") == section("setup.cfg", "[mypy]\na = 1\n")
    assert section("pyproject.toml", "[tool.mypy]\na = 1\n[project]\n") == {"mypy": {"a": 1}}
    assert section("mypy.ini", "") == {}


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that knows the standard library's types."""
    root = tmp_path_factory.mktemp("warm")
    (root / "tree").mkdir()
    (root / "tree" / "a.py").write_text("x = 1\n")
    (root / "cache").mkdir()
    ours = Mypy(judges.find("mypy", None), ".", (".",), "")
    ours.check(str(root / "tree"), ["a.py"], strict=False, cache=str(root / "cache"))
    return root / "cache"


@pytest.fixture
def check(tmp_path: Path, warm: Path) -> Check:
    """check(files, paths): what mypy says of them."""

    def ask(
        files: dict[str, str], *paths: str, strict: bool = False, root: str = ".", everything: tuple[str, ...] = ()
    ) -> ToolAnswer:
        for name, text in files.items():
            (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "tree" / name).write_text(text)
        cache = tmp_path / "cache"
        shutil.copytree(warm, cache)
        ours = Mypy(judges.find("mypy", None), root, (root,), "", everything)
        return ours.check(str(tmp_path / "tree"), paths, strict=strict, cache=str(cache))

    return ask


def told(answer: ToolAnswer) -> list[tuple[str, int, str]]:
    return [(d.path, d.line, d.code) for d in answer.diagnostics]


def test_errors_are_told_relative_to_the_repository(check: Check) -> None:
    answer = check({"libs/a/shop.py": "def f(x):\n    return x\ny: int = ''\n"}, "shop.py", strict=True, root="libs/a")
    assert told(answer) == [("libs/a/shop.py", 1, "no-untyped-def"), ("libs/a/shop.py", 3, "assignment")]
    assert answer.whole


def test_two_modules_of_one_name_are_told_apart(check: Check) -> None:
    answer = check({"a/x.py": "y: int = ''\n", "b/x.py": "y: int = ''\n"}, "a", "b")
    assert {path for path, _, _ in told(answer)} == {"a/x.py", "b/x.py"}


def test_a_file_that_cannot_be_parsed_is_reported_and_the_rest_is_checked(check: Check) -> None:
    answer = check({"pkg/__init__.py": "", "pkg/a.py": "def (:\n", "pkg/b.py": "y: int = ''\n"}, "pkg")
    assert ("pkg/a.py", 1, "syntax") in told(answer)
    assert ("pkg/b.py", 1, "assignment") in told(answer)
    assert answer.whole


def test_where_the_rest_imports_it_nothing_more_is_said(check: Check) -> None:
    answer = check({"pkg/__init__.py": "", "pkg/a.py": "def (:\n", "pkg/b.py": "import pkg.a\ny: int = ''\n"}, "pkg")
    assert {(path, code) for path, _, code in told(answer)} == {("pkg/a.py", "syntax")}
    assert not answer.whole


def test_files_that_the_configuration_names_and_the_tree_lacks_are_replaced_by_all(check: Check) -> None:
    files = {"mypy.ini": "[mypy]\nfiles = gone\n", "pkg/a.py": "y: int = ''\n"}
    assert told(check(files, everything=("pkg",))) == [("pkg/a.py", 1, "assignment")]


def test_a_directory_without_python_has_nothing_to_say(check: Check) -> None:
    assert told(check({"pkg/readme.txt": ""}, "pkg")) == []


def test_a_plugin_that_is_not_installed_is_a_tool_error(check: Check) -> None:
    with pytest.raises(ToolError, match="plugin") as caught:
        check({"mypy.ini": "[mypy]\nplugins = no_such_plugin\n", "a.py": ""}, "a.py")
    assert "install" in caught.value.remedy


LINE = {
    "file": "a.py", "line": 3, "column": 4, "end_line": 3, "end_column": 9, "message": "no int", "hint": "say int",
    "code": "assignment", "severity": "error",
}  # fmt: skip


def recorded(judge: Judge, tmp_path: Path, root: str = "libs/a") -> ToolAnswer:
    (tmp_path / root).mkdir(parents=True)
    return Mypy(judge, root, (root,), "").check(str(tmp_path), ["a.py"], strict=False, cache=str(tmp_path / "no"))


def test_json_lines_are_read_and_notes_left_out(saying: Saying, tmp_path: Path) -> None:
    out = "\n".join(
        map(json.dumps, [LINE, {**LINE, "severity": "note"}, {**LINE, "code": None, "line": -1, "hint": None}])
    )
    first, second = recorded(saying(out, status=1), tmp_path).diagnostics
    assert (first.path, first.line, first.column, first.code, first.fix) == (
        "libs/a/a.py",
        3,
        5,
        "assignment",
        "say int",
    )
    assert (second.line, second.code, second.fix) == (0, "misc", "")


def test_lines_of_text_are_read_where_mypy_stops_early(saying: Saying, tmp_path: Path) -> None:
    out = "a.py:1:5:1:9: error: Invalid syntax  [syntax]\na.py:2: error: Odd [thing] here\na.py:2: note: why\n"
    found = recorded(saying(out, status=1), tmp_path).diagnostics
    assert [(d.path, d.line, d.code, d.message) for d in found] == [
        ("libs/a/a.py", 1, "syntax", "Invalid syntax"),
        ("libs/a/a.py", 2, "syntax", "Odd [thing] here"),
    ]


@pytest.mark.parametrize(
    ("out", "err", "status", "said"),
    [
        pytest.param("", "INTERNAL ERROR -- please report", 2, "INTERNAL ERROR", id="a crash without a cache"),
        pytest.param("", "", 1, "without a word", id="a refusal that names nothing"),
        pytest.param("{not json}", "", 1, "cannot be read", id="what is no JSON"),
        pytest.param('{"severity": "error"}', "", 1, "cannot be read", id="an error without a place"),
        pytest.param(
            "", "mypy: error: unrecognized arguments", 2, "unrecognized", id="an option that it does not know"
        ),
        pytest.param("", "Killed", 137, "Killed", id="a killed one"),
    ],
)
def test_no_answer_is_a_tool_error(saying: Saying, tmp_path: Path, out: str, err: str, status: int, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        recorded(saying(out, err, status), tmp_path)


def test_a_cache_that_crashes_mypy_is_thrown_away(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "broken").write_text("")
    program = tmp_path / "mypy"
    program.write_text(f'#!/bin/sh\ntest -e {cache}/broken && echo "INTERNAL ERROR" >&2 && exit 2\nexit 0\n')
    program.chmod(0o755)
    ours = Mypy(Judge((str(program),), ToolVersion("mypy", "1", "recorded")), ".", (".",), "")
    assert ours.check(str(tmp_path), ["a.py"], strict=False, cache=str(cache)) == ToolAnswer((), "")
