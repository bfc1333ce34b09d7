"""The repository's pre-commit hooks: which failed, by what the program prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agentgate.change import Change, Checkouts, Repository, read
from agentgate.errors import ToolError
from agentgate.store import Cache
from agentgate.tools import pre_commit
from agentgate.verdict import Finding
from tests.conftest import Sandbox

CONFIG = "repos:\n- repo: x\n  rev: v1\n  hooks: [{id: ruff}, {id: words}]\n"
#: What pre-commit 4 printed for two hooks that failed, one of which rewrote a file.
FAILED = """\
check words..............................................................Failed
- hook id: words
- exit code: 1

a.py:1: nonsense

fix ends.................................................................Failed
- hook id: ends
- files were modified by this hook

Fixing a.py

other....................................................................Passed
"""

Hooks = Callable[[str], list[Finding]]


@pytest.fixture
def hooks(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    """hooks(script): the findings where pre-commit is that shell script."""
    sandbox.commit({".pre-commit-config.yaml": CONFIG, "a.py": "old = 1\n", "gone.py": "x = 1\n"})
    sandbox.git("checkout", "-q", "-b", "work")
    sandbox.commit(
        {"a.py": "new = 1\n", "gone.py": None, "b.py": "new = 1\n", ".pre-commit-config.yaml": "repos: []\n"}
    )
    repository = Repository.find(str(sandbox.root))
    change: Change = read(repository, target="main", head="work", environ={})
    program = tmp_path / "bin" / "pre-commit"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")

    def run(script: str) -> list[Finding]:
        program.write_text(f'#!/bin/sh\necho "$SKIP $@" >> {tmp_path / "asked"}\n{script}\n')
        program.chmod(0o755)
        with Checkouts(repository) as checkouts:
            return pre_commit.findings(change, checkouts, Cache(""), None)

    yield run
    repository.close()


def printing(text: str, status: int = 1) -> str:
    return f"cat <<'END'\n{text}END\nexit {status}"


def test_hooks_that_fail_at_head_and_not_on_base_are_findings(hooks: Hooks) -> None:
    found = hooks(f"grep -q new a.py || exit 0\n{printing(FAILED)}")
    assert [(f.rule, f.message, f.remedy) for f in found] == [
        ("lint/pre-commit", "hook words fails", "pre-commit run words"),
        ("lint/pre-commit", "hook ends fails", "pre-commit run ends"),
    ]
    assert "a.py:1: nonsense" in found[0].excerpt
    assert "Fixing a.py" in found[1].excerpt


def test_hooks_that_fail_on_base_too_are_no_findings(hooks: Hooks) -> None:
    assert hooks(printing(FAILED)) == []


def test_hooks_run_by_the_targets_configuration_over_changed_files_less_what_we_judge(
    hooks: Hooks, tmp_path: Path
) -> None:
    assert hooks("grep -q words .pre-commit-config.yaml || exit 3") == []
    asked = (tmp_path / "asked").read_text()
    assert asked == "ruff run --config .pre-commit-config.yaml --files .pre-commit-config.yaml a.py b.py\n"


def test_what_a_hook_rewrites_is_no_error(hooks: Hooks) -> None:
    assert len(hooks(f"grep -q new a.py || exit 0\necho >> a.py\n{printing(FAILED)}")) == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param("echo broken; exit 1", "without naming a hook", id="a refusal that names none"),
        pytest.param("echo An error has occurred: no network; exit 3", "no network", id="an error"),
        pytest.param("exit 127", "pre-commit failed", id="a crash"),
    ],
)
def test_no_answer_is_a_tool_error(hooks: Hooks, script: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        hooks(script)
