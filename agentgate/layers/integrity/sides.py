"""What the rules look at: the two sides of a change, read once, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agentgate.change import Change, FileChange, FileStatus
from agentgate.evidence import Evidence
from agentgate.layers import Case
from agentgate.project import Project
from agentgate.verdict import LayerResult

PYTHON = (".py", ".pyi")


@dataclass(frozen=True, slots=True)
class PythonFile:
    """A Python file that differs. Bytes that are no UTF-8 are read as U+FFFD, a byte order mark is left out."""

    path: str  # at head; of a deleted file, at base
    base_path: str  # where `base` stands, "" where there is none
    base: str  # "" where base has no such Python file
    head: str  # "" likewise
    is_test: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """A change as the rules see it."""

    change: Change
    project: Project
    evidence: Evidence  # what the tests layer witnessed, empty where it did not run
    python: tuple[PythonFile, ...]  # every Python file that differs in text, a renamed one as a pair


def sides(case: Case, earlier: Mapping[str, LayerResult]) -> Sides:
    """Read both sides, in one call of git."""
    tests = earlier.get("tests")
    return Sides(case.change, case.project, tests.evidence if tests else Evidence(), _python(case.change, case.project))


def _python(change: Change, project: Project) -> tuple[PythonFile, ...]:
    pairs = [(file, *_blobs(file)) for file in change.files]
    pairs = [(file, base, head) for file, base, head in pairs if base != head]
    texts = _texts(change, (blob for _, *blobs in pairs for blob in blobs if blob))
    return tuple(
        PythonFile(
            file.path, file.base_path if base else "", texts.get(base, ""), texts.get(head, ""),
            is_test=_is_test(file.path, project),
        )
        for file, base, head in pairs
    )  # fmt: skip


def _blobs(file: FileChange) -> tuple[str, str]:
    """The object ids of both sides where they are Python; what a copy was made of is still there, and no side of it."""
    if not file.is_regular:
        return "", ""
    base = file.base_blob if file.status is not FileStatus.COPIED and file.base_path.endswith(PYTHON) else ""
    return base, file.head_blob if file.path.endswith(PYTHON) else ""


def _texts(change: Change, blobs: Iterable[str]) -> dict[str, str]:
    contents = change.base.repository.blobs(list(blobs))
    return {blob: content.decode("utf-8-sig", "replace") for blob, content in contents.items()}


def _is_test(path: str, project: Project) -> bool:
    owner = project.owner(path)
    return owner is not None and owner.is_test(path)
