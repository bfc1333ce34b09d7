"""What is proposed, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agentgate.change.tree import Tree


class FileStatus(StrEnum):
    """How a file differs between base and head."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"
    COPIED = "copied"


MODE_SYMLINK, MODE_SUBMODULE, MODE_EXECUTABLE = "120000", "160000", "100755"


@dataclass(frozen=True, slots=True)
class Hunk:
    """One run of changed lines, as in a unified diff without context; a count of 0 is a pure insertion or deletion."""

    base_start: int  # 1-based
    base_count: int
    head_start: int
    head_count: int


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file. Paths are `str` with surrogateescape, relative to the repository's root, `/` separators."""

    path: str  # at head; for a deletion, at base
    base_path: str  # at base ("" for an addition)
    status: FileStatus
    base_mode: str = ""  # six octal digits, "" where the side has no such file
    head_mode: str = ""
    base_blob: str = ""  # object id ("" likewise); for a submodule the commit
    head_blob: str = ""
    binary: bool = False
    hunks: tuple[Hunk, ...] = ()

    @property
    def is_regular(self) -> bool:
        """A plain file on every side it exists on: neither a symbolic link nor a submodule."""
        return not {self.base_mode, self.head_mode} & {MODE_SYMLINK, MODE_SUBMODULE}

    def touches(self, line: int) -> bool:
        """Whether `line` (1-based) of the head file is among the changed ones."""
        return any(h.head_start <= line < h.head_start + h.head_count for h in self.hunks)


@dataclass(frozen=True, slots=True)
class Change:
    """What is proposed: base, head, target, files. Trees read blobs on demand; everything else is eager."""

    target: str  # the ref's short name, e.g. "origin/main"
    target_commit: str
    base: Tree  # at the merge base of head and target
    head: Tree
    head_name: str  # "working tree", "index" or the revision as given
    files: tuple[FileChange, ...]
    policy_tree: Tree  # the target's tip; base where head is already contained in the target
    not_for_submission: str = ""  # e.g. "--base was given"; such a verdict leaves no receipt
    left_out: tuple[str, ...] = ()  # untracked directories that are never part of a change (".venv", "node_modules")

    @property
    def renames(self) -> dict[str, str]:
        """Base path -> head path of every renamed file."""
        return {f.base_path: f.path for f in self.files if f.status is FileStatus.RENAMED}

    def file(self, path: str) -> FileChange | None:
        """The change of the file that is at `path` in head (or was, if deleted)."""
        return next((f for f in self.files if f.path == path), None)
