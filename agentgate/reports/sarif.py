"""SARIF 2.1.0, for code scanning: one run, its rules with their explanations, inability as an unsuccessful invocation.

Limits: docs.github.com, "SARIF results exceed one or more limits": 20 runs a file, 25,000 results a run.
"""

from __future__ import annotations

from urllib.parse import quote

from agentgate.reports import escaping, wording
from agentgate.reports.explain import explain
from agentgate.reports.frame import is_printed
from agentgate.verdict import Finding, LayerResult, Location, Severity, State, Verdict

MOST_RESULTS = 25_000
_TEXT = 10_000  # characters; an upload is refused above 10 MB
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_UPSTREAM = {
    "lint": "https://docs.astral.sh/ruff/rules/",
    "types": "https://mypy.readthedocs.io/en/stable/error_code_list.html",
}


def render(verdict: Verdict) -> str:
    """One log with one run."""
    findings = wording.ordered(verdict.findings)
    shown = findings[:MOST_RESULTS]
    rules = {rule: position for position, rule in enumerate(dict.fromkeys(finding.rule for finding in shown))}
    left_out = [_left_out(len(findings) - len(shown))] if len(findings) > len(shown) else []
    run = {
        "tool": {"driver": _driver(verdict, rules), "extensions": _extensions(verdict)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(verdict, left_out)],
        "results": [_result(finding, rules) for finding in shown],
        "properties": _properties(verdict),
    }
    return escaping.as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _properties(verdict: Verdict) -> dict[str, object]:
    return {
        "verdict": wording.headline(verdict),
        "mode": verdict.mode.value,
        "change": wording.change(verdict),
        "policy": wording.policy(verdict),
        "headTree": verdict.change.head_tree,
        "baseCommit": verdict.change.base_commit,
        "next": wording.next_step(verdict),
    }


def _driver(verdict: Verdict, rules: dict[str, int]) -> dict[str, object]:
    return {"name": "AgentGate", "version": verdict.version or "0", "rules": [_rule(rule) for rule in rules]}


def _extensions(verdict: Verdict) -> list[dict[str, object]]:
    tools = dict.fromkeys(tool for result in verdict.results for tool in result.tools)
    return [
        {
            "name": escaping.line(tool.name),
            "version": tool.version,
            "shortDescription": {"text": escaping.line(tool.source) or "-"},
        }
        for tool in tools
    ]


def _rule(rule: str) -> dict[str, object]:
    name = escaping.line(rule)
    text = explain(rule) or f"agentgate explain {name}"
    described: dict[str, object] = {
        "id": name,
        "name": name,
        "shortDescription": {"text": name},
        "help": {"text": text, "markdown": text},
    }
    upstream = _UPSTREAM.get(rule.partition("/")[0])
    return {**described, "helpUri": upstream} if upstream else described


def _result(finding: Finding, rules: dict[str, int]) -> dict[str, object]:
    fix = f"\nfix: {wording.fix(finding)}" if wording.fix(finding) else ""
    message = escaping.shortened(escaping.block(finding.message), _TEXT) or escaping.line(finding.rule)
    return {
        "ruleId": escaping.line(finding.rule),
        "ruleIndex": rules[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": message + fix},
        "locations": [{"physicalLocation": _physical(finding)}],
        "partialFingerprints": {"agentgateFinding/v1": finding.id},
    }


def _physical(finding: Finding) -> dict[str, object]:
    place = finding.location
    if place is None:  # code scanning shows no result without a place: the package, or the repository itself
        return {"artifactLocation": _artifact(finding.package or ".")}
    code = "" if is_printed(finding) else finding.excerpt
    artifact: dict[str, object] = {"artifactLocation": _artifact(place.path)}
    return {**artifact, "region": _region(place, code)} if place.line > 0 else artifact


def _artifact(path: str) -> dict[str, object]:
    return {"uri": quote(escaping.octets(path.lstrip("/") or "."), safe="/"), "uriBaseId": "SRCROOT"}


def _region(place: Location, code: str) -> dict[str, object]:
    region: dict[str, object] = {"startLine": place.line}
    if code.strip():
        region["snippet"] = {"text": escaping.shortened(escaping.block(code), _TEXT)}
    if place.column > 0:
        region["startColumn"] = place.column
    if place.end_line >= place.line:
        region["endLine"] = place.end_line
        on_one_line = place.end_line == place.line
        if place.end_column > (place.column if on_one_line else 0):
            region["endColumn"] = place.end_column
    return region


def _invocation(verdict: Verdict, left_out: list[dict[str, object]]) -> dict[str, object]:
    unable = [r for r in verdict.results if r.state in (State.ERRORED, State.NOT_RUN)]
    silent = [_notification("error", f"{escaping.line(name)} gave no answer") for name in verdict.silent]
    return {
        "executionSuccessful": not (unable or silent or not verdict.results),
        "exitCode": verdict.exit_code,
        "exitCodeDescription": wording.headline(verdict),
        "toolExecutionNotifications": [
            *[_unable(result) for result in unable],
            *silent,
            *[
                _notification("error", f"{r.layer} needs a human: {wording.told(r.reason)}")
                for r in verdict.results
                if r.state is State.NEEDS_HUMAN
            ],
            *[_notification("warning", str(caveat)) for caveat in wording.caveats(verdict)],
            *[_notification("note", notice) for notice in wording.notices(verdict)],
            *left_out,
        ],
    }


def _unable(result: LayerResult) -> dict[str, object]:
    remedy = f"; to settle it: {result.remedy}" if result.remedy else ""
    word = "could not judge" if result.state is State.ERRORED else "did not run"
    return _notification("error", f"{result.layer} {word}: {wording.told(result.reason)}{remedy}")


def _notification(level: str, text: str) -> dict[str, object]:
    return {"level": level, "message": {"text": escaping.line(text)}}


def _left_out(number: int) -> dict[str, object]:
    return _notification(
        "warning", f"{wording.plural(number, 'finding')} left out: SARIF consumers take {MOST_RESULTS:,} at most"
    )
