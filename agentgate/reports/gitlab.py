"""GitLab's Code Quality report: docs.gitlab.com, "Code Quality report format".

The widget blocks nothing and says nothing of an empty report, so the verdict itself is the last entry (always under the
same fingerprint: not new where the target branch's report has it), and so is an answer that refuses without a finding.
"""

from __future__ import annotations

import hashlib
from collections import Counter

from agentgate.reports import escaping, wording
from agentgate.verdict import Finding, Severity, Verdict

_TEXT = 2_000  # characters of a description
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(verdict: Verdict) -> str:
    """A JSON array; a fingerprint occurs once and is the same from run to run."""
    seen: Counter[str] = Counter()
    entries = []
    for finding in wording.ordered(verdict.findings):
        seen[finding.id] += 1
        entries.append(_entry(finding, seen[finding.id]))
    return escaping.as_json([*_standing_in_the_way(verdict), *entries, _whole(verdict)])


def _entry(finding: Finding, number: int) -> dict[str, object]:
    place = finding.location
    fix = f" (fix: {escaping.shortened(wording.fix(finding), _TEXT)})" if wording.fix(finding) else ""
    message = escaping.shortened(escaping.line(finding.message) or escaping.line(finding.rule), _TEXT)
    lines = {"begin": max(1, place.line if place else 1)}
    if place and place.end_line > place.line > 0:
        lines["end"] = place.end_line
    return {
        "description": message + fix,
        "check_name": escaping.line(finding.rule),
        "fingerprint": finding.id if number == 1 else _digest(finding.id, str(number)),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": (place.path if place else finding.package) or ".", "lines": lines},
    }


def _standing_in_the_way(verdict: Verdict) -> list[dict[str, object]]:
    said = [
        (row.layer, f"{row.layer} {row.state}: {row.detail}")
        for row in wording.rows(verdict)
        if row.result is None or not (row.result.admits or row.result.refusals)
    ]
    if verdict.needs_human:
        said.append(("verdict", f"a person must decide: {wording.told(verdict.needs_human)}"))
    return [_general(f"{layer}/verdict", text, "blocker", _digest(layer, text)) for layer, text in said]


def _whole(verdict: Verdict) -> dict[str, object]:
    """The verdict, the change, and what limits it."""
    said = [f"AgentGate: {wording.headline(verdict)}", wording.counts(verdict), wording.change(verdict)]
    said += [str(caveat) for caveat in wording.caveats(verdict)]
    return _general("agentgate/verdict", "; ".join(part for part in said if part), "info", _digest("agentgate/verdict"))


def _general(check: str, text: str, severity: str, fingerprint: str) -> dict[str, object]:
    return {
        "description": escaping.shortened(text, _TEXT),
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": ".", "lines": {"begin": 1}},
    }


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
