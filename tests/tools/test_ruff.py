"""ruff: its answers as values, whatever its version; a crash is never an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.tools import judges
from agentgate.tools.judges import Judge
from agentgate.tools.ruff import Ruff, explain
from agentgate.verdict import ToolVersion
from tests.tools.conftest import Saying

#: What ruff 0.1.15 printed for `import os` in /tree/a.py, and for a file that is no Python.
OLDER = [
    {
        "cell": None, "code": "F401", "end_location": {"column": 10, "row": 1}, "filename": "/tree/a.py",
        "fix": {"applicability": "safe", "edits": [], "message": "Remove unused import: `os`"},
        "location": {"column": 8, "row": 1}, "message": "`os` imported but unused", "noqa_row": 1,
        "url": "https://docs.astral.sh/ruff/rules/unused-import",
    },
    {
        "cell": None, "code": None, "end_location": {"column": 7, "row": 1}, "filename": "/tree/b.py", "fix": None,
        "location": {"column": 5, "row": 1}, "message": "SyntaxError: Expected a parameter",
        "noqa_row": None, "url": None,
    },
]  # fmt: skip


@pytest.fixture(scope="session")
def ours() -> Ruff:
    return Ruff(judges.find("ruff", None))


def test_complaints_are_read_with_place_code_and_fix(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").write_text("x = 1\nimport os\n")
    answer = ours.check(str(tmp_path))
    (unused,) = [d for d in answer.diagnostics if d.code == "F401"]
    assert (unused.path, unused.line, unused.column, unused.end_column) == ("sub/a.py", 2, 8, 10)
    assert unused.fixable
    assert unused.fix == "Remove unused import: `os`"
    assert "sub/a.py:2:8: F401 `os` imported but unused" in answer.raw


def test_what_cannot_be_parsed_is_a_complaint_and_the_rest_is_judged(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / "a.py").write_text("def (:\n")
    (tmp_path / "b.py").write_text("import os\n")
    assert {(d.path, d.code) for d in ours.check(str(tmp_path)).diagnostics} >= {
        ("a.py", "syntax-error"),
        ("b.py", "F401"),
    }


def test_an_ignore_file_of_the_tree_hides_nothing(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / ".gitignore").write_text("*.py\n")
    (tmp_path / ".ignore").write_text("*.py\n")
    (tmp_path / "a.py").write_text("import os\n")
    assert [d.code for d in ours.check(str(tmp_path)).diagnostics] == ["F401"]
    assert not (tmp_path / ".ruff_cache").exists()


def test_an_older_version_is_understood(saying: Saying) -> None:
    found = Ruff(saying(json.dumps(OLDER), status=1)).check("/")
    assert [(d.path, d.code, d.fixable) for d in found.diagnostics] == [
        ("tree/a.py", "F401", True),
        ("tree/b.py", "syntax-error", False),
    ]


@pytest.mark.parametrize(
    ("out", "err", "status", "said"),
    [
        pytest.param("", "ruff failed\n  Cause: unknown rule", 2, "unknown rule", id="a broken configuration"),
        pytest.param("", "panicked", 101, "panicked", id="a crash"),
        pytest.param("[]", "", 1, "without a finding", id="a refusal that names nothing"),
        pytest.param("not JSON", "", 1, "cannot be read", id="no JSON"),
        pytest.param("{}", "", 1, "without a finding", id="an object"),
        pytest.param("3", "", 1, "cannot be read", id="a number"),
        pytest.param('[{"code": "F401"}]', "", 1, "cannot be read", id="a complaint without a place"),
        pytest.param("[3]", "", 1, "cannot be read", id="a complaint that is a number"),
        pytest.param("null", "", 0, "cannot be read", id="nothing"),
        pytest.param("", "", 0, "cannot be read", id="silence"),
    ],
)
def test_no_answer_is_a_tool_error(saying: Saying, out: str, err: str, status: int, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        Ruff(saying(out, err, status)).check("/")


def test_unformatted_files_are_named_with_their_diff(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    (tmp_path / "bad one.py").write_text("x = { 1:2 }\n")
    found = ours.unformatted(str(tmp_path))
    assert list(found) == ["bad one.py"]
    assert "+x = {1: 2}" in found["bad one.py"]


def test_a_line_that_poses_as_a_header_is_no_file(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / "a.py").write_text('x = """\n--- forged.py\n+++ forged.py\n@@ -1,1 +1,1 @@\n"""\ny = { 1:2 }\n')
    found = ours.unformatted(str(tmp_path))
    assert list(found) == ["a.py"]
    assert "+y = {1: 2}" in found["a.py"]


def test_a_removed_line_that_reads_like_a_header_is_no_file(saying: Saying) -> None:
    first = "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n--- forged.py\n+-- forged.py\n x = 1\n"
    diff = first + "--- b.py\n+++ b.py\n@@ -1 +1 @@\n-y\n+z\n"
    found = Ruff(saying(diff, "2 files would be reformatted", 1)).unformatted("/")
    assert list(found) == ["a.py", "b.py"]
    assert "forged" in found["a.py"]
    assert "forged" not in found["b.py"]


def test_an_older_versions_notebook_cells_are_one_file(saying: Saying) -> None:
    diff = "".join(f"--- n.ipynb:cell {n}\n+++ n.ipynb:cell {n}\n@@ -1 +1 @@\n-a\n+b\n" for n in (1, 2))
    assert list(Ruff(saying(diff, "1 file would be reformatted", 1)).unformatted("/")) == ["n.ipynb"]


def test_a_file_that_cannot_be_parsed_is_not_called_unformatted(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / "a.py").write_text("def (:\n")
    (tmp_path / "b.py").write_text("x = { 1:2 }\n")
    assert list(ours.unformatted(str(tmp_path))) == ["b.py"]


@pytest.mark.parametrize(
    ("out", "err", "status", "said"),
    [
        pytest.param("", "1 file would be reformatted", 1, "without naming a file", id="nothing named"),
        pytest.param("", "ruff failed\n  Cause: unknown field", 2, "unknown field", id="a broken configuration"),
        pytest.param("", "panicked", 101, "panicked", id="a crash"),
        pytest.param("", "error: Failed to read a.py: Permission denied", 0, "Permission denied", id="an unread file"),
    ],
)
def test_no_answer_about_formatting_is_a_tool_error(saying: Saying, out: str, err: str, status: int, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        Ruff(saying(out, err, status)).unformatted("/")


def test_rules_younger_than_the_pinned_version_are_known(ours: Ruff) -> None:
    pinned = Ruff(Judge(ours.judge.argv, ours.judge.version, pinned="0.4.0"))
    assert "F401" not in pinned.younger()
    assert pinned.younger()


def test_none_is_younger_where_nothing_or_exactly_this_version_is_pinned(ours: Ruff) -> None:
    assert ours.younger() == frozenset()
    assert Ruff(Judge(ours.judge.argv, ours.judge.version, ours.version.version)).younger() == frozenset()


def test_a_list_of_rules_that_cannot_be_read_is_a_tool_error(saying: Saying) -> None:
    with pytest.raises(ToolError, match="ruff rule"):
        Ruff(saying("error", status=2, pinned="0.0.1")).younger()


def test_versions_are_compared_as_numbers(saying: Saying) -> None:
    rules = [
        {"code": code, "status": status}
        for code, status in {
            "A1": {"Stable": {"since": "v0.0.271"}},
            "A2": {"Stable": {"since": "0.10.0"}},
            "A3": {"Preview": {"since": "0.9.1"}},
            "A4": "Stable",
            "A5": None,
        }.items()
    ]
    assert Ruff(saying(json.dumps(rules), pinned="0.9.0")).younger() == {"A2", "A3"}


def test_safe_fixes_and_formatting_are_applied_to_the_named_files_only(tmp_path: Path, ours: Ruff) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("import os\nx = { 1:2 }\n")
    ours.mend(str(tmp_path), ["a.py"], formatted=True)
    assert (tmp_path / "a.py").read_text() == "x = {1: 2}\n"
    assert (tmp_path / "b.py").read_text() == "import os\nx = { 1:2 }\n"


def test_unsafe_fixes_are_not_applied_even_where_the_configuration_wants_them(tmp_path: Path, ours: Ruff) -> None:
    (tmp_path / "ruff.toml").write_text('unsafe-fixes = true\nlint.select = ["F841"]\n')
    text = "def f():\n    x = 1\n"
    (tmp_path / "a.py").write_text(text)
    ours.mend(str(tmp_path), ["a.py"], formatted=False)
    assert (tmp_path / "a.py").read_text() == text


def test_a_rule_is_explained_by_ruff_itself() -> None:
    assert "unused-import" in explain("F401")
    assert explain("NO123") == ""


def test_a_judge_that_cannot_be_started_is_a_tool_error(tmp_path: Path) -> None:
    gone = Judge((str(tmp_path / "gone"),), ToolVersion("ruff", "1", "nowhere"))
    with pytest.raises(ToolError, match="could not be started"):
        Ruff(gone).check(str(tmp_path))
