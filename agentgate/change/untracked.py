"""Untracked files: which are part of the work, and which directories never are."""

from __future__ import annotations

import os
from collections.abc import Iterable

from agentgate.change.git import Repository
from agentgate.change.tree import ancestors

#: Untracked directories that are never part of a change, by name; virtual environments are known by pyvenv.cfg.
NEVER_PART = frozenset({
    "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".tox", ".nox", ".hypothesis",
    ".eggs", ".ipynb_checkpoints", ".import_linter_cache",
})  # fmt: skip


def listed(repository: Repository, tracked: Iterable[str]) -> tuple[list[str], list[str]]:
    """Untracked files, not ignored, that are part of the change, and the directories left out."""
    out = repository.git("ls-files", "-z", "--others", "--exclude-standard", "--full-name").out
    kept: list[str] = []
    left_out: dict[str, None] = {}
    directories = _Directories(repository.root, tracked)
    for path in filter(None, out.split("\0")):
        directory = directories.left_out(path)
        if directory:
            left_out[directory] = None
        else:
            kept.append(path)
    return kept, list(left_out)


class _Directories:
    """Which untracked directories are left out. One that holds a tracked file never is: nothing can hide beside it."""

    def __init__(self, root: str, tracked: Iterable[str]) -> None:
        self._root = root
        self._tracked = tracked
        self._shared: set[str] | None = None
        self._known: dict[str, bool] = {}

    def left_out(self, path: str) -> str:
        """The directory (with "/") for which an untracked path is left out, "" where it is part of the change."""
        if path.endswith("/"):  # an untracked repository inside this one: git lists it as a directory
            return path
        for directory in ancestors(path):
            if directory not in self._known:
                self._known[directory] = self._is_left_out(directory)
            if self._known[directory]:
                return directory + "/"
        return ""

    def _is_left_out(self, directory: str) -> bool:
        name = directory.rpartition("/")[2]
        if not (
            name in NEVER_PART
            or name.endswith(".egg-info")
            or os.path.lexists(os.path.join(self._root, directory, "pyvenv.cfg"))
        ):
            return False
        if self._shared is None:
            self._shared = {directory for path in self._tracked for directory in ancestors(path)}
        return directory not in self._shared
