"""The repository's own pre-commit hooks, as the target configures them."""

from __future__ import annotations

import os
import re
import shutil

from agentgate import process
from agentgate.change import Change, Checkouts, FileStatus, Tree
from agentgate.errors import ToolError
from agentgate.project import Environment
from agentgate.store import Cache
from agentgate.tools.judges import hooks
from agentgate.verdict import Finding, Severity

FILE = ".pre-commit-config.yaml"
#: Hooks that other parts of the gate judge already, base against head.
_JUDGED = ("ruff", "ruff-check", "ruff-format", "mypy")
_HOOK = re.compile(r"^- hook id: (\S+)$", re.MULTILINE)


def findings(change: Change, checkouts: Checkouts, cache: Cache, environment: Environment | None) -> list[Finding]:
    """Hooks that fail on head's changed files and not on base's: "lint/pre-commit", with the hook's output.

    Raises `ToolError` where pre-commit is missing or a hook's environment cannot be built.
    """
    program = _program(environment)
    configuration = change.policy_tree.entries()[FILE]
    skipped = ",".join(
        sorted({i for _, _, ids in hooks(change.policy_tree.read_text(FILE) or "") for i in ids if i in _JUDGED})
    )
    changed = [f for f in change.files if f.status is not FileStatus.DELETED and f.is_regular]
    head = _failing(
        program, change.head.replaced({FILE: configuration}), [f.path for f in changed], skipped, checkouts, cache
    )
    if not head:
        return []
    known = [f.base_path for f in changed if f.base_path]
    base = _failing(program, change.base.replaced({FILE: configuration}), known, skipped, checkouts, cache)
    return [
        Finding(
            "lint/pre-commit",
            Severity.ERROR,
            f"hook {hook} fails",
            excerpt=output[:2000],
            remedy=f"pre-commit run {hook}",
        )
        for hook, output in head.items()
        if hook not in base
    ]


def _program(environment: Environment | None) -> str:
    beside = os.path.join(os.path.dirname(environment.python), "pre-commit") if environment else ""
    program = beside if beside and os.path.exists(beside) else shutil.which("pre-commit")
    if not program:
        raise ToolError("gate.toml wants pre-commit hooks, and pre-commit is not installed", "pip install pre-commit")
    return os.path.abspath(program)


def _failing(
    program: str, tree: Tree, paths: list[str], skipped: str, checkouts: Checkouts, cache: Cache
) -> dict[str, str]:
    """Hook id -> output of each hook that fails or rewrites a file."""
    if not paths:
        return {}
    checkout = checkouts.get(tree, "hooks")
    env = process.environment(
        {"SKIP": skipped, "PRE_COMMIT_COLOR": "never"}, keep=("HOME", "PRE_COMMIT_HOME", "XDG_CACHE_HOME")
    )
    done = process.run(
        [program, "run", "--config", FILE, "--files", *paths],
        cwd=checkout.path,
        env=env,
        timeout=900,
        protect=cache.protected,
    )
    checkout.verify()
    if done.timed_out or done.returncode not in (0, 1) or "An error has occurred" in done.out:
        raise ToolError(f"pre-commit failed: {(done.out + done.err).strip()[-300:]}", "pre-commit install-hooks")
    return _failures(done.out) if done.returncode else {}


def _failures(output: str) -> dict[str, str]:
    """pre-commit prints "- hook id: X" under each hook that did not pass, with its output behind."""
    marks = list(_HOOK.finditer(output))
    if not marks:
        raise ToolError("pre-commit failed without naming a hook", "pre-commit run --all-files")
    ends = [mark.start() for mark in marks[1:]] + [len(output)]
    return {mark[1]: output[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}
