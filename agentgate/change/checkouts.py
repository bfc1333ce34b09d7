"""All checkouts of one run: where everything runs, outside the repository, gone at the end."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from types import TracebackType

from agentgate.change.checkout import Checkout, remove
from agentgate.change.git import Repository
from agentgate.change.tree import Tree
from agentgate.errors import CannotJudge

#: A layer's thread may be making a checkout while the run is being ended: the directory is removed until it stays so.
_TRIES = 5


class Checkouts:
    """All checkouts of one run, in one temporary directory that only this user can enter.

    `root` is made at once, and removed on `close` and at the latest at interpreter exit; Ctrl-C and SIGTERM lead there
    (`agentgate.__main__`).
    """

    def __init__(self, repository: Repository) -> None:
        self.root = repository.temporary("run")
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Checkout] = {}
        self._locks: dict[tuple[str, str], threading.Lock] = {}
        self._directories = 0
        self._closed = False
        atexit.register(self.close)

    def __enter__(self) -> Checkouts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove everything, and let nothing new be made."""
        self._closed = True
        for _ in range(_TRIES):
            with contextlib.suppress(OSError, RecursionError):
                remove(self.root)
            if not os.path.lexists(self.root):
                break
        atexit.unregister(self.close)

    def get(self, tree: Tree, purpose: str) -> Checkout:
        """The checkout of `tree` for `purpose`; each pair is made once and has a directory of its own."""
        key = (tree.id, purpose)
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._made:
                self._made[key] = Checkout(tree, os.path.join(self._directory(purpose), "tree"))
            return self._made[key]

    def scratch(self, name: str) -> str:
        """A fresh empty directory beside the checkouts, for reports, HOME and temporary files of children."""
        return self._directory(f"scratch-{name}")

    def _directory(self, name: str) -> str:
        with self._lock:
            self._directories += 1
            path = os.path.join(self.root, f"{self._directories}-{name}")
        if self._closed:
            raise CannotJudge("the run is being ended")
        os.mkdir(path)
        return path
