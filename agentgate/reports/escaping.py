r"""Makes hostile text safe to show: what a change names, writes and prints must not steer a terminal, a log or a page.

Every character that moves the cursor, reorders or hides text, ends a line where none ends, or is no character at all
becomes its escape (`\x1b`, `\u202e`). Each format escapes for its own markup on top.
"""

from __future__ import annotations

import json
import os
import re

# C0 but tab and newline, DEL, C1; soft hyphen; grapheme joiner; Arabic letter mark; fillers; zero-width and directional
# marks; line and paragraph separators; embeddings, overrides, isolates; invisible operators; BOM; surrogates;
# interlinear annotation; the non-characters that XML forbids; tags; variation selectors, which can carry hidden bytes.
_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Runners act on `::name::` at the start of a line (GitHub), on `##[` and `##vso[` anywhere (GitHub, Azure, TeamCity).
_COMMAND_LINE = re.compile(r"^([^\S\n]*)::", re.MULTILINE)
_COMMAND_MARK = re.compile(r"##(?=\w*\[)")
_SPACES = re.compile(r"\s+")

TAB = "    "


def block(text: str) -> str:
    """Text of many lines: newlines kept, tabs as four spaces, the rest made visible."""
    return inert(_HOSTILE.sub(_escape, text.replace("\r\n", "\n")).replace("\t", TAB))


def inert(text: str) -> str:
    """Text in which no line starts a command of a CI runner that reads it in a log."""
    if "::" in text:
        text = _COMMAND_LINE.sub(r"\1\\::", text)
    return _COMMAND_MARK.sub(r"#\\#", text) if "##" in text else text


def line(text: str) -> str:
    """Text on one line: every run of white space is one space, the rest made visible."""
    return block(_SPACES.sub(" ", text).strip())


def path(text: str) -> str:
    r"""A path on one line, in which white space is told apart: a newline shows as `\n`, a tab as `\t`."""
    return block(text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t"))


def shortened(text: str, most: int) -> str:
    """`text` cut to `most` characters, with three dots where something is missing."""
    return text if len(text) <= most else text[: max(0, most - 3)] + "..."


def encodable(text: str) -> str:
    """Text that can be written as UTF-8: only what stands for undecodable bytes is made visible."""
    return _SURROGATE.sub(_escape, text)


def octets(text: str) -> bytes:
    """The bytes that a path stands for on disk."""
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:  # a lone surrogate that no file name decodes to
        return encodable(text).encode()


def as_json(value: object) -> str:
    r"""Strict JSON in plain ASCII. In a CI log it starts no command: `##` is written as `#\u0023`."""
    text = json.dumps(_encodable(value), indent=2, ensure_ascii=True, allow_nan=False)
    return text.replace("##", "#\\u0023")


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(str(key)): _encodable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(item) for item in value]
    return value


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # os.fsdecode's stand-in for one undecodable byte
        return f"\\x{code - 0xDC00:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
