"""Nothing of the user's is written: index, refs, stash, objects and working tree stay as they are, byte for byte."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentgate.change import Checkouts
from tests.change.conftest import Reader
from tests.conftest import Sandbox


def state(root: Path) -> dict[str, tuple[int, int, str]]:
    """Mode, time and content of everything below `root`, the git directory included but for our own folder there.

    Not the times of objects and shared indexes: git freshens those that it meets, so that no gc takes them from us.
    """
    found = {}
    for path in root.rglob("*"):
        if ".git" in path.parts and ("agentgate" in path.parts or path.name == ".git"):
            continue
        at = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        digest = hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()
        freshened = path.is_file() and ("objects" in path.parts or path.name.startswith("sharedindex."))
        found[str(path.relative_to(root))] = (at.st_mode, 0 if freshened else at.st_mtime_ns, digest)
    return found


@pytest.fixture
def busy(sandbox: Sandbox) -> Sandbox:
    """A repository in the midst of work: staged, unstaged, untracked, stashed, with everything git could freshen."""
    sandbox.commit({"a": "1\n", "b": "1\n", "crlf": "1\n2\n", ".gitattributes": "*.x text\n"})
    sandbox.write({"a": "stashed\n"})
    sandbox.git("stash", "push", "-q")
    sandbox.git("config", "core.splitIndex", "true")
    sandbox.git("config", "core.untrackedCache", "true")
    sandbox.git("config", "core.autocrlf", "true")
    sandbox.write({"a": "staged\n"})
    sandbox.git("add", "a")
    sandbox.write({"b": "work\n", "new/file": "new\n", "crlf": "1\r\n2\r\n"})
    os.utime(sandbox.root / "crlf", (1, 1))  # the user's index is stale: a refresh would rewrite it
    return sandbox


def test_reading_and_checking_out_write_nothing(busy: Sandbox, reader: Reader) -> None:
    before = state(busy.root)
    change = reader.change(busy.root)
    reader.change(busy.root, staged=True)
    with Checkouts(change.head.repository) as checkouts:
        for tree in (change.base, change.head, change.head.replaced({"a": b"overlay\n"})):
            checkout = checkouts.get(tree, "tests")
            Path(checkout.path, "a").write_text("rewritten\n")
            checkout.verify()
    for repository in reader.opened:
        repository.close()
    assert state(busy.root) == before


@pytest.mark.parametrize("after", [0.0, 0.03, 0.06, 0.12])
def test_a_kill_at_any_moment_leaves_the_users_files_alone(busy: Sandbox, after: float) -> None:
    before = state(busy.root)
    code = (
        "import sys\n"
        "from agentgate.change import Checkouts, Repository, read\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        f"    repository = Repository.find({str(busy.root)!r})\n"
        "    change = read(repository, environ={})\n"
        "    with Checkouts(repository) as checkouts:\n"
        "        checkouts.get(change.head, 'tests')\n"
        "    repository.close()\n"
    )
    environment = {**os.environ, "TMPDIR": str(busy.root.parent)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(after)
        child.send_signal(signal.SIGKILL)
    time.sleep(0.05)  # a git that it had started may still be ending
    assert state(busy.root) == before


def test_linked_worktrees_are_read_side_by_side(busy: Sandbox, reader: Reader, tmp_path: Path) -> None:
    roots = [busy.root]
    for number in range(3):
        roots.append(tmp_path / f"linked{number}")
        busy.git("worktree", "add", "-q", "--detach", str(roots[-1]))
        (roots[-1] / "mine").write_text(f"{number}\n")
    before = state(tmp_path)

    def judged(root: Path) -> list[str]:
        change = reader.change(root)
        with Checkouts(change.head.repository) as checkouts:
            checkouts.get(change.head, "tests")
        return [file.path for file in change.files]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(judged, roots))
    assert found == [["a", "b", "new/file"], ["mine"], ["mine"], ["mine"]]
    for repository in reader.opened:
        repository.close()
    assert state(tmp_path) == before
