"""One finding, one layer's answer as plain text: for the reports that people read without colour."""

from __future__ import annotations

from agentgate.reports import escaping, wording
from agentgate.reports.frame import Frame, frame
from agentgate.verdict import Finding, LayerResult

WIDTH = 100
_DIFF_LINES = 12


def paragraph(finding: Finding, *, whole: bool = False) -> list[str]:
    """Place, message, code, remedy; `whole`: nothing of excerpt and diff is left out."""
    where = wording.place(finding)
    head = f"{where}: " if where else ""
    message = escaping.line(finding.message) if whole else wording.told(finding.message)
    lines = [f"{head}{finding.severity.value}: {message} [{wording.rule(finding)}]"]
    lines += _frame(frame(finding, width=WIDTH, most=1000 if whole else 8))
    lines += _diff(finding.diff, 10_000 if whole else _DIFF_LINES)
    if wording.fix(finding):
        lines.append(f"  fix: {wording.fix(finding)}")
    return lines


def unable(result: LayerResult) -> list[str]:
    """What would settle an answer that says neither yes nor no, or [] where nothing is told."""
    return [] if result.admits or not result.remedy else [f"  to settle it: {escaping.line(result.remedy)}"]


def _frame(cut: Frame) -> list[str]:
    lines = []
    empty = f"  {' ' * cut.gutter} | " if cut.gutter else "  | "
    for line in cut.lines:
        lines.append((f"  {line.number:>{cut.gutter}} | " if line.number else empty) + line.text)
        if line.marks:
            lines.append(empty + line.marks)
    if cut.hidden:
        word = wording.plural(cut.hidden, "earlier line" if cut.earlier else "more line")
        lines.insert(0 if cut.earlier else len(lines), f"{empty}... {word}")
    return [line.rstrip() for line in lines]


def _diff(diff: str, most: int) -> list[str]:
    if not diff.strip():
        return []
    lines = escaping.block(diff).strip("\n").split("\n")
    more = [f"  | ... {wording.plural(len(lines) - most, 'more line')}"] if len(lines) > most else []
    return [f"  | {escaping.shortened(line, 200)}" for line in lines[:most]] + more
