"""`agentgate init`, as it is typed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Gate
from tests.conftest import Sandbox


def test_what_was_found_is_shown_and_the_file_is_written_once(gate: Gate, sandbox: Sandbox) -> None:
    sandbox.commit({"a.py": ""})
    first = gate("init")
    assert first.status == 0
    assert first.out.startswith("target branch: main\npackage a in .: python, ")
    assert first.out.endswith("wrote gate.toml; commit it on the target branch\n")
    again = gate("init")
    assert (again.status, again.out.splitlines()[-1]) == (0, "gate.toml is already there: unchanged")


def test_a_broken_one_is_exit_2_with_a_sentence(gate: Gate, sandbox: Sandbox) -> None:
    sandbox.commit({"gate.toml": "layers = 3\n"})
    answer = gate("init")
    assert answer.status == 2
    assert answer.err.startswith("agentgate: gate.toml: layers = 3: must be an array of strings\n  fix: ")
    assert gate("init", "--force").status == 0


def test_outside_a_repository_it_is_exit_3(gate: Gate, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sandbox.root.parent)
    answer = gate("init")
    assert answer.status == 3
    assert "is not in a git repository" in answer.err
