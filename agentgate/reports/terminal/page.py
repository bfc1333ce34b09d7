"""A verdict laid out in lines, handed to rich as `Text`: no markup is ever read, nothing is cropped by surprise.

No line has padding that a copied command would carry along.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from agentgate.reports import escaping, proofs, wording
from agentgate.reports.frame import Frame, cells, frame
from agentgate.reports.terminal.marks import BANNERS, DIFF, SEVERITIES, STATES
from agentgate.verdict import Finding, LayerResult, Severity, Verdict

MOST_FINDINGS, MOST_NOTES, DIFF_LINES = 30, 3, 14
_TABLE, _LABEL = 40, 8  # columns: what a table needs; what a label in the small print takes


class Page:
    """Lays a verdict out in lines of at most `width` columns."""

    def __init__(self, console: Console, width: int, glyphs: dict[str, str]) -> None:
        self.console, self.width, self.glyphs = console, width, glyphs

    def lines(self, verdict: Verdict) -> list[Text]:
        """Banner, one line per layer, what is to mend, the small print, what to type next."""
        lines = [*self._banner(verdict), Text(""), *self._layers(verdict)]
        for result in verdict.results:
            lines += [*self._section(result), *self._proofs(result)]
        return [*lines, Text(""), *self._footer(verdict)]

    def _banner(self, verdict: Verdict) -> list[Text]:
        colour = BANNERS[verdict.headline]
        counts = wording.counts(verdict)
        first = Text.assemble(
            (f" {wording.headline(verdict).upper()} ", f"bold reverse {colour}"),
            (f"  {counts}" if counts else "", "bold"),
        )
        if not verdict.cached:
            first.append(f"  {wording.seconds(verdict.seconds):.1f} s", "dim")
        said = [first, Text(wording.proposal(verdict)), Text(wording.ids(verdict), "dim")]
        said += [Text(f"{self.glyphs['warn']} {caveat}", "yellow") for caveat in wording.caveats(verdict)]
        edge = Text(f"{self.glyphs['edge']} ", f"bold {colour}")
        return [line for text in said for line in self._hung(text, edge, edge)]

    def _layers(self, verdict: Verdict) -> list[Text]:
        """The table: a mark, the layer, its time, its answer, and what would settle it."""
        rows = wording.rows(verdict)
        names = max((len(row.layer) for row in rows), default=0)
        lines = []
        for row in rows:
            colour, mark = STATES[row.result.state] if row.result else ("yellow", "none")
            took = wording.took(row.result) if row.result else ""
            label = Text.assemble(
                (f"{self.glyphs[mark]} ", f"bold {colour}"),
                (f"{row.layer:<{names}}", "bold"),
                (f"  {took:>7}  ", "dim"),
            )
            answer = Text.assemble((row.state, colour), (f"  {row.detail}" if row.detail else "", "dim"))
            if self.width < _TABLE:
                lines.append(label)
                label = Text("    ")
            lines += self._hung(answer, label)
            if row.result and row.result.remedy and not row.result.admits:
                lines += self._fix(row.result.remedy, " " * label.cell_len)
        return lines

    def _section(self, result: LayerResult) -> list[Text]:
        """One layer's findings under a rule."""
        counted = [f for f in wording.ordered(result.findings) if f.severity is not Severity.NOTE]
        notes = [f for f in result.findings if f.severity is Severity.NOTE]
        if not result.findings:
            return []
        layer = escaping.line(result.layer)
        rule = self.glyphs["rule"] * max(0, self.width - cells(layer) - 1)
        lines = [Text(""), Text.assemble((layer, "bold"), (f" {rule}", "dim"))]
        for finding in counted[:MOST_FINDINGS]:
            lines += [Text(""), *self._finding(finding)]
        lines += [Text("")] if notes else []
        for finding in notes[:MOST_NOTES]:
            lines += self._heading(finding)
        hidden = max(0, len(counted) - MOST_FINDINGS) + max(0, len(notes) - MOST_NOTES)
        if hidden:
            lines += [Text(""), *self._hung(Text(f"+{hidden:,} more: agentgate show {layer}", "bold"), Text("  "))]
        return lines

    def _proofs(self, result: LayerResult) -> list[Text]:
        """The argument that the tests prove the change."""
        lines = []
        for proof in proofs.of(result):
            lines.append(Text(""))
            for position, (label, text) in enumerate(proofs.lines(proof)):
                head = Text.assemble(("proof  " if not position else "       ", "bold"), (f"{label:<13}", "dim"))
                lines += self._hung(Text(escaping.shortened(text, wording.LONGEST)), head)
        return lines

    def _finding(self, finding: Finding) -> list[Text]:
        number = (finding.location.end_line or finding.location.line) if finding.location else 0
        cut = frame(finding, width=max(10, self.width - 7 - len(str(number))))
        gutter = " " * (cut.gutter + 5 if cut.gutter else 4)
        lines = [*self._heading(finding), *self._frame(cut, gutter)]
        if finding.severity is Severity.ERROR or not finding.excerpt.strip():
            lines += self._diff(finding.diff, gutter)
        return [*lines, *(self._fix(finding.remedy, "    ") if finding.remedy else [])]

    def _heading(self, finding: Finding) -> list[Text]:
        """Mark, place, rule; below them the message."""
        colour, mark = SEVERITIES[finding.severity]
        quiet = finding.severity is Severity.NOTE
        place = wording.place(finding)
        head = Text.assemble(
            (place, "dim" if quiet else "bold"), "  " if place else "", (wording.rule(finding), colour)
        )
        message = escaping.shortened(escaping.block(finding.message).strip("\n"), wording.LONGEST)
        lines = self._hung(head, Text(f"  {self.glyphs[mark]} ", f"bold {colour}"))
        return lines + (self._hung(Text(message, "dim" if quiet else ""), Text("    ")) if message.strip() else [])

    def _frame(self, cut: Frame, gutter: str) -> list[Text]:
        """The code with its line numbers, and marks under what is meant."""
        bar = f"{self.glyphs['bar']} "
        lines = []
        for line in cut.lines:
            number = f"{line.number:>{len(gutter) - 1}} " if line.number else gutter
            lines.append(Text.assemble((number + bar, "dim"), line.text))
            if line.marks:
                lines.append(Text.assemble((gutter + bar, "dim"), (line.marks, "bold red")))
        if cut.hidden:
            word = wording.plural(cut.hidden, "earlier line" if cut.earlier else "more line")
            lines.insert(0 if cut.earlier else len(lines), Text(f"{gutter}{bar}... {word}", "dim"))
        return lines

    def _diff(self, diff: str, gutter: str) -> list[Text]:
        if not diff.strip():
            return []
        bar = f"{gutter}{self.glyphs['bar']} "
        shown = escaping.block(diff).strip("\n").split("\n")
        lines = [
            Text.assemble((bar, "dim"), (escaping.shortened(line, self.width - len(bar)), DIFF.get(line[:1], "dim")))
            for line in shown[:DIFF_LINES]
        ]
        more = wording.plural(len(shown) - DIFF_LINES, "more line")
        return lines + ([Text(f"{bar}... {more}", "dim")] if len(shown) > DIFF_LINES else [])

    def _fix(self, remedy: str, indent: str) -> list[Text]:
        """What to do, whole: however long it is."""
        return self._hung(Text(escaping.block(remedy).strip("\n")), Text(f"{indent}fix  ", "bold green"))

    def _footer(self, verdict: Verdict) -> list[Text]:
        facts = [("judges", wording.tools(verdict)), ("policy", wording.policy(verdict))]
        facts += [("note", notice) for notice in wording.notices(verdict, argued=False)]
        lines = []
        for label, text in facts:
            lines += self._hung(Text(text, "dim"), Text(f"{label}  ".ljust(_LABEL), "dim")) if text else []
        lines.append(Text(""))
        refusing = next((f.rule for r in verdict.results for f in r.refusals), "")
        if refusing:
            lines += self._hung(Text(f"agentgate explain {escaping.line(refusing)}"), Text("why".ljust(_LABEL), "bold"))
        return [*lines, *self._hung(Text(wording.next_step(verdict), "bold"), Text("next".ljust(_LABEL), "bold green"))]

    def _hung(self, text: Text, label: Text, under: Text | None = None) -> list[Text]:
        """`text` wrapped beside `label`; its further lines stand under the first (or after `under`)."""
        room = max(8, self.width - label.cell_len)
        hang = under or Text(" " * label.cell_len)
        wrapped = text.wrap(self.console, room, overflow="fold")
        return [Text.assemble(hang if position else label, line) for position, line in enumerate(wrapped)]
