"""Git LFS without its program: pointers made and resolved here, so that no filter of a repository ever runs.

Pointer format: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md (version 1).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from agentgate.change.git import Repository
from agentgate.errors import GitError

#: The specification bounds a pointer; what is longer is content.
_LONGEST = 1024
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)


def tracked(
    repository: Repository, paths: Iterable[str], attributes: Iterable[bytes], env: Mapping[str, str] | None = None
) -> list[str]:
    """Those of `paths` that git would filter by LFS; `attributes`: the contents of the .gitattributes files.

    With `env` (a git directory and an index of our own) the index's attributes count, else the working tree's.
    """
    if not any(b"filter=lfs" in text for text in (*attributes, b"" if env else _own_attributes(repository))):
        return []
    listed = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    cached = ("--cached",) if env else ()
    fields = repository.git("check-attr", *cached, "-z", "--stdin", "filter", stdin=listed, env=env).out.split("\0")
    return [path for path, value in zip(fields[0::3], fields[2::3], strict=False) if value == "lfs"]


def _own_attributes(repository: Repository) -> bytes:
    try:
        return Path(repository.common_dir, "info", "attributes").read_bytes()
    except OSError:
        return b""


def pointer(path: str) -> bytes:
    """What git stores for the file at `path`; a pointer stays itself, emptiness too. Raises `OSError`."""
    size = os.stat(path).st_size
    with open(path, "rb") as file:
        if size <= _LONGEST:
            content = file.read()
            if not content or _POINTER.fullmatch(content):
                return content
            file.seek(0)
        oid = hashlib.file_digest(file, "sha256").hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n".encode()


def stored(repository: Repository, path: str, content: bytes) -> str:
    """Where the local store has what the pointer `content` of `path` stands for; "" where it is no pointer.

    Raises `GitError` where the store has it not, or something else in its place.
    """
    match = _POINTER.fullmatch(content) if len(content) <= _LONGEST else None
    if match is None:
        return ""
    oid = match[1].decode()
    file = os.path.join(_store(repository), "objects", oid[:2], oid[2:4], oid)
    try:
        if not stat.S_ISREG(os.lstat(file).st_mode):
            raise FileNotFoundError
        with open(file, "rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        raise GitError(
            f"{path!r}: its LFS object {oid[:12]} is not in the local store", "git lfs fetch --all"
        ) from None
    if found != oid:
        raise GitError(f"{path!r}: its LFS object {oid[:12]} is damaged in the local store", "git lfs fsck")
    return file


def _store(repository: Repository) -> str:
    configured = repository.git("config", "--get", "--type=path", "lfs.storage", check=False).out.strip()
    return os.path.join(repository.common_dir, configured or "lfs")
