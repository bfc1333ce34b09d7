"""What every report says in the same words: the headline, the counts, what limits the verdict, what to type next.

All of it is safe to show on one line; nothing of it is escaped for a format's own markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from agentgate.evidence import Outcome
from agentgate.reports import escaping, proofs
from agentgate.verdict import EXIT_CANNOT_JUDGE, EXIT_NEEDS_HUMAN, Finding, LayerResult, Mode, Severity, State, Verdict

_WOULD = {"refused": "would be refused", "needs a human": "would need a human", "no room": "would find no room"}
_STATES = {
    State.PASSED: "passed",
    State.REFUSED: "refused",
    State.NEEDS_HUMAN: "needs a human",
    State.ERRORED: "could not judge",
    State.NOT_RUN: "not run",
    State.NOT_APPLICABLE: "not applicable",
}
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
LONGEST = 2_000  # characters of what a tool or a change says; remedies are whole
_SHORT = 0.05  # seconds: shown as 0.0
FIX = "agentgate fix"


@dataclass(frozen=True, slots=True)
class Row:
    """One layer's answer in a few words; a layer that did not answer has no result."""

    layer: str
    state: str
    detail: str
    result: LayerResult | None = None


@dataclass(frozen=True, slots=True)
class Caveat:
    """What limits the verdict: our words, and after a colon what others wrote (already safe on one line)."""

    ours: str
    quoted: str = ""

    def __str__(self) -> str:
        return f"{self.ours}: {self.quoted}" if self.quoted else self.ours


def headline(verdict: Verdict) -> str:
    """The verdict in a word or two; in observe mode what it would have been."""
    if observed(verdict):
        return _WOULD[verdict.headline]
    return "passed" if verdict.passed and verdict.only else verdict.headline


def observed(verdict: Verdict) -> bool:
    """Whether only observe mode lets this change go."""
    return not verdict.passed and verdict.exit_code == 0


def rows(verdict: Verdict) -> list[Row]:
    """Every layer that answered or should have."""
    answered = [Row(escaping.line(r.layer), _STATES[r.state], _detail(r), r) for r in verdict.results]
    return answered + [
        Row(escaping.line(name), "silent", "gave no answer: silence never passes") for name in verdict.silent
    ]


def state(result: LayerResult) -> str:
    """The answer in a word or two."""
    return _STATES[result.state]


def counted(findings: Iterable[Finding]) -> str:
    """Such as "2 errors, 1 warning"; "" for none."""
    found = [finding.severity for finding in findings]
    parts = [plural(found.count(severity), severity.value) for severity in Severity if severity in found]
    return ", ".join(parts)


def plural(number: int, noun: str) -> str:
    """Such as "1 file", "2 files"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def counts(verdict: Verdict) -> str:
    """All findings counted and the layers without an answer named: what stands beside the headline."""
    unable = [row.layer for row in rows(verdict) if row.state in ("could not judge", "not run", "silent")]
    parts = [counted(verdict.findings)] if verdict.findings else []
    if unable:
        parts.append(f"no answer from {', '.join(unable)}")
    if verdict.passed and all(finding.severity is Severity.NOTE for finding in verdict.findings):
        parts.insert(0, "nothing to mend")
    return "; ".join(parts)


def change(verdict: Verdict) -> str:
    """Head, target, size and the ids of the change."""
    return f"{proposal(verdict)} ({ids(verdict)})"


def proposal(verdict: Verdict) -> str:
    """What is proposed for which target, and its size."""
    about = verdict.change
    size = plural(about.files, "file")
    if about.insertions or about.deletions:
        size += f" +{about.insertions} -{about.deletions}"
    return f"{escaping.path(about.head)} for {escaping.path(about.target)}, {size}"


def ids(verdict: Verdict) -> str:
    """The git ids of what was judged: head, target and base."""
    about = verdict.change
    named = [("tree", about.head_tree), ("head", about.head_commit), ("target", about.target_commit)]
    named.append(("base", about.base_commit))
    return ", ".join(f"{name} {identity[:12]}" for name, identity in named if identity)


def policy(verdict: Verdict) -> str:
    """Where the policy came from, and the mode."""
    source = verdict.policy
    at = f" ({source.commit[:12]})" if source.commit else ""
    return f"{escaping.line(source.source)}{at}, {verdict.mode.value} mode"


def tools(verdict: Verdict) -> str:
    """Every program that judged, with its version and where it came from."""
    used = dict.fromkeys(tool for result in verdict.results for tool in result.tools)
    return "; ".join(escaping.line(f"{tool.name} {tool.version} ({tool.source})") for tool in used)


def caveats(verdict: Verdict) -> list[Caveat]:
    """What limits this verdict: said loudly, right after the headline."""
    said = []
    if observed(verdict):
        strict = replace(verdict, mode=Mode.ENFORCE).exit_code
        said.append(Caveat(f"observe mode let it go: in enforce mode this is exit {strict}"))
    elif verdict.mode is Mode.OBSERVE:
        said.append(Caveat("observe mode: refusals are reported and let go"))
    if verdict.needs_human:
        said.append(Caveat("a person must decide", told(verdict.needs_human)))
    if verdict.only:
        named = ", ".join(escaping.line(name) for name in verdict.only)
        said.append(Caveat("no verdict on the whole, no receipt; judged only", named))
    if verdict.not_for_submission:
        said.append(Caveat("not for submission", told(verdict.not_for_submission)))
    if verdict.cached:
        said.append(Caveat("nothing has changed since it was judged: answered from the receipt"))
    return said


def notices(verdict: Verdict, *, argued: bool = True) -> list[str]:
    """What the reader should know and need not mend; `argued`: and each argument for the change, in a line."""
    said = [told(notice) for notice in verdict.notices]
    for result in verdict.results:
        lines = [told(notice) for notice in result.notices]
        lines += [escaping.shortened(proofs.line(proof), LONGEST) for proof in proofs.of(result)] if argued else []
        said += [f"{escaping.line(result.layer)}: {line}" for line in lines]
    return said


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Errors, then warnings, then notes; otherwise as the layer gave them."""
    return sorted(findings, key=lambda finding: _ORDER[finding.severity])


def place(finding: Finding) -> str:
    """`path:line:column` as far as known, "" for the change as a whole."""
    where = finding.location
    if where is None:
        return ""
    numbers = f":{where.line}:{where.column}" if where.column > 0 else f":{where.line}"
    return escaping.path(where.path) + (numbers if where.line > 0 else "")


def told(text: str) -> str:
    """What others wrote, on one line of a length that a reader can bear."""
    return escaping.shortened(escaping.line(text), LONGEST)


def fix(finding: Finding) -> str:
    """What mends it, on one line; "" for a note: it needs no mending."""
    return "" if finding.severity is Severity.NOTE else escaping.line(finding.remedy)


def rule(finding: Finding) -> str:
    """The rule, and the package in a repository of many."""
    package = f" [{escaping.path(finding.package)}]" if finding.package not in ("", ".") else ""
    return escaping.line(finding.rule) + package


def seconds(value: float) -> float:
    """A duration that every format can write: milliseconds, finite, not negative."""
    return round(max(0.0, value), 3) if math.isfinite(value) else 0.0


def took(result: LayerResult) -> str:
    """Such as "1.2 s"; "" for a layer that did nothing."""
    idle = result.state in (State.NOT_RUN, State.NOT_APPLICABLE) and result.seconds < _SHORT
    return "" if idle else f"{seconds(result.seconds):.1f} s"


def next_step(verdict: Verdict) -> str:
    """The one thing to type or do next."""
    again = "agentgate check" + (" --staged" if verdict.change.head == "index" else "")
    again += f" --only {','.join(escaping.line(name) for name in verdict.only)}" if verdict.only else ""
    strict = replace(verdict, mode=Mode.ENFORCE).exit_code
    if strict == EXIT_CANNOT_JUDGE:
        return f"{_settles(verdict)}, then: {again}"
    if strict == EXIT_NEEDS_HUMAN:
        return "stop and hand over: only a person can let this pass"
    if strict:
        fixable = any(finding.remedy == FIX for finding in verdict.findings)
        return f"{FIX} && {again}" if fixable else f"mend what is listed, then: {again}"
    if verdict.only or verdict.not_for_submission:
        return "agentgate check, for a verdict on the whole"
    return "commit it" if verdict.change.head in ("working tree", "index") else "nothing: it may go out"


def _settles(verdict: Verdict) -> str:
    remedies = [
        escaping.line(r.remedy) for r in verdict.results if r.state in (State.ERRORED, State.NOT_RUN) and r.remedy
    ]
    return remedies[0] if remedies else "mend the environment"


def _detail(result: LayerResult) -> str:
    said = [counted(result.findings)] if result.findings else []
    if (result.reason and result.state is not State.REFUSED) or (result.reason and not result.refusals):
        said.append(told(result.reason))
    if result.state in (State.PASSED, State.REFUSED):
        said += _witnessed(result)
    return "; ".join(part for part in said if part)


def _witnessed(result: LayerResult) -> list[str]:
    """Head's test runs in numbers."""
    outcomes = [outcome.outcome for run in result.evidence.runs if run.side == "head" for outcome in run.outcomes]
    said = [", ".join(f"{outcomes.count(kind)} {kind.value}" for kind in Outcome if kind in outcomes)]
    new, edited = len(result.evidence.new_tests), len(result.evidence.edited_tests)
    said += [f"{plural(new, 'new test')}"] if new else []
    said += [f"{plural(edited, 'edited test')}"] if edited else []
    return [part for part in said if part]
