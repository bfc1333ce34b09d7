"""For a person at a terminal: live progress, then a verdict that is a pleasure to read. rich lives here."""

from __future__ import annotations

import io
import re
import sys

from rich.console import Console

from agentgate.reports.terminal.marks import ASCII, UNICODE, shows_unicode
from agentgate.reports.terminal.page import MOST_FINDINGS, Page
from agentgate.reports.terminal.progress import Progress
from agentgate.verdict import Verdict

__all__ = ["MOST_FINDINGS", "Progress", "export_svg", "render"]

WIDEST, NARROWEST = 110, 24  # columns: wider lines tire the eye
_COMMAND = re.compile(r"^( *?) ?::", re.MULTILINE)  # a wrapped line must start no command of a CI runner
_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)


def render(verdict: Verdict) -> str:
    """The report as text; colours where standard output is a terminal (NO_COLOR, FORCE_COLOR), its width at most."""
    console = Console(
        file=io.StringIO(),
        force_terminal=sys.stdout.isatty() or None,
        width=Console().width,
        highlight=False,
        emoji=False,
    )
    with console.capture() as capture:
        _print(console, verdict, UNICODE if shows_unicode(sys.stdout.encoding) else ASCII)
    return _COMMAND.sub(r"\1\\::", _BLANKS.sub("", capture.get()))


def export_svg(verdict: Verdict, width: int = 100) -> str:
    """The report as an SVG picture, for README; the same verdict gives the same picture."""
    console = Console(
        record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor", no_color=False,
        width=width, highlight=False, emoji=False,
    )  # fmt: skip
    _print(console, verdict, UNICODE)
    return console.export_svg(title="agentgate check", unique_id="agentgate")


def _print(console: Console, verdict: Verdict, glyphs: dict[str, str]) -> None:
    page = Page(console, max(NARROWEST, min(console.width, WIDEST)), glyphs)
    for line in page.lines(verdict):
        console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
