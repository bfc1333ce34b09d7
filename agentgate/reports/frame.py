"""A finding's excerpt as numbered lines with marks under what is meant: one cut for every report that shows code."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from agentgate.reports import escaping
from agentgate.verdict import Finding, Location

LONGEST = 10_000  # characters of one source line that are looked at
DOTS = "..."


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One line, safe to show: its number ("" where unknown), its text, the marks to write under it ("" for none)."""

    number: str
    text: str
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines to show and how many more there are."""

    lines: tuple[FrameLine, ...]
    hidden: int = 0
    earlier: bool = False  # the hidden lines come before the shown ones

    @property
    def gutter(self) -> int:
        """Columns that the widest line number takes."""
        return max((len(line.number) for line in self.lines), default=0)


def frame(finding: Finding, *, width: int, most: int = 8) -> Frame:
    """The finding's excerpt in at most `width` columns and `most` lines, without the indent that all lines share.

    Lines of the file have their numbers, and the first ones are shown. Of what a program printed the last ones are
    shown, without numbers: the cause stands there.
    """
    place = finding.location or Location("")
    lines, printed = _lines(finding), is_printed(finding)
    hidden = max(0, len(lines) - most)
    lines = [text[:LONGEST] for text in (lines[hidden:] if printed else lines[:most])]
    if not any(text.strip() for text in lines):
        return Frame(())
    indent = min(len(text) - len(text.lstrip(" \t")) for text in lines if text.strip())
    numbered = place.line > 0 and not printed
    shown = [
        _line(
            text[indent:].rstrip(),
            place.line + offset if numbered else 0,
            _marked(place, text, indent) if numbered and not offset else (0, 0),
            width,
        )
        for offset, text in enumerate(lines)
    ]
    return Frame(tuple(shown), hidden, earlier=printed)


def is_printed(finding: Finding) -> bool:
    """Whether the excerpt is what a program printed (a traceback): it has more lines than the location."""
    place = finding.location or Location("")
    return len(_lines(finding)) > max(1, place.end_line - place.line + 1)


def cells(text: str) -> int:
    """Columns that a text without control characters takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):  # written over the character before
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(finding: Finding) -> list[str]:
    return finding.excerpt.replace("\r\n", "\n").rstrip("\n").split("\n")


def _marked(place: Location, text: str, indent: int) -> tuple[int, int]:
    """From and to which character (0-based, after the indent) the first line is meant; (0, 0) for no marks."""
    if not indent < place.column <= len(text):
        return 0, 0
    start = place.column - 1
    ends_here = place.end_line in (0, place.line)
    end = place.end_column - 1 if ends_here and place.end_column else (start + 1 if ends_here else len(text.rstrip()))
    return start - indent, max(start + 1, min(end, len(text))) - indent


def _line(text: str, number: int, marked: tuple[int, int], width: int) -> FrameLine:
    before, meant = escaping.block(text[: marked[0]]), escaping.block(text[marked[0] : marked[1]])
    shown, start, length = escaping.block(text), cells(before), cells(meant)
    if not marked[1]:
        return FrameLine(str(number or ""), _cropped(shown, 0, width))
    first = 0 if start + length <= width else max(0, start - width // 3)
    marks = " " * (start - first) + "^" * max(1, min(length, width - (start - first)))
    return FrameLine(str(number or ""), _cropped(shown, first, width), marks)


def _cropped(text: str, first: int, width: int) -> str:
    """The columns of `text` from `first` on that fit into `width`, with dots where something is missing."""
    if not first and cells(text) <= width:
        return text
    column, kept, used = 0, [], 0
    for character in text:
        size = cells(character)
        if column >= first and used + size <= width:
            kept.append(character)
            used += size
        elif column >= first:
            break
        column += size
    shown = "".join(kept)
    shown = DOTS + shown[len(DOTS) :] if first else shown
    return shown[: -len(DOTS)] + DOTS if cells(text) > first + used else shown
