"""`tests/missing`: a change of behaviour without a test, and the sketch of the one that is missing."""

from __future__ import annotations

import re

from agentgate.change import Change
from agentgate.evidence import ChangeKind
from agentgate.layers.tests.edited import ChangedFunction, changed_functions
from agentgate.project import Package, Project
from agentgate.verdict import Finding, Location, Severity

NONE_NEW = "no test is new or edited"


def finding(change: Change, kind: ChangeKind, project: Project, why: str = NONE_NEW) -> Finding:
    """The finding for the change as a whole, at the first function that it changes.

    `why`: what is missing, in words.
    """
    functions = changed_functions(change, kind.source)
    what = ", ".join(function.name for function in functions[:5]) or ", ".join(kind.source[:5])
    more = f" and {len(functions) - 5} more" if len(functions) > 5 else ""
    place = functions[0] if functions else ChangedFunction(kind.source[0], "", 0, 0, is_new=False)
    text = (change.head.read_text(place.path) or "").split("\n")
    excerpt = "\n".join(text[place.first - 1 : min(place.last, place.first + 7)]) if place.first else ""
    return Finding(
        rule="tests/missing",
        severity=Severity.ERROR,
        message=f"behaviour changes in {what}{more}, and {why}",
        location=Location(place.path, place.first, 0, place.last),
        excerpt=excerpt,
        remedy=_remedy(place, project),
        diff=_sketch(place, project, text),
    )


def _remedy(place: ChangedFunction, project: Project) -> str:
    where = _test_file(place, project)
    lines = f"{_lines(place)} of {place.path}" if place.first else place.path
    return f"add a test to {where} that runs {lines} and fails without this change"


def _lines(place: ChangedFunction) -> str:
    return f"line {place.first}" if place.first == place.last else f"lines {place.first}-{place.last}"


def _test_file(place: ChangedFunction, project: Project) -> str:
    package = project.owner(place.path)
    directory = next((t for t in package.tests if not t.endswith(".py")), "") if package else ""
    if not directory:
        root = package.root if package and package.root != "." else ""
        directory = f"{root}/tests".removeprefix("/")
    stem = place.path.rpartition("/")[2].removesuffix(".py").strip("_") or "init"
    return f"{directory}/test_{stem}.py"


def _sketch(place: ChangedFunction, project: Project, text: list[str]) -> str:
    """A unified diff of the missing test: the function, its lines, the first branch among them."""
    if not place.name:
        return ""
    package = project.owner(place.path)
    module = _module(place.path, package)
    owner, _, function = place.name.rpartition(".")
    imported = place.name.partition(".")[0]
    call = f"{imported}(...)" + (f".{function}(...)" if owner and function != "__init__" else "")
    branch = next(
        (
            line.strip()
            for line in text[place.first - 1 : place.last]
            if re.match(r"\s*(el)?if\b|\s*(for|while|except)\b", line)
        ),
        "",
    )
    about = _lines(place) + (f", the branch `{branch}`" if branch else "")
    name = re.sub(r"\W+", "_", place.name).strip("_").lower()
    lines = [
        f"from {module} import {imported}",
        "",
        "",
        f"def test_{name}() -> None:",
        f"    # {place.path}: {about}",
        f"    assert {call} == ...  # what it must be now, and was not before",
    ]
    return "\n".join(
        [
            "--- /dev/null",
            f"+++ b/{_test_file(place, project)}",
            f"@@ -0,0 +1,{len(lines)} @@",
            *(f"+{line}" for line in lines),
        ]
    )


def _module(path: str, package: Package | None) -> str:
    for root in package.source_roots if package else ():
        if root != "." and path.startswith(root + "/"):
            path = path.removeprefix(root + "/")
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
