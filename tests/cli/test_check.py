"""`agentgate check`: the words become a question, the verdict becomes reports and a status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agentgate.project import own_site_packages
from tests.cli.conftest import Gate
from tests.conftest import Sandbox

DOCUMENT = {"README.md": "# hello\n"}


def test_a_change_of_documents_is_admitted_where_nothing_is_installed(
    gate: Gate, work: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/gone")
    work.write(DOCUMENT)
    answer = gate("check")
    assert (answer.status, answer.err) == (0, "")
    assert "admitted" in answer.out.lower()


def test_a_refusal_is_exit_1_in_every_format_and_observed_it_is_0(gate: Gate, work: Sandbox) -> None:
    work.write({"new.py": "import os\n"})
    for name in ("plain", "agent", "json", "sarif", "junit", "markdown", "github", "gitlab", "terminal"):
        assert gate("check", "--only", "lint", "--format", name).status == 1, name
    work.write({"draft.toml": 'mode = "observe"\n'})
    assert gate("check", "--only", "lint", "--policy", "draft.toml").status == 0


@pytest.mark.parametrize("only", ["lnt", "lint,types,x"])
def test_an_unknown_layer_is_named_with_those_there_are(gate: Gate, work: Sandbox, only: str) -> None:
    work.write(DOCUMENT)
    answer = gate("check", "--only", only)
    assert answer.status == 2
    assert "is not a layer; allowed: lint, types, tests" in answer.err


def test_a_mistake_in_the_changes_gate_toml_is_exit_2_and_its_text_cannot_steer_the_terminal(
    gate: Gate, work: Sandbox
) -> None:
    work.write({"gate.toml": '"\\u001b[2Jx" = 1\n'})
    answer = gate("check")
    assert answer.status == 2
    assert r"gate.toml in the change: \x1b[2Jx: no such key" in answer.err


def test_nothing_to_judge_is_exit_0_without_a_verdict(gate: Gate, work: Sandbox) -> None:
    work.git("commit", "-q", "--allow-empty", "-m", "empty")
    assert gate("check").status == 0
    told = json.loads(gate("check", "--format", "json").out)
    assert (told["verdict"], told["exit_code"]) == (None, 0)
    assert not (work.root / ".git" / "agentgate" / "receipts").exists()


def test_an_error_is_an_object_where_a_program_reads(gate: Gate, work: Sandbox) -> None:
    answer = gate("check", "--format", "json", "--target", "nowhere")
    told = json.loads(answer.out)
    assert (answer.status, told["exit_code"], told["verdict"]) == (3, 3, None)
    assert "nowhere" in told["error"]["message"]
    assert work.root.exists()


def test_several_reports_are_written_beside_the_printed_one(gate: Gate, work: Sandbox, tmp_path: Path) -> None:
    work.write(DOCUMENT)
    answer = gate("check", "--output", f"json={tmp_path}/a.json", "--output", f"markdown={tmp_path}/b.md")
    assert answer.status == 0
    assert json.loads((tmp_path / "a.json").read_text())["exit_code"] == 0
    assert (tmp_path / "b.md").read_text().startswith("#")


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("none/r.json", "there is no folder none"),
        ("folder", "folder is a folder"),
        ("linked/r.json", "a symbolic link leads elsewhere"),
        ("r.json", "a symbolic link leads elsewhere"),
    ],
)
def test_a_report_is_written_to_no_place_that_the_change_chooses(
    gate: Gate, work: Sandbox, tmp_path: Path, file: str, problem: str
) -> None:
    (tmp_path / "outside").mkdir()
    (work.root / "folder").mkdir()
    (work.root / "linked").symlink_to(tmp_path / "outside")
    (work.root / "r.json").symlink_to(tmp_path / "outside" / "r.json")
    work.commit(DOCUMENT)
    answer = gate("check", "--output", f"json={file}")
    assert answer.status == 2
    assert f"agentgate: --output json={file}: {problem}" in answer.err
    assert answer.out == ""
    assert list((tmp_path / "outside").iterdir()) == []


def test_the_job_summary_of_github_is_written_and_its_failure_changes_no_verdict(
    gate: Gate, work: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.write(DOCUMENT)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert gate("check").status == 0
    assert summary.read_text().startswith("before\n#")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    answer = gate("check")
    assert (answer.status, answer.err.startswith("agentgate: no job summary: ")) == (0, True)


def test_an_unchanged_tree_is_answered_at_once_and_says_so(gate: Gate, work: Sandbox) -> None:
    work.write(DOCUMENT)
    assert json.loads(gate("check", "--format", "json").out)["cached"] is False
    assert json.loads(gate("check", "--format", "json").out)["cached"] is True
    assert json.loads(gate("check", "--format", "json", "--no-cache").out)["cached"] is False
    work.commit()
    assert json.loads(gate("check", "--format", "json", "--head", "HEAD").out)["cached"] is True


def test_a_receipt_rests_on_the_judges_that_agentgate_has_installed(gate: Gate, work: Sandbox) -> None:
    work.write(DOCUMENT)
    gate("check")
    [receipt] = (work.root / ".git" / "agentgate" / "receipts").iterdir()
    seen = dict(json.loads(receipt.read_text())["seen"])
    assert {*own_site_packages(), sys.executable} <= seen.keys()


def _another_base(work: Sandbox) -> None:
    work.git("stash", "-q", "-u")
    work.git("commit", "-q", "--allow-empty", "-m", "same tree")
    work.git("branch", "-q", "-f", "main", "work")
    work.git("stash", "pop", "-q")


def _another_policy(work: Sandbox) -> None:
    work.git("stash", "-q", "-u")
    work.git("checkout", "-q", "main")
    work.commit({"gate.toml": 'mode = "observe"\n'})
    work.git("checkout", "-q", "work")
    work.git("stash", "pop", "-q")


def _edited(work: Sandbox) -> None:
    work.write({"README.md": "# hello again\n"})


def _new_environment(work: Sandbox) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=work.root, check=True)


def _in_another_shell(work: Sandbox) -> None:
    os.environ["CONDA_PREFIX"] = str(work.root)  # the fixture `gate` takes it out again


def _written_by_all(work: Sandbox) -> None:
    (work.root / ".git" / "agentgate").chmod(0o777)


@pytest.mark.parametrize(
    "happens",
    [_another_base, _another_policy, _edited, _new_environment, _in_another_shell, _written_by_all],
)
def test_a_receipt_does_not_hold_when_anything_it_rests_on_has_changed(
    gate: Gate, work: Sandbox, happens: Callable[[Sandbox], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDA_PREFIX", "")
    work.commit({".gitignore": ".venv\n"})
    work.git("branch", "-q", "-f", "main", "work")
    work.write(DOCUMENT)
    assert gate("check").status == 0
    assert json.loads(gate("check", "--format", "json").out)["cached"] is True
    happens(work)
    assert json.loads(gate("check", "--format", "json").out)["cached"] is False


def test_ci_believes_no_receipt(gate: Gate, work: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    work.write(DOCUMENT)
    gate("check")
    monkeypatch.setenv("CI", "true")
    assert json.loads(gate("check", "--format", "json").out)["cached"] is False


def test_a_verdict_reached_in_place_is_not_answered_again(gate: Gate, work: Sandbox) -> None:
    work.commit({"gate.toml": "in_place = true\n"})
    work.git("branch", "-q", "-f", "main", "work")
    work.write(DOCUMENT)
    for _ in range(2):
        assert json.loads(gate("check", "--format", "json").out)["cached"] is False


def test_the_quick_way_is_quick(gate: Gate, work: Sandbox) -> None:
    work.write(DOCUMENT)
    gate("check")
    started = time.monotonic()
    assert gate("check").status == 0
    assert time.monotonic() - started < 2
