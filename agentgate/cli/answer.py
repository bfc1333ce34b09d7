"""Gives the answer: prints the chosen report, writes the others. Presentation is last and powerless. No typer here."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from agentgate.errors import CannotJudge, ConfigError
from agentgate.reports import escaping, render
from agentgate.verdict import ChangeIdentity, LayerResult, Verdict

if TYPE_CHECKING:
    from agentgate.gate import Audience


class Nobody:
    """The audience where nobody watches."""

    def begins(self, identity: ChangeIdentity, layers: Sequence[str]) -> None:
        """Nothing to show."""

    def doing(self, layer: str, what: str) -> None:
        """Nothing to show."""

    def answered(self, result: LayerResult) -> None:
        """Nothing to show."""


@contextlib.contextmanager
def watching(name: str) -> Iterator[Audience]:
    """Live progress on a terminal's standard error, nobody elsewhere."""
    if name != "terminal" or not sys.stderr.isatty():
        yield Nobody()
        return
    terminal = importlib.import_module("agentgate.reports.terminal")
    with terminal.Progress() as progress:
        yield progress


def give(verdict: Verdict, name: str, files: Sequence[tuple[str, str]], environ: Mapping[str, str]) -> None:
    """Print the report `name`; write `files` (format, path) and GitHub's job summary where there is one.

    Raises `ConfigError` for a file that cannot be written, once everything else is said.
    """
    say(render(name, verdict))
    if environ.get("GITHUB_ACTIONS") == "true" and name in ("plain", "terminal"):
        say(render("github", verdict))
    summary = environ.get("GITHUB_STEP_SUMMARY", "")
    if summary:
        try:
            _write(summary, render("markdown", verdict) + "\n", "a")
        except ConfigError as error:  # the runner's file, not what was asked for
            say(f"agentgate: no job summary: {error.message}", sys.stderr)
    for format_, path in files:
        _write(path, render(format_, verdict), "w")


def nothing(message: str, name: str) -> None:
    """There was nothing to judge: exit 0, no verdict."""
    if name == "json":
        say(json.dumps({"schema_version": 1, "verdict": None, "nothing_to_judge": message, "exit_code": 0}))
    else:
        say(message)


def failure(error: CannotJudge, name: str) -> None:
    """Nothing could be said: the error on standard error, and as an object where a program reads."""
    if name == "json":
        problem = {"message": error.message, "remedy": error.remedy}
        say(json.dumps({"schema_version": 1, "verdict": None, "error": problem, "exit_code": error.exit_code}))
        return
    say(f"agentgate: {escaping.line(error.message)}", sys.stderr)
    if error.remedy:
        say(f"  fix: {escaping.line(error.remedy)}", sys.stderr)


def say(text: str, stream: TextIO | None = None) -> None:
    """One text and a newline; what the terminal cannot show is escaped; a reader that went away is no error."""
    out = stream or sys.stdout
    encoding = out.encoding or "utf-8"
    shown = (text if text.endswith("\n") else text + "\n").encode(encoding, "backslashreplace").decode(encoding)
    with contextlib.suppress(BrokenPipeError):
        out.write(shown)
        out.flush()


def _write(path: str, text: str, mode: str) -> None:
    try:
        with open(path, mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}", "name a file in a writable folder") from error
