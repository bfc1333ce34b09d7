"""Everything we write outside the tree: cached results, receipts, logs.

All of it lies in `<git common dir>/agentgate`, shared by the linked worktrees, written atomically (temporary file, then
rename), bounded by `prune`. Code of the change must not write there: `Store.protected` names the directories that
`process.run(protect=...)` closes to it. In CI nothing stored is trusted (a job that ran a change's code could have
written it), and nowhere a store that another user could have written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

#: Bounds of what is kept, per kind: entries, and days since last use.
MOST_ENTRIES = 400
MOST_DIRECTORIES = 12
MOST_DAYS = 30

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def digest(*parts: str) -> str:
    """Hex digest of the parts and their boundaries: a cache key."""
    joined = "\0".join(f"{len(p)}:{p}" for p in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogateescape")).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Cache:
    """Results of programs, by kind and content-derived key. `root` empty: nothing is read and nothing is kept."""

    root: str
    protected: tuple[str, ...] = ()

    def get(self, kind: str, key: str) -> Json:
        """The value put under this key, or None; an unreadable entry is no entry."""
        if not self.root:
            return None
        path = self._path("results", kind, f"{key}.json")
        try:
            value: Json = json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return value

    def put(self, kind: str, key: str, value: Json) -> None:
        """Keep a JSON value. A disk that is full or read-only costs time later, never the verdict."""
        if not self.root:
            return
        with contextlib.suppress(OSError):
            write(self._path("results", kind, f"{key}.json"), json.dumps(value).encode())
            prune(self._path("results", kind), MOST_ENTRIES)

    def directory(self, kind: str, key: str) -> str:
        """The path of a finished directory that was adopted under this key, or "" where there is none. Read only."""
        path = self._path("directories", kind, key)
        if not self.root or not path.is_dir():
            return ""
        with contextlib.suppress(OSError):
            os.utime(path)
        return str(path)

    def adopt(self, kind: str, key: str, finished: str) -> None:
        """Take over the directory `finished` (moved, or copied across file systems); the first one adopted stays."""
        path = self._path("directories", kind, key)
        if not self.root or path.exists():
            return
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            staging = tempfile.mkdtemp(dir=path.parent, prefix=".incoming-")
            shutil.move(finished, os.path.join(staging, "d"))
            with contextlib.suppress(OSError):
                os.rename(os.path.join(staging, "d"), path)
            shutil.rmtree(staging, ignore_errors=True)
            os.utime(path)
            prune(path.parent, MOST_DIRECTORIES)

    def _path(self, *parts: str) -> Path:
        return Path(self.root, *parts)


def write(path: Path, content: bytes) -> None:
    """Replace a file at once: readers see the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def prune(directory: Path, most: int) -> None:
    """Keep the `most` entries used last, and none that nobody used for MOST_DAYS."""
    entries = []
    for entry in os.scandir(directory):
        with contextlib.suppress(OSError):
            entries.append((entry.stat(follow_symlinks=False).st_mtime, entry.path))
    entries.sort(reverse=True)
    oldest = time.time() - MOST_DAYS * 86_400
    for position, (used, path) in enumerate(entries):
        if position >= most or used < oldest:
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(path)


@dataclass(frozen=True, slots=True)
class Store:
    """Where one repository's state lies; `root` empty for a store that keeps nothing."""

    root: str
    protected: tuple[str, ...] = ()

    @classmethod
    def of(cls, common_dir: str, repository_root: str) -> Store:
        """The repository's store; one that keeps nothing where another user could have written it.

        Nothing is created before the first write. Protected are the repository and AgentGate's own installation.
        """
        protected = dict.fromkeys(os.path.realpath(path) for path in (repository_root, common_dir, sys.prefix))
        root = os.path.join(common_dir, "agentgate")
        return cls(root if _is_ours_alone(root) else "", tuple(protected))

    def cache(self, *, trusted: bool = True) -> Cache:
        """The cache of results; `trusted=False` (in CI, `--no-cache`) reads and keeps nothing."""
        return Cache(self.root if trusted else "", self.protected)

    def log(self, text: str) -> str:
        """Keep a log to attach to a bug report; its path, or "" where it could not be written."""
        name = time.strftime("%Y%m%dT%H%M%S") + f"-{os.getpid()}.log"
        try:
            folder = Path(self.root, "logs") if self.root else Path(tempfile.mkdtemp(prefix="agentgate-log-"))
            write(folder / name, text.encode("utf-8", "backslashreplace"))
            prune(folder, 20)
        except OSError:
            return ""
        return str(folder / name)


def _is_ours_alone(root: str) -> bool:
    """Whether a directory is absent, or a real one that belongs to us and that not everybody may write to."""
    try:
        found = os.lstat(root)
    except OSError:
        return True
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & stat.S_IWOTH
