"""What holds for every format: it names the change, says what limits the verdict, and lets nobody steer its reader."""

from __future__ import annotations

import ast
import html
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agentgate.reports import FORMATS, render
from agentgate.verdict import Verdict
from tests.reports import verdicts
from tests.reports.verdicts import HOSTILE, REALISTIC, hostile

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "agentgate" / "reports"
SHARED = {"escaping", "wording", "frame", "paragraph", "proofs", "explain"}
#: All that moves a cursor, reorders, hides or ends a line, and what is no character.
STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e0fff]"
)
COMMAND = re.compile(r"^\s*::(?!error |warning |notice )|##\w*\[")

every_format = pytest.mark.parametrize("name", FORMATS)


def text(name: str, verdict: Verdict) -> str:
    """The report without a format's own escapes and line breaks, so that words can be looked for."""
    report = html.unescape(render(name, verdict)).replace("%0A", "\n").replace("%3A", ":")
    return re.sub(r"\s+", " ", re.sub(r"^┃ |`|\*\*", "", report, flags=re.MULTILINE))


@every_format
@pytest.mark.parametrize("verdict", REALISTIC.values(), ids=REALISTIC)
def test_every_report_names_target_base_head_and_number_of_files(name: str, verdict: Verdict) -> None:
    said = text(name, verdict)
    if name == "json":
        assert json.loads(render(name, verdict))["change"]["files"] == 4
        said += "4 files"
    if not (name == "junit" and not verdict.results):
        assert "origin/main" in said
        assert "5e81d09c6b2f" in said
        assert "4a7d1ce83f56" in said
        assert "working tree" in said
        assert "4 files" in said


@every_format
@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (verdicts.OBSERVED, ["would be refused", "observe"]),
        (verdicts.ONLY, ["no verdict on the whole", "lint"]),
        (verdicts.UNOFFICIAL, ["not for submission", "--base was given"]),
        (verdicts.CACHED, ["nothing has changed"]),
        (verdicts.HUMAN, ["needs a human", "a person must decide", "gate.toml at origin/main is broken"]),
        (verdicts.UNABLE, ["could not judge", "mypy 2.4.1 crashed"]),
        (verdicts.SILENT, ["could not judge", "types"]),
    ],
)
def test_every_report_says_what_limits_the_verdict(name: str, verdict: Verdict, words: list[str]) -> None:
    said = text(name, verdict).lower()
    if name != "json":
        assert not [word for word in words if word.lower() not in said]


@every_format
def test_every_report_has_each_finding_with_its_place_rule_and_remedy(name: str) -> None:
    said = text(name, verdicts.REFUSED)
    for finding in verdicts.REFUSED.findings[:-1]:
        assert finding.rule in said
        assert finding.location is not None
        assert finding.location.path in said
        assert finding.remedy in said


@every_format
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_report_lets_a_change_steer_its_reader(name: str, kind: str) -> None:
    report = render(name, hostile(HOSTILE[kind]))
    assert not STEERING.search(report.replace("\t", ""))
    assert not [line for line in report.split("\n") if COMMAND.search(line)]
    assert report.encode("utf-8")


@every_format
def test_a_megabyte_of_message_is_cut_but_in_json(name: str) -> None:
    noise = "\n" * 300_000 + "x" * 400_000 + " :: ## " * 50_000
    loud = replace(verdicts.RETURN, message=noise, excerpt=noise, diff=noise)
    unable = replace(verdicts.UNABLE.results[1], layer="lint", reason=noise, notices=(noise,))
    report = render(name, verdicts.verdict(verdicts.types(loud), unable, needs_human=noise))
    assert len(report) < 100_000 or name == "json"
    assert name == "json" or verdicts.RETURN.remedy in report


@every_format
def test_a_report_is_the_same_each_time(name: str) -> None:
    assert render(name, verdicts.REFUSED) == render(name, verdicts.REFUSED)


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render("pdf", verdicts.ADMITTED)


@pytest.mark.parametrize("path", sorted(ROOM.rglob("*.py")), ids=lambda path: path.stem)
def test_a_report_imports_verdict_evidence_and_what_they_share_and_no_other_report(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("agentgate"):
            module = (node.module or "").removeprefix("agentgate.")
            found |= {f"reports.{a.name}" for a in node.names} if module == "reports" else {module}
    own = {name for name in found if path.parent != ROOM and name.startswith(f"reports.{path.parent.name}.")}
    shared = {"verdict", "evidence", "reports.frame", *(f"reports.{name}" for name in SHARED)}
    assert found - own <= shared


def test_plain_agent_and_json_load_neither_rich_nor_pydantic() -> None:
    code = (
        "import sys; from agentgate.reports import render; from tests.reports.verdicts import REFUSED\n"
        "for name in ('plain', 'agent', 'json'): assert render(name, REFUSED)\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'rich', 'pydantic', 'typer', 'yaml'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
