"""A git tree: a handle that lists and reads, and makes variants of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agentgate.change.git import Repository
from agentgate.change.values import MODE_SUBMODULE, MODE_SYMLINK


@dataclass(frozen=True, slots=True)
class Entry:
    """What a tree holds at one path: mode (six octal digits) and object id."""

    mode: str
    blob: str

    @property
    def is_file(self) -> bool:
        """A regular file, executable or not."""
        return self.mode not in (MODE_SYMLINK, MODE_SUBMODULE)


class Tree:
    """A tree of a repository, equal to another by its id.

    `commit` is the commit it belongs to, "" for none; then `parent` is the one that it was made on top of.
    """

    def __init__(self, repository: Repository, tree_id: str, commit: str = "", parent: str = "") -> None:
        """A handle; nothing is read yet."""
        self.repository = repository
        self.id = tree_id
        self.commit = commit
        self.parent = parent
        self._entries: dict[str, Entry] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Tree({self.id[:12]})"

    def entries(self) -> Mapping[str, Entry]:
        """Every path of the tree (submodules included), read once. Paths are str with surrogateescape."""
        if self._entries is None:
            out = self.repository.git("ls-tree", "-r", "-z", "--full-tree", self.id).out
            listed = {}
            for record in out.split("\0"):
                if record:
                    meta, _, path = record.partition("\t")
                    mode, _, blob = meta.split(" ")
                    listed[path] = Entry(mode, blob)
            self._entries = listed
        return self._entries

    def read(self, path: str) -> bytes | None:
        """The content of a regular file; None where there is none at that path."""
        return self.read_many([path]).get(path)

    def read_text(self, path: str) -> str | None:
        """The content as UTF-8 with surrogateescape; None where there is no regular file."""
        content = self.read(path)
        return None if content is None else content.decode("utf-8", "surrogateescape")

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """The contents of those of `paths` that are regular files, in one call of git."""
        entries = self.entries()
        found = {path: entries[path].blob for path in paths if path in entries and entries[path].is_file}
        contents = self.repository.blobs(found.values())
        return {path: contents[blob] for path, blob in found.items()}

    def replaced(self, files: Mapping[str, bytes | Entry | None]) -> Tree:
        """A tree like this one with some paths set (content, or an entry of another tree) or removed (None)."""
        present = self.entries()
        lines = []
        for path, wanted in files.items():
            entry = self._blob_entry(path, wanted) if isinstance(wanted, bytes) else wanted
            if entry == present.get(path):
                continue
            mode, blob = (entry.mode, entry.blob) if entry else ("0", "0" * len(self.id))
            lines.append(f"{mode} {blob}\t{path}")
        if not lines:
            return self
        with self.repository.index() as index:
            self.repository.git("read-tree", self.id, env=index)
            self.repository.git("update-index", "-z", "--index-info", stdin=nul_joined(lines), env=index)
            written = self.repository.git("write-tree", "--missing-ok", env=index).out.strip()
        return Tree(self.repository, written, parent=self.commit or self.parent)

    def _blob_entry(self, path: str, content: bytes) -> Entry:
        present = self.entries().get(path)
        mode = present.mode if present and present.is_file else "100644"
        return Entry(mode, self.repository.write_blob(content))


def tree_of(repository: Repository, commit: str) -> Tree:
    """The tree of a commit."""
    return Tree(repository, repository.git("rev-parse", "--verify", f"{commit}^{{tree}}").out.strip(), commit)


def nul_joined(records: Iterable[str]) -> bytes:
    """Records as git's -z takes them, each ended by a NUL."""
    return "".join(f"{record}\0" for record in records).encode("utf-8", "surrogateescape")


def ancestors(path: str) -> list[str]:
    """The directories above a path of a tree, the outermost first."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def blob_id(content: bytes, length: int) -> str:
    """The object id of a blob, as hex of `length` digits: 40 for SHA-1, 64 for SHA-256 (gitformat-hash)."""
    algorithm = "sha256" if length == 64 else "sha1"
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
