"""`agentgate explain RULE`: why a rule exists, a bad and a good example, how to mend."""

from __future__ import annotations

from typing import Annotated

import typer

from agentgate.cli import answer
from agentgate.cli.app import app
from agentgate.errors import ConfigError
from agentgate.reports.explain import explain, rules
from agentgate.tools import ruff


@app.command("explain")
def explain_command(
    rule: Annotated[str, typer.Argument(help="A rule as reports name it, e.g. tests/missing.")],
) -> None:
    """Explain a rule: why, a bad and a good example, how to mend."""
    text = explain(rule)
    if text is None:
        raise ConfigError(f"{rule!r} is not a rule; known: {', '.join(rules())}", "agentgate explain tests/missing")
    layer, _, code = rule.partition("/")
    if layer == "lint" and code and rule not in rules():
        told = ruff.explain(code)
        if not told:
            raise ConfigError(f"ruff has no rule {code!r}", "agentgate explain lint/F401")
        text += "\n" + told
    answer.say(text)
