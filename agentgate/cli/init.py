"""`agentgate init`: shows what was detected and writes a short gate.toml."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Annotated

import typer

from agentgate.change import Repository
from agentgate.cli import answer
from agentgate.cli.app import app
from agentgate.policy import FILE
from agentgate.reports import escaping
from agentgate.wiring import gate_toml


@app.command("init")
def init_command(
    force: Annotated[bool, typer.Option("--force", help="Overwrite a gate.toml that is already there.")] = False,
) -> None:
    """Show what AgentGate finds in this repository and write a short, commented gate.toml."""
    with closing(Repository.find(os.getcwd())) as repository:
        for line in gate_toml.detected(repository, os.environ):
            answer.say(escaping.line(line))
        written = gate_toml.write(repository.root, force=force)
    answer.say(f"wrote {FILE}; commit it on the target branch" if written else f"{FILE} is already there: unchanged")
