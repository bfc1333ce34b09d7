"""Which version of a judge judges, and what the target pins."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.project import Environment
from agentgate.tools import judges
from tests.tools.conftest import Treed

OURS = importlib.metadata.version("ruff")

HOOK = "repos:\n- repo: https://github.com/{}\n  rev: {}\n  hooks: []\n"

PINS = {
    "requirements": ({"requirements-dev.txt": "ruff==0.4.1\nmypy>=1\n"}, {"ruff": "0.4.1"}),
    "requirements in their folder": ({"requirements/dev.in": "mypy == 1.9.0  # why\n"}, {"mypy": "1.9.0"}),
    "requirements deeper are not the project's": ({"vendor/x/requirements.txt": "ruff==0.4.1\n"}, {}),
    "a plugin is not the judge": ({"requirements.txt": "pytest-ruff==0.4.1\nruff-lsp==0.1\n"}, {}),
    "pyproject": ({"pyproject.toml": '[dependency-groups]\ndev = ["ruff==0.5.0"]\n'}, {"ruff": "0.5.0"}),
    "uv.lock": ({"uv.lock": '[[package]]\nname = "mypy"\nversion = "1.10"\n'}, {"mypy": "1.10"}),
    "poetry.lock": ({"poetry.lock": '[[package]]\nname = "ruff"\nversion = "0.6"\n'}, {"ruff": "0.6"}),
    "a broken lock": ({"uv.lock": "[[package\n"}, {}),
    "a lock without versions": ({"uv.lock": '[[package]]\nname = "ruff"\n'}, {}),
    "pre-commit": (
        {".pre-commit-config.yaml": HOOK.format("astral-sh/ruff-pre-commit", "v0.7.1")},
        {"ruff": "0.7.1"},
    ),
    "pre-commit's mirror of mypy": (
        {".pre-commit-config.yaml": HOOK.format("pre-commit/mirrors-mypy.git/", "v1.11")},
        {"mypy": "1.11"},
    ),
    "pre-commit before a lock": (
        {
            "uv.lock": '[[package]]\nname = "ruff"\nversion = "0.6"\n',
            ".pre-commit-config.yaml": HOOK.format("astral-sh/ruff-pre-commit", "v0.7"),
        },
        {"ruff": "0.7"},
    ),
    "broken YAML": ({".pre-commit-config.yaml": "repos: [\n"}, {}),
    "YAML that would run code": ({".pre-commit-config.yaml": "repos: !!python/object/apply:os.system ['true']\n"}, {}),
    "YAML of another shape": ({".pre-commit-config.yaml": "repos: 3\n"}, {}),
    "hooks of another shape": ({".pre-commit-config.yaml": "repos: [3, {hooks: 3}, {repo: local, hooks: [3]}]\n"}, {}),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize(("files", "expected"), PINS.values(), ids=PINS)
def test_what_a_tree_pins(tree: Treed, files: dict[str, str], expected: dict[str, str]) -> None:
    assert judges.pins(tree({"a.py": "", **files})) == expected


def test_hooks_are_told_with_repository_and_revision() -> None:
    text = "repos:\n- repo: local\n  hooks:\n  - id: a\n  - id: b\n- repo: x\n  rev: v1\n  hooks: [{id: c}]\n"
    assert judges.hooks(text) == [("local", "", ["a", "b"]), ("x", "v1", ["c"])]


def environment(prefix: Path, **distributions: str) -> Environment:
    """An environment whose programs are empty files."""
    (prefix / "bin").mkdir(parents=True)
    for name in distributions:
        (prefix / "bin" / name).write_text("")
    python = str(prefix / "bin" / "python")
    return Environment(python, ".venv", (3, 12, 1), str(prefix), (), tuple(sorted(distributions.items())))


def test_without_an_environment_ours_judges() -> None:
    judge = judges.find("ruff", None)
    assert (judge.version.version, judge.version.source) == (OURS, "AgentGate's own")
    assert os.path.isabs(judge.argv[0])
    assert not judge.is_pinned


def test_the_pinned_version_judges_where_the_environment_has_it(tmp_path: Path) -> None:
    judge = judges.find("ruff", environment(tmp_path, ruff="0.4.1"), "0.4.1")
    assert judge.argv == (str(tmp_path / "bin" / "ruff"),)
    assert (judge.version.version, judge.version.source) == ("0.4.1", "pinned by the target, .venv")
    assert judge.is_pinned


def test_a_version_that_is_not_the_pinned_one_does_not_judge(tmp_path: Path) -> None:
    judge = judges.find("ruff", environment(tmp_path, ruff="0.4.2"), "0.4.1")
    assert (judge.version.version, judge.version.source) == (OURS, "AgentGate's own; the target pins 0.4.1")
    assert not judge.is_pinned


def test_the_environments_judges_where_a_plugin_needs_it_or_we_have_none(tmp_path: Path) -> None:
    theirs = environment(tmp_path, ruff="0.4.2", basedpyright="1.0")
    assert judges.find("ruff", theirs, prefer_environment=True).version.version == "0.4.2"
    assert judges.find("basedpyright", theirs).version.version == "1.0"


def test_a_judge_that_nobody_has_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="basedpyright is installed neither"):
        judges.find("basedpyright", environment(tmp_path))


def test_a_judge_is_started_isolated_and_sees_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert judges.find("mypy", None).argv == (sys.executable, "-I", "-m", "mypy")
    assert judges.find("mypy", environment(tmp_path, mypy="1.9"), "1.9").argv[:2] == (
        str(tmp_path / "bin" / "python"),
        "-I",
    )
    monkeypatch.setenv("PYTHONPATH", "/evil")
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    seen = judges.environment({"MYPYPATH": "src"})
    assert (seen["HOME"], seen["XDG_CONFIG_HOME"], seen["MYPYPATH"]) == (os.devnull, os.devnull, "src")
    assert not {"PYTHONPATH", "GITHUB_TOKEN"} & seen.keys()
