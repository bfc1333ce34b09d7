"""The work as it stands, and the index, as git trees.

The tree is built in an empty temporary index from a listing, and every file is hashed: neither assume-unchanged nor
skip-worktree, nor a forged stat cache, hides a file. The user's index is only listed, or copied.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agentgate.change import lfs, untracked
from agentgate.change.git import Repository
from agentgate.change.tree import Entry, Tree, blob_id, nul_joined
from agentgate.change.values import MODE_SUBMODULE
from agentgate.errors import GitError


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The tree of the work as it stands, and what was left out of it (directories, ending in "/")."""

    tree: Tree
    left_out: tuple[str, ...]


def index_tree(repository: Repository, parent: str) -> Tree:
    """The index as a tree, as `git commit` would write it. Raises `GitError` while it holds a conflict."""
    _index(repository)
    with repository.index() as index:
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(os.path.join(repository.git_dir, "index"), index["GIT_INDEX_FILE"])
        written = repository.git("write-tree", "--missing-ok", env=index).out.strip()
    return Tree(repository, written, parent=parent)


def snapshot(repository: Repository, parent: str) -> Snapshot:
    """The working tree (tracked and untracked, not ignored) as a tree. Raises `GitError` while it holds a conflict."""
    tracked = _index(repository)
    sparse = repository.is_set("core.sparsecheckout", default=False)
    new, left_out = untracked.listed(repository, tracked)
    known: dict[str, Entry] = {}
    present: list[str] = []
    parents = _Parents(repository.root)
    for path, (entry, skipped) in tracked.items():
        mode = parents.mode(path)
        if mode is None:
            if skipped and sparse:
                known[path] = entry
        elif not stat.S_ISDIR(mode):
            if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
                present.append(path)
                if entry.mode != MODE_SUBMODULE:
                    known[path] = entry
        elif entry.mode == MODE_SUBMODULE:
            known[path] = Entry(MODE_SUBMODULE, _submodule_head(repository, path) or entry.blob)
    present += new
    pointers = _pointers(repository, present, known)
    with repository.index() as index:
        _enter(repository, index, known | pointers)
        _hash(repository, index, [path for path in present if path not in pointers])
        written = repository.git("write-tree", "--missing-ok", env=index).out.strip()
    return Snapshot(Tree(repository, written, parent=parent), tuple(left_out))


class _Parents:
    """lstat below the root, with every path behind a symbolic link being absent."""

    def __init__(self, root: str) -> None:
        self._root = os.fsencode(root)
        self._real: dict[bytes, bool] = {b"": True}

    def mode(self, path: str) -> int | None:
        raw = os.fsencode(path)
        if not self._is_real(os.path.dirname(raw)):
            return None
        return _lstat(os.path.join(self._root, raw))

    def _is_real(self, directory: bytes) -> bool:
        known = self._real.get(directory)
        if known is None:
            mode = _lstat(os.path.join(self._root, directory))
            known = mode is not None and stat.S_ISDIR(mode) and self._is_real(os.path.dirname(directory))
            self._real[directory] = known
        return known


def _lstat(path: bytes) -> int | None:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return None


def _index(repository: Repository) -> dict[str, tuple[Entry, bool]]:
    """Path -> (entry, skip-worktree) of the user's index."""
    out = repository.git("ls-files", "-z", "--stage", "-v", "--full-name").out
    listed: dict[str, tuple[Entry, bool]] = {}
    for record in out.split("\0"):
        if not record:
            continue
        meta, _, path = record.partition("\t")
        tag, mode, blob, stage = meta.split(" ")
        if stage != "0":
            raise GitError(f"{path!r} is in conflict", "resolve the merge (git status), then check again")
        listed[path] = (Entry(mode, blob), tag in "Ss")
    return listed


def _submodule_head(repository: Repository, path: str) -> str:
    """The commit that is checked out in a submodule, "" where none is."""
    if not os.path.lexists(os.path.join(repository.root, path, ".git")):
        return ""
    done = repository.git("-C", path, "rev-parse", "--verify", "--quiet", "HEAD", check=False)
    return done.out.strip()


def _enter(repository: Repository, index: dict[str, str], entries: dict[str, Entry]) -> None:
    if entries:
        lines = nul_joined(f"{entry.mode} {entry.blob}\t{path}" for path, entry in entries.items())
        repository.git("update-index", "-z", "--index-info", stdin=lines, env=index)


def _hash(repository: Repository, index: dict[str, str], paths: list[str]) -> None:
    """Hash files into the index.

    What it holds for them already tells git, as in any `git add`, whether a file was committed with CRLF and, where the
    file system has no modes, whether it was executable.
    """
    if not paths:
        return
    done = repository.git(
        "update-index", "-z", "--add", "--remove", "--stdin", stdin=nul_joined(paths), env=index, check=False
    )
    if done.returncode:
        said = " / ".join(line for line in done.err.splitlines() if line.startswith(("error:", "fatal:")))
        raise GitError(f"the working tree cannot be read: {said}", "mend or ignore that file, then check again")


def _pointers(repository: Repository, present: list[str], known: Mapping[str, Entry]) -> dict[str, Entry]:
    """LFS files among `present` as the pointers that git stores for them."""
    attributes = [_content(repository, path) for path in present if path.rpartition("/")[2] == ".gitattributes"]
    tracked = lfs.tracked(repository, present, attributes)
    if not tracked:
        return {}
    modes = repository.is_set("core.filemode", default=True)
    entries = {}
    for path in tracked:
        full = os.path.join(repository.root, path)
        mode = os.lstat(full).st_mode
        if stat.S_ISLNK(mode):
            continue
        held = known.get(path)
        with _readable(path):
            pointer = lfs.pointer(full)
        blob = held.blob if held and blob_id(pointer, len(held.blob)) == held.blob else repository.write_blob(pointer)
        own_mode = "100755" if mode & 0o100 else "100644"
        entries[path] = Entry(held.mode if held and not modes else own_mode, blob)
    return entries


def _content(repository: Repository, path: str) -> bytes:
    """A file as it lies there; a link's target is nobody's attributes."""
    full = os.path.join(repository.root, path)
    with _readable(path):
        return b"" if os.path.islink(full) else Path(full).read_bytes()


@contextlib.contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GitError(f"{path!r} cannot be read: {error.strerror}", "make it readable, or ignore it") from error
