"""`agentgate schema`: the JSON schemas of gate.toml and of the JSON report."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from agentgate.cli import answer
from agentgate.cli.app import app
from agentgate.policy import Policy
from agentgate.reports import json as json_report


@app.command("schema")
def schema_command(
    report: Annotated[bool, typer.Option("--report", help="The schema of the JSON report instead.")] = False,
) -> None:
    """Print the JSON schema of gate.toml, for editors."""
    schema = json_report.schema() if report else {
        "$schema": "https://json-schema.org/draft/2020-12/schema", **Policy.model_json_schema()
    }  # fmt: skip
    answer.say(json.dumps(schema, indent=2))
