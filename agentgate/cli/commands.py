"""Every command, by importing its file."""

from agentgate.cli import check, explain, fix, init, schema, show

__all__ = ["check", "explain", "fix", "init", "schema", "show"]
