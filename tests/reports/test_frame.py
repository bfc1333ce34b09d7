"""One cut of the code for every report: numbers, marks, width."""

from __future__ import annotations

import pytest

from agentgate.reports.frame import FrameLine, cells, frame, is_printed
from agentgate.verdict import Finding, Location, Severity


def finding(excerpt: str, line: int = 0, column: int = 0, end_line: int = 0, end_column: int = 0) -> Finding:
    place = Location("a.py", line, column, end_line, end_column)
    return Finding("lint/x", Severity.ERROR, "m", place, excerpt=excerpt)


def test_the_marks_stand_under_what_is_meant_after_the_common_indent_is_gone() -> None:
    cut = frame(finding("        return total / 2", 7, 16, 7, 21), width=80)
    assert cut.lines == (FrameLine("7", "return total / 2", "       ^^^^^"),)


def test_marks_count_columns_of_wide_characters() -> None:
    cut = frame(finding("x = '日本', y", 1, 11, 1, 12), width=80)
    assert cut.lines[0].marks == " " * 12 + "^"


def test_a_tab_within_the_line_moves_the_marks() -> None:
    cut = frame(finding("x\ty", 1, 3, 1, 4), width=80)
    assert cut.lines == (FrameLine("1", "x    y", "     ^"),)


def test_lines_keep_their_numbers_and_their_relative_indent() -> None:
    cut = frame(finding("  def f():\n      return 1\n", 9, end_line=10), width=80)
    assert [(line.number, line.text) for line in cut.lines] == [("9", "def f():"), ("10", "    return 1")]
    assert cut.gutter == 2


def test_a_blank_first_line_shifts_no_number() -> None:
    cut = frame(finding("\nx = 1", 4, end_line=5), width=80)
    assert [(line.number, line.text) for line in cut.lines] == [("4", ""), ("5", "x = 1")]


def test_of_code_the_first_lines_are_shown() -> None:
    cut = frame(finding("\n".join(f"line {n}" for n in range(20)), 1, end_line=20), width=80, most=3)
    assert [line.text for line in cut.lines] == ["line 0", "line 1", "line 2"]
    assert (cut.hidden, cut.earlier) == (17, False)


def test_of_a_traceback_the_last_lines_are_shown_without_numbers() -> None:
    printed = finding("\n".join(f"line {n}" for n in range(20)), 7, 1)
    cut = frame(printed, width=80, most=3)
    assert is_printed(printed)
    assert [(line.number, line.text, line.marks) for line in cut.lines] == [
        ("", "line 17", ""),
        ("", "line 18", ""),
        ("", "line 19", ""),
    ]
    assert (cut.hidden, cut.earlier) == (17, True)


@pytest.mark.parametrize("width", [12, 20, 40, 200])
def test_a_long_line_is_cut_around_its_marks(width: int) -> None:
    code = "a" * 300 + "MEANT" + "b" * 300
    cut = frame(finding(code, 1, 301, 1, 306), width=width).lines[0]
    start = cut.marks.index("^")
    assert cells(cut.text) <= width
    assert len(cut.marks) <= width
    assert cut.text[start : start + len(cut.marks.strip())] == "MEANT"[: len(cut.marks.strip())]
    assert cut.text.startswith("...")
    assert cut.text.endswith("...")


@pytest.mark.parametrize("excerpt", ["", "\n\n", "   \n\t"])
def test_no_code_has_no_frame(excerpt: str) -> None:
    assert frame(finding(excerpt, 3), width=80).lines == ()


@pytest.mark.parametrize("column", [-1, 0, 1, 4, 5, 99])
def test_a_column_beyond_the_line_marks_nothing(column: int) -> None:
    marks = frame(finding("    x", 1, column), width=80).lines[0].marks
    assert marks == ("^" if column == 5 else "")
