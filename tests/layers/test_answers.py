"""Answers of tools: remembered by content, asked side by side, told as findings."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.layers.answers import finding, remembered, side_by_side
from agentgate.layers.net_new import Texts
from agentgate.store import Cache
from agentgate.tools.ports import Diagnostic, ToolAnswer
from agentgate.verdict import Severity
from tests.layers.conftest import Propose

ANSWER = ToolAnswer((Diagnostic("a\udcff.py", 1, 2, "E1", "bad"),), "raw", whole=False)


def test_an_answer_is_asked_once_for_a_key(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    asked: list[int] = []

    def ask() -> ToolAnswer:
        asked.append(1)
        return ANSWER

    assert [remembered(cache, "ruff", key, ask) for key in (["a", "b"], ["a", "b"], ["ab"])] == [ANSWER] * 3
    assert len(asked) == 2


def test_an_answer_of_another_version_of_us_is_asked_again(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    remembered(cache, "ruff", ["a"], lambda: ANSWER)
    (kept,) = tmp_path.rglob("*.json")
    kept.write_text('{"something": "else"}')
    assert remembered(cache, "ruff", ["a"], lambda: ANSWER) == ANSWER


def test_an_error_is_not_remembered(tmp_path: Path) -> None:
    def fail() -> ToolAnswer:
        raise ToolError("no")

    with pytest.raises(ToolError):
        remembered(Cache(str(tmp_path)), "ruff", ["a"], fail)
    assert remembered(Cache(str(tmp_path)), "ruff", ["a"], lambda: ANSWER) == ANSWER


def test_questions_are_asked_side_by_side_and_answered_in_order() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def ask(number: int) -> int:
        meeting.wait()
        return number

    assert side_by_side(lambda: ask(1), lambda: ask(2)) == [1, 2]


def test_the_error_of_any_question_is_raised() -> None:
    def fail() -> int:
        raise ToolError("no")

    with pytest.raises(ToolError, match="no"):
        side_by_side(lambda: 1, fail)


def test_a_complaint_becomes_a_finding_with_the_text_of_its_line(propose: Propose) -> None:
    texts = Texts(propose({"a.py": "x = 1\n    y = 2\n"}, {"a.py": ""}).base)
    found = finding("lint", Diagnostic("a.py", 2, 5, "E1", "bad"), texts, severity=Severity.ERROR, remedy="mend it")
    assert (found.rule, found.excerpt, found.remedy) == ("lint/E1", "    y = 2", "mend it")
    assert found.location is not None
    assert (found.location.line, found.location.column) == (2, 5)
