"""The verdict as plain text, for a log or a pipe: no colour, no width, nothing that moves."""

from __future__ import annotations

from agentgate.reports import escaping, wording
from agentgate.reports.paragraph import paragraph, unable
from agentgate.verdict import Verdict

MOST = 100  # findings shown of one layer; `agentgate show` has the rest


def render(verdict: Verdict, *, most: int = MOST) -> str:
    """Headline first, then each layer's answer, its findings, the notices, what to do next."""
    lines = [f"{wording.headline(verdict).upper()}: {wording.counts(verdict)}".rstrip(": ")]
    lines += [f"NOTE: {caveat}" for caveat in wording.caveats(verdict)]
    lines += [f"change: {wording.change(verdict)}", f"policy: {wording.policy(verdict)}"]
    if wording.tools(verdict):
        lines.append(f"judges: {wording.tools(verdict)}")
    lines.append("")
    for row in wording.rows(verdict):
        took = wording.took(row.result) if row.result else ""
        lines.append(f"{row.layer}: {row.state}{': ' if row.detail else ''}{row.detail}{f' ({took})' if took else ''}")
        lines += unable(row.result) if row.result else []
    for result in verdict.results:
        found = wording.ordered(result.findings)
        for finding in found[:most]:
            lines += ["", *paragraph(finding)]
        if len(found) > most:
            lines += ["", f"+{len(found) - most:,} more: agentgate show {escaping.line(result.layer)}"]
    lines.append("")
    lines += [f"note: {notice}" for notice in wording.notices(verdict)]
    lines.append(f"next: {wording.next_step(verdict)}")
    return "\n".join(lines)
