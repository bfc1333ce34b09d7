"""How an answer is to look: by option, variable, agent or terminal; never what it says. No typer here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import IO

from agentgate.agents import detected
from agentgate.errors import ConfigError
from agentgate.reports import FORMATS


def chosen(option: str, environ: Mapping[str, str], stdout: IO[str]) -> str:
    """The format's name. Raises `ConfigError` for one that does not exist."""
    for source, name in (("--format", option), ("AGENTGATE_FORMAT", environ.get("AGENTGATE_FORMAT", ""))):
        if name:
            return _known(source, name)
    if detected(environ):
        return "agent"
    return "terminal" if stdout.isatty() and environ.get("TERM") != "dumb" else "plain"


def outputs(options: Sequence[str]) -> list[tuple[str, str]]:
    """`--output FORMAT=FILE` as pairs. Raises `ConfigError` for what cannot be written, before anything is judged."""
    pairs = []
    for option in options:
        name, separator, file = option.partition("=")
        if not separator or not file:
            raise ConfigError(f"--output {option}: must be FORMAT=FILE; formats: {', '.join(FORMATS)}")
        pairs.append((_known("--output", name), _checked(option, file)))
    return pairs


def _known(source: str, name: str) -> str:
    if name not in FORMATS:
        raise ConfigError(
            f"{source} {name}: no such format; allowed: {', '.join(FORMATS)}", "agentgate check --help  # names them"
        )
    return name


def _checked(option: str, file: str) -> str:
    """The file, unless it cannot be one, or a link in the work tree leads elsewhere: a change may hold that link."""
    folder = os.path.dirname(file) or "."
    if os.path.isdir(file) or not os.path.isdir(folder):
        problem = f"{file} is a folder" if os.path.isdir(file) else f"there is no folder {folder}"
        raise ConfigError(f"--output {option}: {problem}", "name a file in a folder that exists")
    inside = os.path.relpath(file)
    parts = inside.split(os.sep)
    links = [os.path.join(*parts[:depth]) for depth in range(1, len(parts) + 1)]
    if parts[0] != os.pardir and any(os.path.islink(link) for link in links):
        raise ConfigError(f"--output {option}: a symbolic link leads elsewhere", "name a file that is no link")
    return file
