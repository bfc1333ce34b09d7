"""JUnit XML as Jenkins' and Surefire's schema has it: layers are test suites, errors failures, inability an error.

A layer that has nothing to mend is one passed case, so that a consumer sees that it answered.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from agentgate.reports import escaping, wording
from agentgate.verdict import Finding, LayerResult, Severity, State, Verdict

_PART = 10_000  # characters of a failure's message, of its code, of its diff


def render(verdict: Verdict) -> str:
    """One `testsuites` document."""
    root = Element("testsuites", {"name": "agentgate", "time": _time(verdict.seconds)})
    for result in verdict.results:
        _suite(root, verdict, result)
    if verdict.silent or verdict.needs_human or not verdict.results:
        _whole(root, verdict)
    for kind in ("tests", "failures", "errors"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _suite(root: Element, verdict: Verdict, result: LayerResult) -> None:
    suite = SubElement(
        root, "testsuite", {"name": f"agentgate.{_attribute(result.layer)}", "time": _time(result.seconds)}
    )
    _properties(suite, verdict, result)
    for finding in wording.ordered(result.findings):
        _finding(suite, finding)
    if not result.findings or not (result.admits or result.refusals):
        _answer(suite, result)
    _count(suite)


def _properties(suite: Element, verdict: Verdict, result: LayerResult | None) -> None:
    properties = SubElement(suite, "properties")
    pairs = [
        ("verdict", wording.headline(verdict)),
        ("mode", verdict.mode.value),
        ("change", wording.change(verdict)),
        ("policy", wording.policy(verdict)),
    ]
    pairs += [("caveat", str(caveat)) for caveat in wording.caveats(verdict)]
    if result:
        pairs += [("state", result.state.value), ("reason", result.reason)]
        pairs += [("tool", f"{t.name} {t.version} ({t.source})") for t in result.tools]
        pairs += [("notice", notice) for notice in result.notices]
    for name, value in pairs:
        SubElement(properties, "property", {"name": name, "value": _attribute(value)})


def _finding(suite: Element, finding: Finding) -> None:
    where = wording.place(finding)
    name = escaping.shortened(f"{wording.rule(finding)} {where}".strip(), 1000)
    case = SubElement(suite, "testcase", {"name": name, "classname": _attribute(finding.rule), "time": "0.000"})
    parts = (where, finding.message, _fix(wording.fix(finding)), finding.excerpt, finding.diff)
    body = "\n".join(escaping.shortened(escaping.block(part), _PART) for part in parts if part)
    if finding.severity is Severity.ERROR:
        failure = SubElement(
            case, "failure", {"type": _attribute(finding.rule), "message": _attribute(finding.message)}
        )
        failure.text = body
    else:
        SubElement(case, "system-out").text = f"{finding.severity.value}: {body}"


def _answer(suite: Element, result: LayerResult) -> None:
    """The layer's state as a case of its own."""
    case = SubElement(
        suite, "testcase", {"name": _attribute(result.layer), "classname": "agentgate", "time": _time(result.seconds)}
    )
    described = {"type": result.state.value, "message": _attribute(result.reason)}
    if result.state in (State.ERRORED, State.NOT_RUN):
        SubElement(case, "error", described).text = escaping.block(_fix(result.remedy))
    elif result.state in (State.NEEDS_HUMAN, State.REFUSED):
        SubElement(case, "failure", described).text = escaping.block(_fix(result.remedy))
    elif result.state is State.NOT_APPLICABLE:
        SubElement(case, "skipped").text = _attribute(result.reason)  # its schema has no attributes


def _whole(root: Element, verdict: Verdict) -> None:
    """What stands in the way beside the layers' answers."""
    suite = SubElement(root, "testsuite", {"name": "agentgate.verdict", "time": "0.000"})
    _properties(suite, verdict, None)
    for name in verdict.silent or ([] if verdict.results else ["verdict"]):
        case = SubElement(suite, "testcase", {"name": _attribute(name), "classname": "agentgate", "time": "0.000"})
        SubElement(case, "error", {"type": "silent", "message": "gave no answer: silence never passes"})
    if verdict.needs_human:
        case = SubElement(suite, "testcase", {"name": "needs a human", "classname": "agentgate", "time": "0.000"})
        SubElement(case, "failure", {"type": "needs_human", "message": _attribute(verdict.needs_human)})
    _count(suite)


def _count(suite: Element) -> None:
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(1 for _ in suite.iter(tag))))


def _time(seconds: float) -> str:
    return f"{wording.seconds(seconds):.3f}"


def _attribute(text: str) -> str:
    return escaping.shortened(escaping.line(text), 1000)


def _fix(remedy: str) -> str:
    return f"fix: {remedy}" if remedy else ""
