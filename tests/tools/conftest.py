"""Programs that say what an older, broken or lying tool said; and trees of a few files."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from agentgate.change import Repository, Tree
from agentgate.change.tree import tree_of
from agentgate.tools.judges import Judge
from agentgate.verdict import ToolVersion
from tests.conftest import Sandbox

Saying = Callable[..., Judge]
Treed = Callable[[Mapping[str, str | bytes | None]], Tree]


@pytest.fixture
def saying(tmp_path: Path) -> Saying:
    """saying(out, err, status): a judge that answers every question so. `log`: where it notes what it was asked."""

    def make(out: str = "", err: str = "", status: int = 0, *, version: str = "0.1.0", pinned: str = "") -> Judge:
        program = tmp_path / "judge"
        program.write_text(
            f'#!/bin/sh\necho "$@" >> {shlex.quote(str(tmp_path / "asked"))}\n'
            f"printf %s {shlex.quote(out)}\nprintf %s {shlex.quote(err)} >&2\nexit {status}\n"
        )
        program.chmod(0o755)
        return Judge((str(program),), ToolVersion("judge", version, "recorded"), pinned)

    return make


@pytest.fixture
def tree(sandbox: Sandbox) -> Iterator[Treed]:
    """tree(files): the tree of a commit that holds these files, and those of earlier calls."""
    repository = Repository.find(str(sandbox.root))
    yield lambda files: tree_of(repository, sandbox.commit(files))
    repository.close()
