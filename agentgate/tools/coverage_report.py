"""Reads the coverage reports that a runner leaves, LCOV or Cobertura XML: what does not add up is a `ToolError`."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from agentgate.errors import ToolError
from agentgate.tools.coverage_formats import Told, told_by

LIMIT = 64 << 20  # bytes of all reports of one run
MOST_PLACES = 1_000_000  # places where files of one report are sought: each file in each source
#: (path relative to the repository's root, its lines), in order.
Lines = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What all reports of one run tell."""

    ran: Lines  # a line ran if any record of any report says so
    known: Lines  # lines that can run; a file that the reports name and that has none is here, too


def read(files: Sequence[str], root: str, package: str) -> Coverage:
    """What the reports `files` of a package tell of files in the checkout at `root`; the rest is left out.

    Raises `ToolError` for reports that cannot be read, and for ones that tell of no line in the tree.
    """
    lines: dict[str, dict[int, bool]] = {}
    left, is_told = LIMIT, False
    for file in files:
        content = _content(file, left)
        left -= len(content)
        told = _told(file, content)
        is_told |= any(told.files.values())
        where = _Where(root, package, told.sources)
        for name, counted in told.files.items():
            if path := where.path_of(name):
                known = lines.setdefault(path, {})
                known.update((line, ran or known.get(line, False)) for line, ran in counted.items())
    if not any(lines.values()):
        what = "no line of a file in the tree" if is_told else "no line at all"
        raise ToolError(
            f"the coverage report tells of {what}",
            "let the coverage tool measure the package's sources, and name them relative to the package",
        )
    ran = {path: sorted(line for line, has_run in told.items() if has_run) for path, told in lines.items()}
    return Coverage(
        tuple((path, tuple(ran[path])) for path in sorted(ran) if ran[path]),
        tuple((path, tuple(sorted(lines[path]))) for path in sorted(lines)),
    )


def _told(file: str, content: bytes) -> Told:
    try:
        told = told_by(content)
        if len(told.files) * (len(set(told.sources)) + 1) > MOST_PLACES:
            raise ValueError(f"names {len(told.files)} files in {len(told.sources)} sources")  # noqa: TRY301
    except ValueError as error:
        raise ToolError(
            f"the coverage report {os.path.basename(file)} {error}",
            "make the runner write a whole LCOV or Cobertura report",
        ) from error
    return told


def _content(file: str, limit: int) -> bytes:
    """The bytes of a plain file: a pipe would be waited for without end."""
    try:
        with open(file, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as stream:
            content = stream.read(limit + 1) if stat.S_ISREG(os.fstat(stream.fileno()).st_mode) else None
    except OSError as error:
        raise ToolError(
            f"the coverage report {os.path.basename(file)} cannot be read: {error.strerror}",
            "mend [tests] coverage in gate.toml",
        ) from error
    if content is None:
        raise ToolError(
            f"the coverage report {os.path.basename(file)} is no plain file", "mend [tests] coverage in gate.toml"
        )
    if len(content) > limit:
        raise ToolError(f"the coverage reports are over {LIMIT >> 20} MiB", "let the runner write smaller ones")
    return content


class _Where:
    """Finds the files that one report names, following links: both sides may be reached by one."""

    def __init__(self, root: str, package: str, sources: Sequence[str]) -> None:
        self._root = os.path.realpath(root)
        self._package = os.path.join(self._root, package)
        self._sources = [os.path.join(self._package, source) for source in dict.fromkeys(sources)]

    def path_of(self, name: str) -> str:
        """The path relative to the repository's root; "" for what is not in the tree, or in several sources."""
        found = {path for source in self._sources if (path := self._inside(os.path.join(source, name)))}
        if len(found) > 1:
            return ""
        return found.pop() if found else self._inside(os.path.join(self._package, name))

    def _inside(self, path: str) -> str:
        """The path within the checkout of a file that is there."""
        real = os.path.realpath(path)
        inside = real.startswith(self._root + os.sep) and os.path.isfile(real)
        return os.path.relpath(real, self._root) if inside else ""
