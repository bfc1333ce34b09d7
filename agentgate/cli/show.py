"""`agentgate show LAYER`: all that a layer found in the last verdict, and its tools' own output."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from agentgate.change import Repository
from agentgate.cli import answer
from agentgate.cli.app import app
from agentgate.errors import CannotJudge, ConfigError
from agentgate.reports import layer as layer_report
from agentgate.store import Store, receipts


@app.command("show")
def show_command(
    layer: Annotated[str, typer.Argument(help="The layer, e.g. lint.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the tools' own output.")] = False,
) -> None:
    """Show everything one layer said in the last verdict of this worktree."""
    repository = Repository.find(os.getcwd())
    verdict = receipts.last(Store.of(repository.common_dir, repository.root), repository.root)
    if verdict is None:
        raise CannotJudge("there is no verdict yet in this worktree", "agentgate check")
    result = next((r for r in verdict.results if r.layer == layer), None)
    if result is None:
        known = ", ".join(r.layer for r in verdict.results)
        raise ConfigError(f"{layer!r} did not answer in the last verdict; these did: {known}", "agentgate show LAYER")
    answer.say(layer_report.render(verdict, result, raw_only=raw))
