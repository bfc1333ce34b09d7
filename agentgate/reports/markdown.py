"""Markdown for a job summary or a pull request's body: the verdict and its table, findings folded away, capped.

Everything that the change wrote stands in code spans, code fences or escaped HTML: there Markdown neither formats nor
links nor mentions anybody.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from agentgate.reports import escaping, proofs, wording
from agentgate.verdict import Finding, LayerResult, Verdict

LIMIT = 1_000_000  # bytes; GitHub drops a step's summary above 1 MiB whole, a pull request's body above 65,535
_EXCERPT, _TEXT, _REMEDY = 2_000, 400, 2_000  # characters
_RESERVE = 300  # bytes kept for saying what was left out
_MOST_PROOFS = 10  # packages


def render(verdict: Verdict, *, limit: int = LIMIT) -> str:
    """At most `limit` bytes: the head of the report always, findings as far as they fit, then how many are left out."""
    head = _head(verdict)
    tail = _tail(verdict)
    argued = sum(_size(text) + 2 for result in verdict.results for text in _proofs(result))
    room = limit - _RESERVE - _size(head) - _size(tail) - argued
    sections = []
    for result in verdict.results:
        section, room = _section(result, room)
        sections += [section, *_proofs(result)]
    return "\n\n".join(part for part in (head, *sections, tail) if part)


def _head(verdict: Verdict) -> str:
    lines = [f"## AgentGate: {wording.headline(verdict)}", "", wording.counts(verdict).capitalize() or "See below"]
    lines[-1] += "."
    lines += ["", *(_caveat(caveat) for caveat in wording.caveats(verdict))]
    lines += ["", "| layer | answer | | time |", "| --- | --- | --- | ---: |"]
    for row in wording.rows(verdict):
        took = wording.took(row.result) if row.result else ""
        lines.append(f"| {_code(row.layer, cell=True)} | **{row.state}** | {_code(row.detail, cell=True)} | {took} |")
    lines += [
        f"\nTo settle {_code(r.layer)}: {_code(r.remedy, most=_REMEDY)}"
        for r in verdict.results
        if r.remedy and not r.admits
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _tail(verdict: Verdict) -> str:
    facts = [
        ("Change", wording.change(verdict)),
        ("Policy", wording.policy(verdict)),
        ("Judges", wording.tools(verdict)),
    ]
    facts += [("Note", notice) for notice in wording.notices(verdict, argued=False)[:50]]
    facts.append(("Next", wording.next_step(verdict)))
    return "\n".join(f"- {name}: {_code(text)}" for name, text in facts if text)


def _section(result: LayerResult, room: int) -> tuple[str, int]:
    """One layer's findings folded away, and the bytes that are left for the next one's."""
    if not result.findings:
        return "", room
    opened = "<details open>" if result.refusals else "<details>"
    lines = [f"{opened}<summary><code>{_html(result.layer)}</code>: {wording.counted(result.findings)}</summary>", ""]
    findings = wording.ordered(result.findings)
    room -= _size("\n".join(lines)) + 20
    for shown, finding in enumerate(findings):
        text = _finding(finding)
        if _size(text) > room:
            rest = wording.plural(len(findings) - shown, "finding")
            lines.append(f"{rest} left out: {_code(f'agentgate show {result.layer}')}\n")
            break
        room -= _size(text) + 1
        lines.append(text)
    return "\n".join((*lines, "</details>")), room


def _proofs(result: LayerResult) -> Iterable[str]:
    """The argument that the tests prove the change."""
    for proof in proofs.of(result)[:_MOST_PROOFS]:
        yield "\n".join(["**Proof**", "", *(f"- {label}: {_code(text)}" for label, text in proofs.lines(proof))])


def _finding(finding: Finding) -> str:
    where = wording.place(finding)
    parts = [f"- **{finding.severity.value}** {_code(wording.rule(finding))}"]
    parts += [_code(where)] if where else []
    parts.append(f"<br>{_code(finding.message)}" if finding.message else "")
    lines = [" ".join(part for part in parts if part)]
    if wording.fix(finding):
        lines.append(f"  <br>fix: {_code(wording.fix(finding), most=_REMEDY)}")
    if finding.excerpt.strip():
        lines += ["", *_fenced(finding.excerpt, "")]
    if finding.diff.strip():
        lines += ["", *_fenced(finding.diff, "diff")]
    return "\n".join((*lines, ""))


def _fenced(text: str, language: str) -> Iterable[str]:
    shown = escaping.shortened(escaping.block(text).strip("\n"), _EXCERPT)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return [f"  {line}".rstrip() for line in (f"{fence}{language}", *shown.split("\n"), fence)]


def _code(text: str, *, cell: bool = False, most: int = _TEXT) -> str:
    """Text as a code span, whatever backticks it holds; `cell`: within a table, where `|` would end it."""
    shown = escaping.shortened(escaping.line(text), most)
    if not shown:
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    shown = shown.replace("|", "\\|") if cell else shown
    return f"{fence}{padding}{shown}{padding}{fence}"


def _caveat(caveat: wording.Caveat) -> str:
    return f"> **{caveat.ours}{': ' if caveat.quoted else ''}**{_code(caveat.quoted)}  "


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _html(text: str) -> str:
    return html.escape(escaping.line(text))


def _size(text: str) -> int:
    return len(text.encode())
