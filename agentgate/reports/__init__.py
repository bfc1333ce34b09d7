"""One verdict, many readers: one format per file, loaded only when asked for, none importing another.

What they share is no format: `escaping` (hostile text), `wording` (the same words everywhere), `frame` (code excerpts)
and `paragraph` (one finding as plain text). All of it is presentation: nothing here can alter a verdict.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

from agentgate.verdict import Verdict

#: The name on the command line -> its module. `plain`, `agent` and `json` load neither rich nor pydantic.
FORMATS: dict[str, str] = {
    "terminal": "agentgate.reports.terminal",
    "plain": "agentgate.reports.plain",
    "agent": "agentgate.reports.agent",
    "json": "agentgate.reports.json",
    "sarif": "agentgate.reports.sarif",
    "junit": "agentgate.reports.junit",
    "markdown": "agentgate.reports.markdown",
    "github": "agentgate.reports.github",
    "gitlab": "agentgate.reports.gitlab",
}


def render(name: str, verdict: Verdict) -> str:
    """The verdict as `name` writes it; raises KeyError for a format that is not in `FORMATS`."""
    module = importlib.import_module(FORMATS[name])
    return cast("Callable[[Verdict], str]", module.render)(verdict)
