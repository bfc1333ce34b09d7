"""The verdict for a coding agent: verdict and counts first, a line for each thing to mend, one next command."""

from __future__ import annotations

from agentgate.reports import escaping, wording
from agentgate.verdict import Finding, LayerResult, Severity, Verdict

CAP = 10  # findings shown of one layer
MESSAGE, REMEDY = 200, 300  # characters


def render(verdict: Verdict, *, cap: int = CAP) -> str:
    """Headline; caveats; layers that could not judge; findings by layer, errors first; the next command."""
    lines = [_headline(verdict)]
    lines += [f"note: {escaping.shortened(str(caveat), 2 * MESSAGE)}" for caveat in wording.caveats(verdict)]
    for row in wording.rows(verdict):
        if row.result is None:
            lines.append(f"{row.layer} {row.state}: {row.detail}")
        elif not row.result.admits and (not row.result.refusals or row.result.remedy):
            settle = f" | to settle it: {_short(row.result.remedy, 2 * REMEDY)}" if row.result.remedy else ""
            lines.append(f"{row.layer} {row.state}: {escaping.shortened(row.detail, 2 * MESSAGE)}{settle}")
    for result in verdict.results:
        lines += _findings(result, cap)
    if not verdict.passed:
        lines += [f"note: {escaping.shortened(notice, MESSAGE)}" for notice in wording.notices(verdict)[:cap]]
    lines.append(f"next: {wording.next_step(verdict)}")
    return "\n".join(lines)


def _headline(verdict: Verdict) -> str:
    about = verdict.change
    layers = ", ".join(f"{row.layer} {row.state}" for row in wording.rows(verdict))
    counts = wording.counts(verdict)
    return (
        f"{wording.headline(verdict).upper()} (exit {verdict.exit_code}){': ' if counts else ''}{counts} "
        f"[{layers}] head {about.head_tree[:12]} ({escaping.path(about.head)}) "
        f"for {escaping.path(about.target)}, base {about.base_commit[:12]}, {wording.plural(about.files, 'file')}"
    )


def _findings(result: LayerResult, cap: int) -> list[str]:
    """Errors, then warnings. Notes need no mending: the headline counts them, `agentgate show` lists them."""
    to_mend = [finding for finding in wording.ordered(result.findings) if finding.severity is not Severity.NOTE]
    lines = [_finding(finding) for finding in to_mend[:cap]]
    if len(to_mend) > cap:
        lines.append(f"+{len(to_mend) - cap:,} more: agentgate show {escaping.line(result.layer)}")
    return lines


def _finding(finding: Finding) -> str:
    where = wording.place(finding)
    level = "" if finding.severity is Severity.ERROR else f" {finding.severity.value}:"
    fix = f" | fix: {escaping.shortened(wording.fix(finding), REMEDY)}" if wording.fix(finding) else ""
    return f"{wording.rule(finding)}{' ' if where else ''}{where}{level} {_short(finding.message, MESSAGE)}{fix}"


def _short(text: str, most: int) -> str:
    return escaping.shortened(escaping.line(text), most)
