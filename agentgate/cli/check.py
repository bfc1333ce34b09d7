"""`agentgate check`: one verdict on one change."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from agentgate.change import NothingToJudge
from agentgate.cli import answer, choice
from agentgate.cli.app import app
from agentgate.errors import ConfigError
from agentgate.gate import Question, check

EXITS = (
    "Exit status: 0 admitted; 1 refused, mend the change; 2 usage or gate.toml; 3 could not judge, mend the "
    "environment; 75 no room in the budget, wait; 77 only a human can let this pass; 130 interrupted; 143 terminated."
)


@app.command("check", epilog=EXITS)
def check_command(
    target: Annotated[str, typer.Option(help="The branch the change is for; found when not given.")] = "",
    head: Annotated[str, typer.Option(help="Judge this commit instead of the work as it stands.")] = "",
    staged: Annotated[bool, typer.Option("--staged", help="Judge the index.")] = False,
    base: Annotated[str, typer.Option(help="Compare with this commit; such a verdict is not for submission.")] = "",
    policy: Annotated[str, typer.Option(help="Try out this gate.toml; not for submission.")] = "",
    only: Annotated[str, typer.Option(help="Judge only these layers, by comma; no verdict on the whole.")] = "",
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="End at the first layer that does not admit.")] = False,
    proof: Annotated[
        str, typer.Option(help="quick, or full: mutants for every class of change. Full in CI, quick elsewhere.")
    ] = "",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither read nor keep anything stored.")] = False,
    format_: Annotated[
        str, typer.Option("--format", help="terminal, plain, agent, json, sarif, junit, markdown, github, gitlab.")
    ] = "",
    output: Annotated[list[str] | None, typer.Option(help="FORMAT=FILE, a further report; repeatable.")] = None,
) -> None:
    """Judge a change: the work as it stands, against the branch it is for."""
    name = choice.chosen(format_, os.environ, sys.stdout)
    files = choice.outputs(output or [])
    question = Question(
        cwd=os.getcwd(),
        target=target or None,
        head=head or None,
        staged=staged,
        base=base or None,
        policy_file=policy,
        only=tuple(part.strip() for part in only.split(",") if part.strip()),
        fail_fast=fail_fast,
        proof=_proof(proof),
        use_cache=not no_cache,
    )
    try:
        with answer.watching(name) as audience:
            verdict = check(question, audience)
    except NothingToJudge as nothing:
        answer.nothing(str(nothing), name)
        raise typer.Exit(0) from None
    answer.give(verdict, name, files, os.environ)
    raise typer.Exit(verdict.exit_code)


def _proof(wanted: str) -> str:
    if wanted not in ("", "quick", "full"):
        raise ConfigError(f"--proof {wanted}: must be quick or full", "agentgate check --proof full")
    return wanted
