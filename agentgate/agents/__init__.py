"""The coding agents: how each is recognised.

Recognition by environment variable changes how an answer looks, never what it is: any program can set a variable.
"""

from __future__ import annotations

from collections.abc import Mapping

#: (variable, what it shows, source). Measured with the real clients where "seen"; see docs/agents.md.
SIGNS: tuple[tuple[str, str, str], ...] = (
    ("AI_AGENT", "", "names its agent; set by Claude Code 2.1.120 and later, @vercel/detect-agent"),
    ("AGENT", "", "names its agent or 1; Goose, Amp, OpenCode, Bun (agentsmd/agents.md#136)"),
    ("CLAUDECODE", "claude-code", "seen: Claude Code 2.1.330"),
    ("CODEX_CI", "codex", "seen: Codex CLI 0.169.0"),
    ("CODEX_THREAD_ID", "codex", "seen: Codex CLI 0.169.0"),
    ("OPENCODE", "opencode", "seen: OpenCode 1.18.33"),
    ("GEMINI_CLI", "gemini-cli", "seen: Gemini CLI 0.61.0"),
    ("COPILOT_CLI", "copilot-cli", "seen: Copilot CLI 1.0.102"),
    ("CURSOR_AGENT", "cursor", "reported, not seen here"),
)


def detected(environ: Mapping[str, str]) -> str:
    """The agent that seems to have started us ("claude-code", or "agent" where it has no name), "" for none."""
    for variable, name, _ in SIGNS:
        value = environ.get(variable, "")
        if value and value not in ("0", "false"):
            return name or (value.partition("_")[0] if value not in ("1", "true") else "agent")
    return ""
