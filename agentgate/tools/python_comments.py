"""The comments of a Python source, by the tokenizer: what a string says is none."""

from __future__ import annotations

import functools
import io
import re
import tokenize
from dataclasses import dataclass

_COMMENT = re.compile(r"#.*")
_NOTHING = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, from its `#` to the end of the line."""

    text: str
    line: int  # 1-based
    column: int  # 0-based, in characters
    is_alone: bool  # nothing stands before it on its line
    is_first: bool  # no statement and no docstring stands before it in the file


@functools.lru_cache(maxsize=512)
def comments(source: str) -> tuple[Comment, ...]:
    """Every comment in order, once for each text.

    Past the place where this Python's tokenizer gives up (a newer syntax, a broken file) whatever follows a `#` counts.
    """
    found: list[Comment] = []
    last, is_first = 0, True
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            last = token.end[0]
            if token.type == tokenize.COMMENT:
                line, column = token.start
                found.append(Comment(token.string, line, column, not token.line[:column].strip(), is_first))
            elif token.type not in _NOTHING:
                is_first = False
    except (tokenize.TokenError, SyntaxError, ValueError):
        found += _guessed(source, max(last, found[-1].line if found else 0))
    return tuple(found)


def _guessed(source: str, after: int) -> list[Comment]:
    """What looks like a comment in the lines below line `after`."""
    lines = enumerate(source.split("\n")[after:], after + 1)
    matches = [(number, line, mark) for number, line in lines if (mark := _COMMENT.search(line))]
    return [
        Comment(mark[0].rstrip("\r"), number, mark.start(), not line[: mark.start()].strip(), is_first=False)
        for number, line, mark in matches
    ]
