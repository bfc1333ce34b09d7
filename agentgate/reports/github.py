"""Workflow commands that GitHub Actions shows as annotations at the lines concerned.

The runner keeps 10 errors, 10 warnings and 10 notices of a step and drops the rest without a word, so the most
relevant come first, from every layer in turn, and the last notice says how many were left out. Escapes are those of
actions/toolkit, packages/core/src/command.ts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from agentgate.reports import escaping, wording
from agentgate.verdict import Finding, LayerResult, Severity, State, Verdict

MOST = 10  # of each kind in a step
_MESSAGE, _REMEDY = 700, 500  # characters
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(verdict: Verdict) -> str:
    """One command on each line, the verdict last."""
    lines: list[str] = []
    left_out = 0
    for severity, command in _COMMANDS.items():
        wanted = [_annotation(finding, command) for finding in _in_turn(verdict.results, severity)]
        if severity is Severity.ERROR:
            wanted = [*_standing_in_the_way(verdict), *wanted]
        most = MOST - 1 if severity is Severity.NOTE else MOST
        lines += wanted[:most]
        left_out += len(wanted) - len(wanted[:most])
    said = [f"{wording.headline(verdict)}: {wording.counts(verdict)}".rstrip(": ")]
    said += [wording.change(verdict), *(str(caveat) for caveat in wording.caveats(verdict))]
    if left_out:
        said.append(
            f"{wording.plural(left_out, 'finding')} not annotated: GitHub shows {MOST} of a kind; the log has them all"
        )
    said.append(f"next: {wording.next_step(verdict)}")
    return "\n".join(
        (*lines, _command("notice", {"title": f"AgentGate: {wording.headline(verdict)}"}, "\n".join(said)))
    )


def _standing_in_the_way(verdict: Verdict) -> list[str]:
    """Answers that refuse without a finding, or that say nothing."""
    said = [
        (result.layer, wording.rows(verdict)[position].state, result.reason, result.remedy)
        for position, result in enumerate(verdict.results)
        if not result.admits and (result.state is not State.REFUSED or not result.refusals)
    ]
    said += [(name, "silent", "gave no answer: silence never passes", "") for name in verdict.silent]
    if verdict.needs_human:
        said.append(("verdict", "needs a human", wording.told(verdict.needs_human), ""))
    return [
        _command("error", {"title": f"{layer} {state}"}, _message(reason, "to settle it", remedy))
        for layer, state, reason, remedy in said
    ]


def _in_turn(results: Sequence[LayerResult], severity: Severity) -> list[Finding]:
    """The first finding of every layer, then the second of every layer...; those with a place first."""
    queues = [
        sorted((f for f in result.findings if f.severity is severity), key=lambda f: f.location is None)
        for result in results
    ]
    return [finding for round_ in zip_longest(*queues) for finding in round_ if finding is not None]


def _annotation(finding: Finding, command: str) -> str:
    place = finding.location
    where: dict[str, str] = {}
    if place is not None:
        where["file"] = escaping.path(place.path)
        if place.line > 0:
            where["line"] = str(place.line)
            where |= {"endLine": str(place.end_line)} if place.end_line > place.line else {}
            where |= {"col": str(place.column)} if place.column > 0 else {}
            same_line = place.end_line in (0, place.line)
            where |= {"endColumn": str(place.end_column)} if same_line and place.end_column > place.column > 0 else {}
    message = _message(finding.message, "fix", wording.fix(finding))
    return _command(command, {**where, "title": wording.rule(finding)}, message)


def _message(text: str, label: str, remedy: str) -> str:
    """What is wrong and what to do, each short enough to leave room for the other."""
    shown = escaping.shortened(escaping.block(text), _MESSAGE)
    return f"{shown}\n{label}: {escaping.shortened(escaping.line(remedy), _REMEDY)}" if remedy else shown


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """`::name key=value::message` with everything escaped that would end or start a command."""
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
