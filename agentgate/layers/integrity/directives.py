"""The comments by which Python's checkers are told to be silent, each tool's as its own documentation has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agentgate.tools.python_comments import Comment, comments

REASON = 10  # characters of text beside a directive that count as a reason


class Reach(StrEnum):
    """How much code a directive speaks of."""

    LINE = "line"
    BLOCK = "block"  # from here on, until another directive ends it
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Directive:
    """A form of a directive."""

    kind: str
    family: str  # tools of one family say the same, so one may take another's place
    pattern: str  # after `#`; a group `codes` holds what it is limited to
    reach: Reach = Reach.LINE
    is_plain: bool = False  # there are no codes by which it could be limited
    ends: str = ""  # what ends a block


@dataclass(frozen=True, slots=True)
class Silence:
    """A directive in a source."""

    kind: str
    family: str
    shown: str  # as written, from the `#`
    codes: tuple[str, ...]  # none: bare
    is_file: bool
    is_plain: bool
    has_reason: bool
    line: int  # 1-based
    column: int  # 0-based, of the comment that holds it
    is_alone: bool  # nothing else stands on its line

    @property
    def is_bare(self) -> bool:
        """It could be limited to codes, and is not."""
        return not self.codes and not self.is_plain


_IN_BRACKETS = r"(?![\w-])(?:\s*\[(?P<codes>[^\]#\n]*)\])?"
_AFTER_COLON = r"(?![\w-])(?:\s*:\s*(?P<codes>[a-z]+\d+(?:(?:\s*,\s*|\s+)[a-z]+\d+)*))?"
_LOOSER = r"(?:disable[-_]error[-_]code|allow[-_]|no[-_]|\w[\w-]*\s*=\s*(?i:false))"

DIRECTIVES = (
    Directive("type: ignore", "types", r"type:\s*ignore" + _IN_BRACKETS),
    Directive("pyright: ignore", "types", r"pyright:\s*ignore" + _IN_BRACKETS),
    Directive("ty: ignore", "types", r"ty:\s*ignore" + _IN_BRACKETS),
    Directive("pyrefly: ignore", "types", r"pyrefly:\s*ignore" + _IN_BRACKETS),
    Directive("pyrefly: ignore-errors", "types", r"pyrefly:\s*ignore-(?:all-)?errors", Reach.FILE),
    Directive("pyre", "types", r"pyre-(?:ignore|fixme)" + _IN_BRACKETS),
    Directive("pyright: basic", "types", r"pyright:\s*(?:basic|standard|off)\b", Reach.FILE),
    Directive(
        "pyright: report", "types",
        r"pyright:\s*(?P<codes>report\w+)\s*=\s*(?:false|none|warning|information)", Reach.FILE,
    ),
    Directive("mypy: ignore-errors", "types", r"mypy:[^#\n]*?\bignore[-_]errors(?!\s*=\s*(?i:false))", Reach.FILE),
    Directive("mypy", "types", rf"mypy:\s*(?!ignore)(?P<codes>{_LOOSER}[^#\n]*)", Reach.FILE),
    Directive("noqa", "lint", "(?i:noqa" + _AFTER_COLON + ")"),
    Directive("ruff: noqa", "lint", "(?i:ruff:\\s*noqa" + _AFTER_COLON + ")", Reach.FILE),
    Directive("flake8: noqa", "lint", "(?i:flake8[:=]\\s*noqa" + _AFTER_COLON + ")", Reach.FILE),
    Directive("ruff: file-ignore", "lint", r"ruff:\s*file-ignore" + _IN_BRACKETS, Reach.FILE),
    Directive("ruff: ignore", "lint", r"ruff:\s*ignore" + _IN_BRACKETS),
    Directive("ruff: disable", "lint", r"ruff:\s*disable" + _IN_BRACKETS, Reach.BLOCK, ends=r"#\s*ruff:\s*enable"),
    Directive("pylint: skip-file", "lint", r"[^#\n]*?\bpylint:\s*skip-file", Reach.FILE),
    Directive(
        "pylint: disable", "lint",
        r"[^#\n]*?\bpylint:\s*disable(?:-next|-line)?\s*=\s*(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)", Reach.BLOCK,
        ends=r"\bpylint:\s*enable",
    ),
    Directive("nosec", "security", r"(?i:nosec)(?![\w-])(?:[:\s]\s*(?P<codes>(?:B\d+|[a-z]+(?:_[a-z]+)+)(?:(?:\s*,\s*|\s+)B\d+)*))?"),
    Directive("pragma: no cover", "coverage", r"(?i:pragma)[:\s]?\s*(?i:no\s*cover)\b", is_plain=True),
    Directive("pragma: no branch", "coverage", r"(?i:pragma)[:\s]?\s*(?i:no\s*branch)\b", is_plain=True),
    Directive("pragma: no mutate", "mutation", r"pragma:\s*no\s*mutate\b", is_plain=True),
    Directive("fmt: off", "format", r"fmt:\s*off\b", Reach.BLOCK, is_plain=True, ends=r"#\s*fmt:\s*on\b"),
    Directive("fmt: skip", "format", r"fmt:\s*skip\b", is_plain=True),
    Directive("yapf: disable", "format", r"yapf:\s*disable\b", Reach.BLOCK, is_plain=True, ends=r"#\s*yapf:\s*enable"),
    Directive("isort: skip_file", "format", r"isort:\s*skip_file\b", Reach.FILE, is_plain=True),
    Directive("isort: off", "format", r"isort:\s*off\b", Reach.BLOCK, is_plain=True, ends=r"#\s*isort:\s*on\b"),
    Directive("isort: skip", "format", r"isort:\s*skip\b", is_plain=True),
)  # fmt: skip
#: A comment that quotes a directive ("`# noqa` is not needed") gives none.
_COMPILED = tuple((d, re.compile(rf"(?<![\w\"'`])#\s*{d.pattern}")) for d in DIRECTIVES)
_ENDS = {d.kind: re.compile(d.ends) for d in DIRECTIVES if d.ends}
_ANY = re.compile("|".join(rf"#\s*{re.sub(r'[?]P<codes>', '?:', d.pattern)}" for d in DIRECTIVES))
#: Alone on a line these say nothing about any other; at the head of a file some speak of all of it.
_NOTHING_ALONE = frozenset({"type: ignore", "pyright: ignore", "noqa", "nosec"})
_ALL_AT_THE_HEAD = frozenset({"type: ignore", "ty: ignore"})


def silences(source: str) -> list[Silence]:
    """Every directive in the comments of a source, in order. Linear: a source without one is not tokenized."""
    if not _ANY.search(source):
        return []
    spoken = comments(source)
    last_end = {kind: max((c.line for c in spoken if end.search(c.text)), default=0) for kind, end in _ENDS.items()}
    alone = {c.line: c.text for c in spoken if c.is_alone}
    found = []
    for comment in spoken:
        marks = [(directive, mark) for directive, pattern in _COMPILED for mark in pattern.finditer(comment.text)]
        reason = bool(marks) and _has_reason(comment, [mark for _, mark in marks], alone)
        found += [silence for d, mark in marks if (silence := _silence(comment, d, mark, last_end, reason))]
    return found


def _silence(
    comment: Comment, directive: Directive, mark: re.Match[str], last_end: dict[str, int], reason: bool
) -> Silence | None:
    is_file = directive.reach is Reach.FILE
    kind = directive.kind
    if comment.is_alone and kind in _ALL_AT_THE_HEAD and comment.is_first:
        is_file = True
    elif comment.is_alone and kind in _NOTHING_ALONE:
        return None
    elif directive.reach is Reach.BLOCK and comment.is_alone:
        is_file = comment.column == 0 and last_end[kind] < comment.line
    codes = tuple(_codes(mark, kind))
    return Silence(
        kind, directive.family, mark[0].strip(), () if "all" in codes else codes, is_file, directive.is_plain, reason,
        comment.line, comment.column, comment.is_alone,
    )  # fmt: skip


def _codes(mark: re.Match[str], kind: str) -> Iterator[str]:
    text = mark.groupdict().get("codes") or ""
    if kind == "mypy":
        yield text.strip()
        return
    yield from (code.strip("\"' ") for code in re.split(r"[,\s]+", text) if code.strip("\"' "))


def _has_reason(comment: Comment, marks: Sequence[re.Match[str]], alone: dict[int, str]) -> bool:
    """Whether words stand beside the directives, or in a comment of its own on the line above."""
    rest, position = "", 0
    for mark in sorted(marks, key=lambda m: m.start()):
        rest += comment.text[position : mark.start()]
        position = max(position, mark.end())
    above = alone.get(comment.line - 1, "")
    said = [rest + comment.text[position:], "" if _ANY.search(above) else above]
    return any(len(text.strip(" \t#-:.,;()")) >= REASON or re.search(r"#\d+|https?://", text) for text in said)
