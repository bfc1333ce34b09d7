"""The command line, run in this process: words in; status, standard output and standard error out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from agentgate.__main__ import run
from tests.conftest import Sandbox


class Answer(NamedTuple):
    """What one run of the command said."""

    status: int
    out: str
    err: str


Gate = Callable[..., Answer]


@pytest.fixture
def gate(sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Runs a command in the sandbox, in a shell where no agent and no CI is about and python3 is our own."""
    for name in (*os.environ,):
        if name not in ("HOME", "PATH", "TMPDIR", "LANG"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{sys.prefix}/bin", prepend=os.pathsep)
    monkeypatch.chdir(sandbox.root)

    def ask(*words: str) -> Answer:
        capsys.readouterr()
        status = run(list(words))
        return Answer(status, *capsys.readouterr())

    return ask


@pytest.fixture
def work(sandbox: Sandbox) -> Sandbox:
    """The sandbox on a branch `work`, with one tracked document and nothing to judge yet."""
    sandbox.commit({"README.md": "# hi\n", "old.py": "import os\n"})
    sandbox.git("checkout", "-q", "-b", "work")
    return sandbox
