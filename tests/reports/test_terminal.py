"""The terminal's report: readable at any width, and nobody but us decides what it shows."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from agentgate.reports import terminal
from agentgate.reports.terminal import Progress, export_svg, render
from agentgate.verdict import State, Verdict
from tests.reports import verdicts as v

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Screen(io.TextIOWrapper):
    """A standard output that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_colour_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")


def on_terminal(verdict: Verdict, monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> str:
    """The report where standard output is a terminal."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Screen(encoding))
        return render(verdict)


def at(width: int, verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(width))
    return render(verdict).splitlines()


@pytest.mark.parametrize("width", [24, 40, 80, 200])
@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_no_line_is_wider_than_the_terminal(verdict: Verdict, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [line for line in at(width, verdict, monkeypatch) if cell_len(line) > width]


def test_the_verdict_is_first_and_what_to_type_is_last() -> None:
    lines = render(v.REFUSED).splitlines()
    assert lines[0] == "┃  REFUSED   5 errors, 1 warning, 1 note  9.1 s"
    assert lines[-2:] == ["why     agentgate explain lint/F401", "next    agentgate fix && agentgate check"]


def test_a_finding_has_its_code_its_marks_and_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = COLOUR.sub("", on_terminal(v.verdict(v.types(v.RETURN)), monkeypatch))
    assert (
        """\
  ✗ src/shop/prices.py:42:12  types/return-value
    Incompatible return value type (got "float", expected "int")
    42 │ return total * (100 - discount) / 100
       │        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    fix  make the types agree, here or where the value comes from
"""
        in shown
    )


@pytest.mark.parametrize("width", [24, 40, 100])
def test_a_remedy_is_never_cut(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"word{n}" for n in range(2_000)]
    for long in (
        v.verdict(v.types(replace(v.RETURN, remedy=" ".join(words)))),
        v.verdict(replace(v.UNABLE.results[1], remedy=" ".join(words))),
    ):
        shown = re.sub(r"\s+", "", "".join(at(width, long, monkeypatch)))
        assert "".join(words) in shown


def test_two_hundred_findings_are_capped_with_the_command_for_the_rest() -> None:
    shown = render(v.MANY)
    assert shown.count("lint/F401") == terminal.MOST_FINDINGS + 1  # and the one to explain
    assert "+170 more: agentgate show lint" in shown


def test_what_would_settle_an_answer_stands_under_it() -> None:
    lines = render(v.UNABLE).splitlines()
    position = next(n for n, line in enumerate(lines) if "could not judge  mypy 2.4.1 crashed" in line)
    assert lines[position + 1].strip().startswith("fix  agentgate show types")


def test_a_pipe_gets_neither_colour_nor_trailing_blanks() -> None:
    shown = render(v.REFUSED)
    assert "\x1b" not in shown
    assert not re.search(r" $", shown, re.MULTILINE)


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = re.compile(r"\x1b\[([0-9]+;)*[349][0-9]m")
    assert coloured.search(on_terminal(v.REFUSED, monkeypatch))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured.search(on_terminal(v.REFUSED, monkeypatch))


@pytest.mark.parametrize("kind", v.HOSTILE)
def test_hostile_text_changes_no_colour_and_is_no_markup(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = v.HOSTILE[kind]
    written = v.verdict(v.types(replace(v.RETURN, message=text, excerpt=text, remedy=text)))
    shown = on_terminal(written, monkeypatch)
    ours = set(COLOUR.findall(on_terminal(v.verdict(v.types(v.RETURN)), monkeypatch)))
    assert ours
    assert set(COLOUR.findall(shown)) <= ours
    assert "\x1b" not in COLOUR.sub("", shown)
    if kind == "rich":
        assert text in COLOUR.sub("", shown)


def test_a_wrapped_line_starts_no_command_of_a_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "word " * 30 + " ".join(["::error::owned"] * 30)
    lines = at(40, v.verdict(v.types(replace(v.RETURN, message=message))), monkeypatch)
    assert any("::error::owned" in line for line in lines)
    assert not [line for line in lines if line.lstrip().startswith("::")]


def test_a_terminal_without_unicode_gets_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    assert on_terminal(v.REFUSED, monkeypatch, "ascii").isascii()


def test_the_picture_is_the_same_each_time_and_shows_the_verdict() -> None:
    picture = export_svg(v.REFUSED, 80)
    assert picture == export_svg(v.REFUSED, 80)
    assert picture.startswith("<svg")
    assert "REFUSED" in picture
    assert "agentgate&#160;check" in picture


def on_screen(written: str) -> list[str]:
    """What stands on a terminal's screen after these characters: text, line feed, carriage return, erase, cursor up."""
    rows, row = [""], 0
    for token in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", written):
        if token == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif token == "\x1b[2K":
            rows[row] = ""
        elif token == "\x1b[1A":
            row -= 1
        elif token[0] not in "\x1b\r":
            rows[row] += token
    return rows


def progress(width: int = 80) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    return Progress(Console(file=out, force_terminal=True, width=width, highlight=False, emoji=False)), out


def test_progress_shows_each_layer_and_is_gone_when_it_ends() -> None:
    live, out = progress()
    with live:
        live.begins(v.CHANGE, ("lint", "types", "tests"))
        live.doing("types", "mypy on base\x1b[2J")
        live.answered(v.lint(v.UNUSED))
        live.refresh()
        during = on_screen(out.getvalue())
    assert any("working tree for origin/main, 4 files" in line for line in during)
    assert any("lint" in line and "0.4 s" in line and "refused" in line for line in during)
    assert any(re.search(r"types +\d\.\d s +mypy on base\\x1b\[2J", line) for line in during)
    assert any("tests" in line and "waiting" in line for line in during)
    assert not "".join(on_screen(out.getvalue())).strip()
    assert out.getvalue().rfind("\x1b[?25h") > out.getvalue().rfind("\x1b[?25l")  # the cursor is back


def test_progress_keeps_to_one_line_for_each_layer_on_a_narrow_terminal() -> None:
    live, out = progress(width=30)
    with live:
        live.begins(v.CHANGE, ("lint",))
        live.doing("lint", "a very long description of what is being done " * 3)
        live.refresh()
        during = [line for line in on_screen(out.getvalue()) if line.strip()]
    assert len(during) == 2
    assert all(cell_len(line.rstrip()) <= 30 for line in during)


def test_progress_knows_every_state() -> None:
    live, out = progress()
    with live:
        for state in State:
            live.answered(replace(v.lint(), layer=state.value, state=state))
        live.refresh()
        during = "\n".join(on_screen(out.getvalue()))
    assert all(state.value in during for state in State)
