"""The first gate.toml: detected before any commit and on any branch, written once, never over another."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentgate.change import Repository
from agentgate.errors import ConfigError, GitError
from agentgate.policy import Policy, parse
from agentgate.wiring import gate_toml
from tests.conftest import Sandbox

SHOP: dict[str, str | bytes | None] = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "src/shop/__init__.py": "",
    "tests/test_a.py": "import unittest\n",
}


@pytest.fixture
def repository(sandbox: Sandbox) -> Iterator[Repository]:
    """The sandbox as AgentGate sees it."""
    found = Repository.find(str(sandbox.root))
    yield found
    found.close()


def _detected(repository: Repository) -> list[str]:
    return gate_toml.detected(repository, {"PATH": f"{sys.prefix}/bin"})


def _package(sandbox: Sandbox) -> list[str]:
    tried = [f"{sandbox.root}/{name}/bin/python ({name}) does not exist" for name in (".venv", "venv")]
    tried.append(f"{sys.prefix}/bin/python3 (python3 on PATH) is AgentGate's own, and shop is not installed in it")
    return [
        "package shop in .: python, sources in src, tests by unittest",
        f"  no environment for shop: {'; '.join(tried)}",
        "  fix: python3 -m venv .venv && .venv/bin/python -m pip install -e .",
    ]


def test_before_the_first_commit_the_files_are_looked_at(sandbox: Sandbox, repository: Repository) -> None:
    sandbox.write(SHOP)
    branch, *package = _detected(repository)
    assert branch.startswith("target branch: not known, ")
    assert package == _package(sandbox)


@pytest.mark.parametrize("where", ["main", "work", "detached"])
def test_on_any_branch_the_work_as_it_stands_is_looked_at(sandbox: Sandbox, repository: Repository, where: str) -> None:
    sandbox.commit({"README.md": ""})
    sandbox.git("checkout", "-q", *{"main": ["main"], "work": ["-b", "work"], "detached": ["--detach"]}[where])
    sandbox.write(SHOP)
    assert _detected(repository) == ["target branch: main", *_package(sandbox)]
    assert sandbox.git("status", "--porcelain", "-uno") == ""


def test_scripts_are_judged_with_python3_on_path(sandbox: Sandbox, repository: Repository) -> None:
    sandbox.commit({"a.py": ""})
    assert _detected(repository)[1:] == [
        "package a in .: python, sources in ., no tests found",
        f"  interpreter: {sys.prefix}/bin/python3 (python3 on PATH)",
    ]


def test_a_repository_without_python_is_no_error(sandbox: Sandbox, repository: Repository) -> None:
    sandbox.commit({"README.md": ""})
    assert _detected(repository)[1:] == ["no Python found: only layers that need none will answer"]


def test_a_merge_in_conflict_is_told(sandbox: Sandbox, repository: Repository) -> None:
    sandbox.commit({"a.py": "1"})
    sandbox.git("checkout", "-q", "-b", "work")
    sandbox.commit({"a.py": "2"})
    sandbox.git("checkout", "-q", "main")
    sandbox.commit({"a.py": "3"})
    sandbox.git("merge", "work", check=False)
    with pytest.raises(GitError, match=r"'a\.py' is in conflict"):
        _detected(repository)


def test_what_is_written_is_the_default_policy() -> None:
    assert parse(gate_toml.TEMPLATE, "gate.toml") == Policy()
    assert len(gate_toml.TEMPLATE.splitlines()) < 20
    uncommented = gate_toml.TEMPLATE.replace("# python", "python")
    assert tomllib.loads(uncommented).keys() > tomllib.loads(gate_toml.TEMPLATE).keys()


def test_it_is_written_once_and_twice_changes_nothing(tmp_path: Path) -> None:
    assert gate_toml.write(str(tmp_path))
    before = os.stat(tmp_path / "gate.toml").st_mtime_ns
    assert not gate_toml.write(str(tmp_path))
    assert not gate_toml.write(str(tmp_path), force=True)
    assert os.stat(tmp_path / "gate.toml").st_mtime_ns == before


def test_another_one_is_overwritten_only_when_told(tmp_path: Path) -> None:
    own = 'mode = "observe"\n'
    (tmp_path / "gate.toml").write_text(own)
    assert not gate_toml.write(str(tmp_path))
    assert (tmp_path / "gate.toml").read_text() == own
    assert gate_toml.write(str(tmp_path), force=True)
    assert (tmp_path / "gate.toml").read_text() == gate_toml.TEMPLATE


@pytest.mark.parametrize("content", [b"mode = 3\n", b"x = '\xff'\n", b"[\n"])
def test_a_broken_one_is_told_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gate.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"gate\.toml: "):
        gate_toml.write(str(tmp_path))
    assert (tmp_path / "gate.toml").read_bytes() == content
    assert gate_toml.write(str(tmp_path), force=True)


def test_nothing_is_written_through_a_link_or_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "gate.toml").symlink_to(tmp_path / "target")
    (tmp_path / "two" / "gate.toml").mkdir(parents=True)
    for name in ("one", "two"):
        with pytest.raises(ConfigError, match="is no plain file"):
            gate_toml.write(str(tmp_path / name), force=True)
    assert not (tmp_path / "target").exists()
