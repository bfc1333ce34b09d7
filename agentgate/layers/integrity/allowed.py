"""`agentgate: allow <rule> because <reason>`, in a comment on the spot: a person decides, instead of a refusal."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from agentgate.layers.integrity.sides import PYTHON
from agentgate.tools.python_comments import comments
from agentgate.verdict import Finding

REASON = 10  # characters that a reason has at least
_ALLOW = re.compile(r"agentgate:\s*allow\s+(?P<rule>\S+)(?:\s+because\s+(?P<reason>.*?))?\s*(?:\*/|-->)?\s*$")
_COMMENT = re.compile(r"(?:#|//|/\*|<!--|;).*")  # in what is no Python


def allowed(finding: Finding, read: Callable[[str], str]) -> tuple[str, str]:
    """The reason that the change itself gives for a finding, and why what it gives does not count; "" for neither.

    On the spot is the finding's line, and comments alone on the lines directly above. `read` gives the text of a path.
    """
    place = finding.location
    if place is None:
        return "", ""
    said = _spoken(read(place.path), place.path, place.line)
    marks = [mark for text in said if (mark := _ALLOW.search(text))]
    for mark in marks:
        if mark["rule"] == finding.rule and len(mark["reason"] or "") >= REASON:
            return mark["reason"], ""
    return "", _why_not(marks[0], finding.rule) if marks else ""


def _why_not(mark: re.Match[str], rule: str) -> str:
    if mark["rule"] != rule:
        return f"the comment allows {mark['rule']}, and this is {rule}"
    return f"the comment needs a reason of {REASON} characters or more after `because`"


def _spoken(text: str, path: str, line: int) -> list[str]:
    """The comments on a line and on the lines of comments directly above it, the nearest first."""
    alone, at = _by_line(text, path)
    found = [at[line]] if line in at else []
    above = line - 1
    while above in alone:
        found.append(at[above])
        above -= 1
    return found


@functools.lru_cache(maxsize=64)
def _by_line(text: str, path: str) -> tuple[set[int], dict[int, str]]:
    """The lines that hold nothing but a comment, and every line's comment."""
    if path.endswith(PYTHON):
        all_comments = comments(text)
        return {c.line for c in all_comments if c.is_alone}, {c.line: c.text for c in all_comments}
    marks = {n: mark for n, line in enumerate(text.split("\n"), 1) if (mark := _COMMENT.search(line))}
    alone = {number for number, mark in marks.items() if not mark.string[: mark.start()].strip()}
    return alone, {number: mark[0] for number, mark in marks.items()}
