"""Reads JUnit XML: a de-facto format without one schema, so whatever does not add up is a `ToolError`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from agentgate.errors import ToolError
from agentgate.evidence import Outcome, TestOutcome

_LIMIT = 64 << 20


def read(files: Sequence[str], package_root: str, package: str) -> tuple[TestOutcome, ...]:
    """Every test case of the reports. Ids are suite file or class, name, and the occurrence where they repeat."""
    outcomes: list[TestOutcome] = []
    seen: Counter[str] = Counter()
    for file in files:
        root = _parsed(file)
        cases = list(root.iter("testcase"))
        for suite in root.iter("testsuite"):
            announced, present = suite.get("tests"), len(suite.findall("testcase"))
            counted = announced and announced.isdigit() and not suite.findall("testsuite")
            if counted and int(announced or 0) != present:
                raise ToolError(
                    f"{os.path.basename(file)} announces {announced} tests and holds {present}",
                    "make the runner write a whole report",
                )
        outcomes += [_outcome(case, seen, package_root, package) for case in cases]
    if not outcomes:
        raise ToolError("the JUnit report holds no test", "see that [tests] command in gate.toml finds the tests")
    return tuple(outcomes)


def _parsed(file: str) -> ElementTree.Element:
    try:
        if os.path.getsize(file) > _LIMIT:
            raise ToolError(f"{os.path.basename(file)} is over {_LIMIT >> 20} MiB", "write a smaller report")
        with open(file, "rb") as stream:
            content = stream.read()
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # entities expand without bound; no runner writes them
            raise ToolError(f"{os.path.basename(file)} declares entities", "write a plain JUnit report")
        return ElementTree.fromstring(content)  # noqa: S314 - entities are refused above
    except (OSError, ElementTree.ParseError) as error:
        raise ToolError(
            f"{os.path.basename(file)} is no JUnit report: {error}", "make the runner write a whole report"
        ) from error


def _outcome(case: ElementTree.Element, seen: Counter[str], package_root: str, package: str) -> TestOutcome:
    place = case.get("file") or case.get("classname") or ""
    name = f"{place}::{case.get('name') or ''}"
    seen[name] += 1
    occurrence = f"#{seen[name]}" if seen[name] > 1 else ""
    outcome, detail, kind = _of(case)
    path = case.get("file") or ""
    relative = os.path.relpath(os.path.join(package_root, path), package_root) if path else ""
    return TestOutcome(
        id=name + occurrence,
        outcome=outcome,
        seconds=_seconds(case.get("time")),
        function=name.partition("[")[0],
        path=os.path.normpath(os.path.join(package, relative)) if relative else "",
        line=int(case.get("line") or 0) if (case.get("line") or "0").isdigit() else 0,
        signature=kind,
        detail=detail[-4000:],
    )


def _of(case: ElementTree.Element) -> tuple[Outcome, str, str]:
    """`failure` is the call's, `error` is not; `skipped` covers skip, todo and xfail. A failing todo fails."""
    for tag, outcome in (("failure", Outcome.FAILED), ("error", Outcome.ERROR), ("skipped", Outcome.SKIPPED)):
        found = case.find(tag)
        if found is not None:
            return outcome, f"{found.get('message') or ''}\n{found.text or ''}".strip(), found.get("type") or tag
    return Outcome.PASSED, "", ""


def _seconds(text: str | None) -> float:
    try:
        return float((text or "0").replace(",", ""))
    except ValueError:
        return 0.0
