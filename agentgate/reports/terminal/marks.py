"""The colours and marks of a terminal's report."""

from __future__ import annotations

from agentgate.verdict import Severity, State

STATES = {
    State.PASSED: ("green", "yes"),
    State.REFUSED: ("red", "no"),
    State.NEEDS_HUMAN: ("magenta", "ask"),
    State.ERRORED: ("yellow", "ask"),
    State.NOT_RUN: ("yellow", "none"),
    State.NOT_APPLICABLE: ("dim", "none"),
}
SEVERITIES = {Severity.ERROR: ("red", "no"), Severity.WARNING: ("yellow", "warn"), Severity.NOTE: ("dim", "note")}
DIFF = {"+": "green", "-": "red", "@": "cyan"}
BANNERS = {
    "admitted": "green",
    "refused": "red",
    "could not judge": "yellow",
    "needs a human": "magenta",
    "no room": "blue",
}
# The mark that a terminal can show: in UTF-8, elsewhere.
_MARKS = {
    "yes": "✓+",
    "no": "✗x",
    "ask": "??",
    "none": "--",
    "warn": "!!",
    "note": "·-",
    "rule": "─-",
    "bar": "│|",
    "edge": "┃|",
}
UNICODE = {name: pair[0] for name, pair in _MARKS.items()}
ASCII = {name: pair[1] for name, pair in _MARKS.items()}


def shows_unicode(encoding: str | None) -> bool:
    """Whether a terminal of this encoding shows more than ASCII."""
    return (encoding or "").lower().startswith("utf")
