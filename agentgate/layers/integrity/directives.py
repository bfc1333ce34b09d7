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
    is_anywhere: bool = False  # in a comment, not only after a `#`


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
_TESTS_OF_BANDIT = r"(?:[:\s]\s*(?P<codes>(?:B\d+|[a-z]+(?:_[a-z]+)+)(?:(?:\s*,\s*|\s+)B\d+)*))?"
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
    Directive("mypy", "types", rf"mypy:\s*(?![^#\n]*ignore[-_]errors)(?P<codes>{_LOOSER}[^#\n]*)", Reach.FILE),
    Directive("noqa", "lint", "(?i:noqa" + _AFTER_COLON + ")"),
    Directive("ruff: noqa", "lint", "(?i:ruff:\\s*noqa" + _AFTER_COLON + ")", Reach.FILE),
    Directive("flake8: noqa", "lint", "(?i:flake8[:=]\\s*noqa" + _AFTER_COLON + ")", Reach.FILE),
    Directive("ruff: file-ignore", "lint", r"ruff:\s*file-ignore" + _IN_BRACKETS, Reach.FILE),
    Directive("ruff: ignore", "lint", r"ruff:\s*ignore" + _IN_BRACKETS),
    Directive("ruff: disable", "lint", r"ruff:\s*disable" + _IN_BRACKETS, Reach.BLOCK, ends=r"#\s*ruff:\s*enable"),
    Directive("pylint: skip-file", "lint", r"pylint:\s*skip-file", Reach.FILE, is_anywhere=True),
    Directive(
        "pylint: disable", "lint",
        r"pylint:\s*disable(?:-next|-line)?\s*=\s*(?P<codes>[\w-]+(?:\s*,\s*[\w-]+)*)", Reach.BLOCK,
        ends=r"\bpylint:\s*enable", is_anywhere=True,
    ),
    Directive("nosec", "security", r"(?i:nosec)(?![\w-])" + _TESTS_OF_BANDIT),
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


def _numbered(number: int, directive: Directive) -> str:
    """The directive as a group `d<number>`, with its codes as `c<number>`."""
    return f"(?P<d{number}>{directive.pattern.replace('?P<codes>', f'?P<c{number}>')})"


_GROUPS = [(directive, _numbered(number, directive)) for number, directive in enumerate(DIRECTIVES)]
#: The `#` comes first, so that a search is fast. One between quotation marks of any kind is quoted and gives nothing.
_ANY = re.compile(r"#(?<![\w\"'`]#)\s*(?:" + "|".join(group for _, group in _GROUPS) + ")")
_WITHIN = re.compile(r"(?<=[\w\],;])\s+(?:" + "|".join(group for d, group in _GROUPS if d.is_anywhere) + ")")
_ENDS = {d.kind: re.compile(d.ends) for d in DIRECTIVES if d.ends}
#: Alone on a line these say nothing about any other; at the head of a file some speak of all of it.
_NOTHING_ALONE = frozenset({"type: ignore", "pyright: ignore", "noqa", "nosec"})
_ALL_AT_THE_HEAD = frozenset({"type: ignore", "ty: ignore"})
_END = re.compile("|".join(d.ends for d in DIRECTIVES if d.ends))
_ALONE_AT_THE_HEAD = re.compile(r"^\s*#\s*ty(?:pe)?:\s*ignore", re.MULTILINE)


def differs(base: str, head: str) -> bool:
    """Whether the directives of two sides of a file may differ. It spares the tokenizer most files that are edited.

    Not where each line with a directive, an end of one or an end of a string stands on both sides, in one order.
    """
    if not _may_have(base) and not _may_have(head):
        return False
    return _ALONE_AT_THE_HEAD.search(head) is not None or _telling(base) != _telling(head)


def _may_have(source: str) -> bool:
    return "pylint" in source or _ANY.search(source) is not None


def _telling(source: str) -> list[str]:
    """The lines from which follows what each directive says, and that it stands in no string."""
    return [
        line
        for line in source.split("\n")
        if ("#" in line and (_ANY.search(line) or "pylint" in line or _END.search(line)))
        or '"""' in line
        or "'''" in line
        or line.endswith(("\\", "\\\r"))
    ]


def mentioned(text: str) -> Iterator[tuple[Directive, re.Match[str], str]]:
    """Each directive in a text, where it stands, and what it is limited to ("" for nothing). Linear."""
    marks = [*_ANY.finditer(text), *(_WITHIN.finditer(text) if "pylint" in text else ())]
    for mark in marks:
        number = int((mark.lastgroup or "")[1:])
        directive = DIRECTIVES[number]
        yield directive, mark, (mark[f"c{number}"] or "") if "?P<codes>" in directive.pattern else ""


def silences(source: str) -> list[Silence]:
    """Every directive in the comments of a source, in order. Linear: a source without one is not tokenized."""
    if not _may_have(source):
        return []
    spoken = comments(source)
    ends = [comment for comment in spoken if _END.search(comment.text)]
    last_end = {kind: max((c.line for c in ends if end.search(c.text)), default=0) for kind, end in _ENDS.items()}
    alone = {c.line: c.text for c in spoken if c.is_alone}
    found = []
    for comment in spoken:
        marks = list(mentioned(comment.text))
        reason = bool(marks) and _has_reason(comment, [mark for _, mark, _ in marks], alone)
        found += [one for d, mark, codes in marks if (one := _silence(comment, d, mark, codes, last_end, reason))]
    return found


def _silence(
    comment: Comment, directive: Directive, mark: re.Match[str], limited: str, last_end: dict[str, int], reason: bool
) -> Silence | None:
    is_file = directive.reach is Reach.FILE
    kind = directive.kind
    if comment.is_alone and kind in _ALL_AT_THE_HEAD and comment.is_first:
        is_file = True
    elif comment.is_alone and kind in _NOTHING_ALONE:
        return None
    elif directive.reach is Reach.BLOCK and comment.is_alone:
        is_file = comment.column == 0 and last_end[kind] < comment.line
    codes = tuple(_codes(limited, kind))
    return Silence(
        kind, directive.family, mark[0].strip(), () if "all" in codes else codes, is_file, directive.is_plain, reason,
        comment.line, comment.column, comment.is_alone,
    )  # fmt: skip


def _codes(text: str, kind: str) -> Iterator[str]:
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
