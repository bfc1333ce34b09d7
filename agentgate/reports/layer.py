"""All that one layer said in a verdict, without a cap, and its tools' own output: `agentgate show LAYER`."""

from __future__ import annotations

from agentgate.evidence import Outcome, TestRun
from agentgate.reports import escaping, wording
from agentgate.reports.paragraph import paragraph, unable
from agentgate.verdict import LayerResult, Verdict


def render(verdict: Verdict, result: LayerResult, *, raw_only: bool = False) -> str:
    """The layer's answer, every finding whole, the tests that did not pass, then what its tools printed."""
    raw = escaping.block(result.raw).strip("\n")
    if raw_only:
        return raw
    row = next(row for row in wording.rows(verdict) if row.result == result)
    lines = [f"{row.layer}: {row.state}{': ' if row.detail else ''}{row.detail}", *unable(result)]
    lines.append(f"change: {wording.change(verdict)}")
    lines += [f"note: {escaping.line(notice)}" for notice in result.notices]
    for finding in wording.ordered(result.findings):
        lines += ["", *paragraph(finding, whole=True)]
    for run in result.evidence.runs:
        lines += _run(run)
    if raw:
        lines += ["", f"--- what {', '.join(escaping.line(t.name) for t in result.tools) or 'the tool'} printed", raw]
    return "\n".join(lines)


def _run(run: TestRun) -> list[str]:
    """One test run: its size, and each test or module that did not pass, with the end of its traceback."""
    package = f" of {escaping.path(run.package)}" if run.package not in ("", ".") else ""
    size = wording.plural(len(run.outcomes), "test")
    lines = ["", f"--- {escaping.line(run.runner)}{package} on {escaping.line(run.side)}: {size}"]
    for error in run.collect_errors:
        lines += [f"not collected: {escaping.path(error.path)}", _indented(error.detail)]
    for test in run.outcomes:
        if test.outcome in (Outcome.FAILED, Outcome.ERROR):
            lines += [f"{test.outcome.value}: {escaping.line(test.id)}", _indented(test.detail)]
    return lines


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in escaping.block(text).strip("\n").split("\n"))
