"""What a change brings: head's complaints less base's, compared as multisets and never by line number.

An old complaint stays old when it moves within its file, with its file, with its code to another file, or when its
line is edited within the same function or class. N old ones excuse at most N.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from agentgate.change import Change, Tree
from agentgate.tools.ports import Diagnostic
from agentgate.tools.python_source import symbol_at


class Texts:
    """Lines and symbols of one tree's files, read once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._sources: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}

    def source(self, path: str) -> str:
        """The whole text of a file, "" where there is none."""
        if path not in self._sources:
            self._sources[path] = self._tree.read_text(path) or ""
        return self._sources[path]

    def line(self, path: str, number: int) -> str:
        """The text of a line (1-based) without white space around it, "" outside the file."""
        if path not in self._lines:
            self._lines[path] = self.source(path).split("\n")
        lines = self._lines[path]
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def as_written(self, path: str, number: int) -> str:
        """The text of a line as it stands, for a code frame whose marks count columns."""
        lines = self.source(path).split("\n")
        return lines[number - 1].rstrip() if 0 < number <= len(lines) else ""

    def symbol(self, path: str, number: int) -> str:
        """The function or class that holds a line of a Python file."""
        return symbol_at(self.source(path), number) if path.endswith((".py", ".pyi")) else ""


def net_new(base: Sequence[Diagnostic], head: Sequence[Diagnostic], change: Change) -> tuple[Diagnostic, ...]:
    """Those of `head` that the change brings, in path and line order."""
    old, new = Texts(change.base), Texts(change.head)
    renames = change.renames
    hunks = _Hunks(change)

    def place(diagnostic: Diagnostic) -> str:
        return renames.get(diagnostic.path, diagnostic.path)

    left_base, left_head = _cancel(
        base, head,
        lambda d: (place(d), d.code, _general(d.message), old.line(d.path, d.line)),
        lambda d: (d.path, d.code, _general(d.message), new.line(d.path, d.line)),
    )  # fmt: skip
    left_base, left_head = _cancel(
        left_base, left_head,
        lambda d: (place(d), d.code, old.symbol(d.path, d.line) or hunks.of_base(place(d), d.line)),
        lambda d: (d.path, d.code, new.symbol(d.path, d.line) or hunks.of_head(d.path, d.line)),
    )  # fmt: skip
    _, left_head = _cancel(
        left_base, left_head,
        lambda d: (d.code, _general(d.message), old.line(d.path, d.line)),
        lambda d: (d.code, _general(d.message), new.line(d.path, d.line)) if new.line(d.path, d.line) else None,
    )  # fmt: skip
    return tuple(sorted(left_head, key=lambda d: (d.path, d.line, d.column, d.code)))


class _Hunks:
    """Which hunk of a file holds a line: at module level, only a line edited in place counts as the same one."""

    def __init__(self, change: Change) -> None:
        self._files = {file.path: file.hunks for file in change.files}

    def of_base(self, path: str, line: int) -> Hashable:
        for number, hunk in enumerate(self._files.get(path, ())):
            if hunk.base_start <= line < hunk.base_start + hunk.base_count:
                return number
        return None

    def of_head(self, path: str, line: int) -> Hashable:
        for number, hunk in enumerate(self._files.get(path, ())):
            if hunk.head_start <= line < hunk.head_start + hunk.head_count:
                return number
        return None


def _cancel(
    base: Sequence[Diagnostic],
    head: Sequence[Diagnostic],
    base_key: Callable[[Diagnostic], Hashable],
    head_key: Callable[[Diagnostic], Hashable],
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What is left on each side after equal keys have cancelled one for one. A key of None never does."""
    available: Counter[Hashable] = Counter()
    by_key: defaultdict[Hashable, list[Diagnostic]] = defaultdict(list)
    for diagnostic in base:
        key = base_key(diagnostic)
        available[key] += 1
        by_key[key].append(diagnostic)
    left_head = []
    for diagnostic in head:
        key = head_key(diagnostic)
        never = key is None or (isinstance(key, tuple) and key[-1] is None)
        if never or not available[key]:
            left_head.append(diagnostic)
            continue
        available[key] -= 1
        by_key[key].pop()
    return [d for rest in by_key.values() for d in rest], left_head


def _general(message: str) -> str:
    """A message without its numbers ("line 12", "13 > 12"): they change when the code around does."""
    return re.sub(r"\d+", "N", message)
