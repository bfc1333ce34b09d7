"""`agentgate fix`: applies what ruff can mend by itself, in the files of the change only."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Annotated

import typer

from agentgate import policy, project
from agentgate.change import Checkouts, NothingToJudge, Repository, read
from agentgate.cli import answer
from agentgate.cli.app import app
from agentgate.layers.lint import fix
from agentgate.reports import escaping


@app.command("fix")
def fix_command(
    target: Annotated[str, typer.Option(help="The branch the change is for; found when not given.")] = "",
) -> None:
    """Apply ruff's safe fixes and formatting to the files of the change; nothing else is touched."""
    with closing(Repository.find(os.getcwd())) as repository:
        try:
            change = read(repository, target=target or None, environ={})  # the work as it stands, in CI, too
        except NothingToJudge as nothing:
            answer.say(str(nothing))
            return
        found = project.read(change.head, roots=policy.load(change).policy.packages)
        with Checkouts(repository) as checkouts:
            mended = fix(repository, change, found, checkouts, os.environ)
    for path in mended:
        answer.say(f"mended {escaping.path(path)}")
    answer.say(f"{len(mended)} file(s) mended" if mended else "nothing that ruff can mend by itself")
