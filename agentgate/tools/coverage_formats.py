"""Reads LCOV and Cobertura XML into lines by file, as the report names it. Whatever does not add up is a ValueError.

LCOV: man page of geninfo(1), "TRACEFILE FORMAT". Cobertura: the DTD coverage-04 of the Cobertura project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

#: No source has more lines, and no counter of 64 bits more digits.
MOST_LINES = 10_000_000
MOST_DIGITS = 20
_TAG = re.compile(r"[A-Z]+")


@dataclass(slots=True)
class Told:
    """What one report tells: file -> line -> whether any record of the line says that it ran."""

    files: dict[str, dict[int, bool]] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)  # directories that the files may be relative to

    def add(self, file: str, line: str, hits: str) -> None:
        """One record. A line 0 is code that stands on no line, and says nothing."""
        number, ran = _number(line, "line"), _number(hits, "count") > 0
        if number > MOST_LINES:
            raise ValueError(f"tells of line {number}")
        if number:
            lines = self.files[file]
            lines[number] = ran or lines.get(number, False)


def told_by(content: bytes) -> Told:
    """What a report tells, in the format that its first characters show."""
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ValueError("is empty")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _Cobertura().read(content)
    return _lcov(content.decode("utf-8", "surrogateescape").removeprefix("\ufeff"))


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(f"tells {text[:40]!r} for a {what}")
    return int(text)


def _lcov(text: str) -> Told:
    """Records from `SF` to `end_of_record`; `DA` is a line, `BRDA` a branch of one, the rest is about functions."""
    told, file = Told(), ""
    for number, line in enumerate(text.split("\n"), 1):
        tag, colon, rest = line.strip().partition(":")
        if tag == "end_of_record":
            file = ""
        elif tag == "SF":
            if file or not rest or "\0" in rest:
                raise ValueError(f"begins a file in line {number} before another has ended, or without its name")
            file = rest
            told.files.setdefault(file, {})
        elif tag in ("DA", "BRDA"):
            if not file:
                raise ValueError(f"counts in line {number} for no file")
            told.add(file, *_counted(tag, rest))
        elif tag and not tag.startswith("#") and not (colon and _TAG.fullmatch(tag)):
            raise ValueError(f"is neither LCOV nor Cobertura XML in line {number}")
    if file:
        raise ValueError(f"ends before the record of {file[:200]} does")
    return told


def _counted(tag: str, rest: str) -> tuple[str, str]:
    """The line and the count of `DA:line,count[,checksum]` or `BRDA:line,block,branch,taken`; `-`: never reached."""
    line, _, after = rest.partition(",")
    if tag == "DA":
        return line, after.partition(",")[0]
    taken = after.rpartition(",")[2]
    return line, "0" if taken == "-" else taken


class _Cobertura:
    """A parser that fetches nothing, and knows no entity but XML's own.

    The document type that Cobertura writes names a DTD elsewhere, which is let be; one that declares anything itself is
    refused, because entities expand without bound. A line's conditions tell no more than its hits.
    """

    def __init__(self) -> None:
        self._told = Told()
        self._file = ""
        self._source: list[str] | None = None
        self._is_begun = False

    def read(self, content: bytes) -> Told:
        """What the whole document tells."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError) as error:  # a LookupError is for an unknown encoding
            raise ValueError(f"is no whole XML: {error}") from error
        return self._told

    def _doctype(self, name: str, system: str | None, public: str | None, declares: bool) -> None:
        del name, system, public
        if declares:
            raise ValueError("declares entities")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_begun and name != "coverage":
            raise ValueError(f"is XML of another kind: its root is {name[:40]}")
        self._is_begun = True
        if name == "source":
            self._source = []
        elif name == "class":
            self._file = attributes.get("filename", "")
            if not self._file:
                raise ValueError("holds a class without a filename")
            self._told.files.setdefault(self._file, {})
        elif name == "line" and self._file:
            self._told.add(self._file, attributes.get("number", ""), attributes.get("hits", ""))

    def _end(self, name: str) -> None:
        if name == "class":
            self._file = ""
        elif name == "source" and self._source is not None:
            self._told.sources.append("".join(self._source).strip())
            self._source = None

    def _text(self, text: str) -> None:
        if self._source is not None:
            self._source.append(text)
