"""The files and hunks that differ between two trees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentgate.change.git import Repository
from agentgate.change.tree import Tree
from agentgate.change.values import FileChange, FileStatus, Hunk
from agentgate.errors import GitError

#: Renames and copies; no attribute or configuration of the change may hide a line (--text, no external diff).
OPTIONS = ("-r", "-M", "-C", "-l1000", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none")

_REPORT = "git --version  # and report it to AgentGate"
_STATUS = {
    "A": FileStatus.ADDED,
    "M": FileStatus.MODIFIED,
    "T": FileStatus.MODIFIED,
    "D": FileStatus.DELETED,
    "R": FileStatus.RENAMED,
    "C": FileStatus.COPIED,
}
_MARK = re.compile(rb"^(?:diff --git |@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@)", re.MULTILINE)


def compare(repository: Repository, base: Tree, head: Tree) -> tuple[FileChange, ...]:
    """Every file that differs, in path order, with its hunks. Two calls of git, linear in what they print."""
    if base.id == head.id:
        return ()
    records = repository.git("diff-tree", "-z", "--raw", "--no-abbrev", *OPTIONS, base.id, head.id).out
    patch = repository.git(
        "diff-tree", "-p", "-U0", "--text", "--src-prefix=a/", "--dst-prefix=b/", "--diff-algorithm=myers",
        "--inter-hunk-context=0", "--submodule=short", *OPTIONS, base.id, head.id,
    ).stdout  # fmt: skip
    hunks = iter(_hunks(patch))
    files = [_file(fields, hunks) for fields in _raw(records)]
    if next(hunks, None) is not None:
        raise GitError("git's list of changed files and its patch disagree", _REPORT)
    return tuple(sorted(files, key=lambda file: file.path))


def _raw(records: str) -> list[list[str]]:
    """[base mode, head mode, base id, head id, letter, path, second path or ""] per file, in git's order."""
    fields = records.split("\0")
    found = []
    position = 0
    while position < len(fields) and fields[position].startswith(":"):
        meta = fields[position][1:].split(" ")
        letter = meta[4][0]
        paths = 2 if letter in "RC" else 1
        found.append([*meta[:4], letter, fields[position + 1], fields[position + 2] if paths == 2 else ""])
        position += 1 + paths
    return found


def _hunks(patch: bytes) -> list[tuple[bool, tuple[Hunk, ...]]]:
    """(binary, hunks) of each "diff --git" section, in order. A file that changed its type has two sections."""
    sections: list[tuple[int, list[Hunk]]] = []
    for mark in _MARK.finditer(patch):
        if mark[1] is None:
            sections.append((mark.start(), []))
        else:
            counts = [1 if group is None else int(group) for group in mark.groups()]
            sections[-1][1].append(Hunk(*counts))
    ends = [start for start, _ in sections[1:]] + [len(patch)]
    return [(b"\0" in patch[start:end], tuple(hunks)) for (start, hunks), end in zip(sections, ends, strict=True)]


def _file(fields: list[str], sections: Iterator[tuple[bool, tuple[Hunk, ...]]]) -> FileChange:
    base_mode, head_mode, base_blob, head_blob, letter, first, second = fields
    binary, hunks = _next(sections)
    if letter == "T":  # git shows a change of type as a deletion and an addition
        more_binary, more = _next(sections)
        binary, hunks = binary or more_binary, hunks + more
    return FileChange(
        path=second or first,
        base_path="" if letter == "A" else first,
        status=_STATUS[letter],
        base_mode=_present(base_mode),
        head_mode=_present(head_mode),
        base_blob=base_blob if _present(base_mode) else "",
        head_blob=head_blob if _present(head_mode) else "",
        binary=binary,
        hunks=() if binary else hunks,
    )


def _next(sections: Iterator[tuple[bool, tuple[Hunk, ...]]]) -> tuple[bool, tuple[Hunk, ...]]:
    section = next(sections, None)
    if section is None:
        raise GitError("git's patch shows fewer files than its list of changed files", _REPORT)
    return section


def _present(mode: str) -> str:
    return "" if mode == "000000" else mode
