"""The command line: one typer application that the command files register with."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.exceptions import TyperException

from agentgate import __version__
from agentgate.errors import ConfigError
from agentgate.verdict import EXIT_USAGE

app = typer.Typer(
    name="agentgate",
    help="A merge gate for coding agents: judges a change and says no before a human has to.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentgate {__version__}")
        raise typer.Exit


@app.callback()
def agentgate(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A merge gate for coding agents: judges a change and says no before a human has to."""


def run(arguments: list[str]) -> int:
    """Run one command; its exit status. Raises `ConfigError` for wrong words, and what the command raises."""
    import agentgate.cli.commands  # noqa: F401, PLC0415 - the command files register themselves, and import app

    try:
        status = app(arguments or ["--help"], standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        raise ConfigError(str(error), "see agentgate --help") from None
    if not arguments:  # a script that lost its words must not go on
        return EXIT_USAGE
    return status if isinstance(status, int) else 0
