"""`agentgate show`: what a layer said in the last verdict of this worktree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Gate
from tests.conftest import Sandbox

UNUSED = "".join(f"import m{n}\n" for n in range(13))


def test_before_any_verdict_the_command_to_type_is_named(gate: Gate, work: Sandbox) -> None:
    answer = gate("show", "lint")
    assert (answer.status, answer.out) == (3, "")
    assert answer.err == "agentgate: there is no verdict yet in this worktree\n  fix: agentgate check\n"
    assert work.root.exists()


def test_what_the_agents_report_left_out_is_shown(gate: Gate, work: Sandbox) -> None:
    work.write({"new.py": UNUSED})
    short = gate("check", "--only", "lint", "--format", "agent")
    assert "+3 more: agentgate show lint" in short.out
    assert "m12" not in short.out
    whole = gate("show", "lint")
    assert whole.status == 0
    assert all(f"`m{n}` imported but unused" in whole.out for n in range(13))
    raw = gate("show", "lint", "--raw")
    assert "m12" in raw.out
    assert not raw.out.startswith("lint")


def test_a_layer_that_could_not_judge_is_shown_too(gate: Gate, work: Sandbox) -> None:
    work.write({"pyproject.toml": "[project]\nname = 'x'\n", "x.py": "A = 1\n", "tests/test_x.py": "import pytest\n"})
    assert gate("check", "--only", "tests").status == 3
    shown = gate("show", "tests")
    assert shown.status == 0
    assert "no environment for x" in shown.out
    assert "pip install -e . pytest" in shown.out


def test_a_layer_that_did_not_answer_is_told_from_those_that_did(gate: Gate, work: Sandbox) -> None:
    work.write({"README.md": "# hello\n"})
    gate("check", "--only", "lint,types")
    answer = gate("show", "tests")
    assert answer.status == 2
    assert "'tests' did not answer in the last verdict; these did: lint, types" in answer.err


def test_the_last_verdict_is_the_one_last_answered(gate: Gate, work: Sandbox) -> None:
    work.write({"README.md": "# one\n"})
    gate("check")
    work.write({"README.md": "# two\n"})
    gate("check")
    two = gate("show", "lint").out
    work.write({"README.md": "# one\n"})
    gate("check")  # from its receipt
    assert gate("show", "lint").out != two


def test_each_worktree_has_its_own(gate: Gate, work: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work.write({"README.md": "# one\n"})
    gate("check")
    work.git("worktree", "add", "-q", str(tmp_path / "linked"), "main")
    monkeypatch.chdir(tmp_path / "linked")
    assert gate("show", "lint").status == 3
