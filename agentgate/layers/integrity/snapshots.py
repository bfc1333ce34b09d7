"""Snapshot files that a change rewrites."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentgate.change import Change, FileStatus

SNAPSHOTS = (".ambr", ".snap")
_DIRECTORY = re.compile(r"(^|/)(__snapshots__|__image_snapshots__)/")
_LEAST = 4  # changed lines; fewer are read at a glance


def is_snapshot(path: str) -> bool:
    """Whether a path is that of recorded answers: syrupy's, Jest's, insta's."""
    return path.endswith(SNAPSHOTS) or _DIRECTORY.search(path) is not None


def rewritten(change: Change) -> Iterator[tuple[str, int, int]]:
    """(path, lines of base that are replaced, lines of base) of each snapshot of which half or more is."""
    for file in change.files:
        if file.status in (FileStatus.ADDED, FileStatus.DELETED) or not is_snapshot(file.path) or not file.base_blob:
            continue
        total = (change.base.read_text(file.base_path) or "").count("\n")
        count = sum(hunk.base_count for hunk in file.hunks)
        if count >= _LEAST and count * 2 >= total:
            yield file.path, count, total
