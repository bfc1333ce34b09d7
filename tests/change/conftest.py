"""Reads changes of sandbox repositories; closes what was opened."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from agentgate.change import Change, Checkouts, Repository, read
from tests.conftest import Sandbox

NOBODY = 65534


class Reader:
    """Opens repositories and reads changes as `agentgate check` does, with an environment of its own."""

    def __init__(self) -> None:
        self.opened: list[Repository] = []

    def repository(self, root: Path) -> Repository:
        """The repository around `root`."""
        self.opened.append(Repository.find(str(root)))
        return self.opened[-1]

    def change(
        self,
        root: Path,
        *,
        target: str | None = None,
        head: str | None = None,
        staged: bool = False,
        base: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Change:
        """The change in `root`."""
        return read(self.repository(root), target=target, head=head, staged=staged, base=base, environ=environ or {})


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Reads changes; what it opened is closed at the end."""
    made = Reader()
    yield made
    for repository in made.opened:
        repository.close()


@pytest.fixture
def checkouts(sandbox: Sandbox, reader: Reader) -> Iterator[Checkouts]:
    """Disposable checkouts of the sandbox."""
    with Checkouts(reader.repository(sandbox.root)) as made:
        yield made


@pytest.fixture
def unprivileged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory to work in as a user for whom permissions count: as root nothing is unreadable."""
    roots = [tempfile.gettempdir(), "/var/tmp", "/dev/shm"]
    open_to_all = [root for root in roots if os.path.isdir(root) and os.stat(root).st_mode & 0o001]
    if not open_to_all:
        pytest.skip("no temporary directory that another user can enter")
    directory = Path(tempfile.mkdtemp(prefix="agentgate-test-", dir=open_to_all[0]))
    (directory / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory / "tmp"))
    monkeypatch.setenv("HOME", str(directory))
    root = os.geteuid() == 0
    if root:
        for path in (directory, directory / "tmp"):
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield directory
    finally:
        if root:
            os.seteuid(0)
        for above, _, _ in os.walk(directory):
            os.chmod(above, 0o700)
        shutil.rmtree(directory)
