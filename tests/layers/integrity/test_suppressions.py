"""Each form of a suppression, sabotaged and honest: a real change in a real repository."""

from __future__ import annotations

import io

import pytest

from agentgate.tools import python_comments
from agentgate.verdict import State
from tests.layers.conftest import Propose
from tests.layers.integrity.judging import judge, told

CODE = """\
import b


def f(x):
    return b.g(x)


def g(x):
    return b.h(x)
"""
#: What line 5 gains, and what that is: a refusal or a warning.
ON_A_LINE = [
    ("# type: ignore", "error"),
    ("# type: ignore[]", "error"),
    ("# type:ignore", "error"),
    ("# b has no stubs # type: ignore", "error"),
    ("# type: ignore[attr-defined]", "warning"),
    ("# pyright: ignore", "error"),
    ("# pyright: ignore[reportAny]", "warning"),
    ("# ty: ignore", "error"),
    ("# ty: ignore[unresolved-import]", "warning"),
    ("# pyrefly: ignore", "error"),
    ("# pyrefly: ignore[bad-return]", "warning"),
    ("# pyre-fixme[7]", "warning"),
    ("# noqa", "error"),
    ("#NOQA", "error"),
    ("# noqa - it is right", "error"),
    ("# noqa: E501", "warning"),
    ("# noqa:E501,W291", "warning"),
    ("# ruff: ignore", "error"),
    ("# ruff: ignore[E501]", "warning"),
    ("# nosec", "error"),
    ("# nosec B101", "warning"),
    ("# nosec: B101, B102", "warning"),
    ("# nosec assert_used", "warning"),
    ("# pylint: disable=all", "error"),
    ("# pylint: disable=invalid-name", "warning"),
    ("# pragma: no cover", "warning"),
    ("# pragma: no branch", "warning"),
    ("# pragma: no mutate", "warning"),
    ("# fmt: skip", "warning"),
    ("# isort: skip", "warning"),
]
#: What a file gains at its head, on a line of its own.
ON_A_FILE = [
    ("# type: ignore", "error"),
    ("# ty: ignore", "error"),
    ("# pyright: basic", "error"),
    ("# pyright: off", "error"),
    ("# pyright: reportAny=false", "error"),
    ("# pyrefly: ignore-errors", "error"),
    ("# mypy: ignore-errors", "error"),
    ("# mypy: allow-untyped-defs, ignore-errors", "error"),
    ('# mypy: disable-error-code="attr-defined"', "error"),
    ("# mypy: disallow-untyped-defs=False", "error"),
    ("# mypy: allow-untyped-defs", "error"),
    ("# ruff: noqa", "error"),
    ("# ruff: noqa: E501", "error"),
    ("# ruff: file-ignore[E501]", "error"),
    ("# ruff: disable[E501]", "error"),
    ("# flake8: noqa", "error"),
    ("# pylint: skip-file", "error"),
    ("# pylint: disable=invalid-name", "error"),
    ("# fmt: off", "warning"),
    ("# yapf: disable", "warning"),
    ("# isort: skip_file", "warning"),
]
LINE = "    return b.g(x)"


def with_line(text: str) -> str:
    return CODE.replace(LINE, f"{LINE}  {text}")


@pytest.mark.parametrize(("text", "severity"), ON_A_LINE)
def test_on_a_line(propose: Propose, text: str, severity: str) -> None:
    found = told(propose({"a.py": CODE}, {"a.py": with_line(text)}))
    assert [(s, line) for s, line, _ in found] == [(severity, 5)]


@pytest.mark.parametrize(("text", "severity"), ON_A_FILE)
def test_on_a_whole_file(propose: Propose, text: str, severity: str) -> None:
    found = told(propose({"a.py": CODE}, {"a.py": f"{text}\n{CODE}"}))
    assert [(s, line) for s, line, _ in found] == [(severity, 1)]


@pytest.mark.parametrize("text", [text for text, _ in ON_A_LINE])
def test_its_honest_twins_bring_nothing(propose: Propose, text: str) -> None:
    """Moved to another file, its function renamed with its line kept, its line edited, indented, quoted, removed."""
    before = with_line(text)
    line = f"{LINE}  {text}"
    moved = {"a.py": CODE.replace(LINE, "    return x"), "b.py": f"def f(x):\n{line}\n"}
    for base, head in [
        ({"a.py": before}, moved),
        ({"a.py": before}, {"a.py": None, "b.py": before.replace("def g", "def k")}),
        ({"a.py": before}, {"a.py": before.replace("def f", "def renamed")}),
        ({"a.py": before}, {"a.py": before.replace("b.g(x)", "b.g(x, 1)")}),
        ({"a.py": before}, {"a.py": before.replace(LINE, f"    if x:\n    {LINE}")}),
        ({"a.py": CODE}, {"a.py": CODE + f"TEXT = {text!r}\nMORE = '''\n{line}\n'''\n"}),
        ({"a.py": CODE}, {"a.py": CODE + f"# `{text}` is not used here\n"}),
        ({"a.py": before}, {"a.py": CODE}),
        ({"a.py": CODE}, {"a.py": CODE, "a.md": text + "\n", "tests/data.txt": line}),
    ]:
        assert told(propose(base, head)) == [], head


@pytest.mark.parametrize("text", [text for text, _ in ON_A_FILE])
def test_the_honest_twins_of_a_whole_file(propose: Propose, text: str) -> None:
    before = f"{text}\n{CODE}"
    assert told(propose({"a.py": before}, {"a.py": before + "x = 1\n"})) == []
    assert told(propose({"a.py": before}, {"a.py": None, "b.py": before + "x = 1\n"})) == []
    assert told(propose({"a.py": CODE}, {"a.py": f'"""\n{text}\n"""\n{CODE}'})) == []


@pytest.mark.parametrize("text", ["# mypy: disallow-any-generics", "# pyright: strict", "# mypy: ignore-errors=False"])
def test_a_tightening_is_none(propose: Propose, text: str) -> None:
    assert told(propose({"a.py": CODE}, {"a.py": f"{text}\n{CODE}"})) == []


@pytest.mark.parametrize(
    "head",
    [
        "import typing\nx = typing.cast(typing.Any, 1)\n",
        "import typing as t\nx = t.cast(t.Any, 1)\n",
        "from typing import Any as A, cast as c\nx = c(A, 1)\n",
        "from typing import *\nx = cast(Any, 1)\n",
        'from typing import cast\nx = cast("Any", 1)  # Any\n',
        "from typing_extensions import Any, cast\nx = cast(\n    Any,\n    1,\n)\n",
        "from typing import no_type_check\n@no_type_check\ndef f(): ...\n",
        "import typing\n@typing.no_type_check\ndef f(): ...\n",
    ],
)
def test_types_that_are_given_up_warn(propose: Propose, head: str) -> None:
    assert [s for s, _, _ in told(propose({"a.py": "x = 1\n"}, {"a.py": head}))] == ["warning"]
    assert told(propose({"a.py": head}, {"a.py": None, "b.py": head + "y = 1\n"})) == []


def test_a_cast_of_another_kind_is_none(propose: Propose) -> None:
    head = "from typing import Any, cast\nfrom sql import cast as c\nx: Any = cast(int, 1)\ny = c(Any, 1)\n"
    assert told(propose({"a.py": "x = 1\n"}, {"a.py": head})) == []


def test_a_reason_on_the_line_or_above_is_heard(propose: Propose) -> None:
    for text in ("# noqa: E501  # a link that must stay whole", "# see #123 # noqa: E501"):
        assert told(propose({"a.py": CODE}, {"a.py": with_line(text)})) == [("warning", 5, "`# noqa: E501` is new")]
    head = CODE.replace(LINE, f"    # a link that must stay whole\n{LINE}  # noqa: E501")
    assert told(propose({"a.py": CODE}, {"a.py": head})) == [("warning", 6, "`# noqa: E501` is new")]
    asked = [("warning", 5, "`# noqa: E501` is new and gives no reason")]
    assert told(propose({"a.py": CODE}, {"a.py": with_line("# noqa: E501")})) == asked


def test_in_a_test_a_whole_file_one_with_codes_warns(propose: Propose) -> None:
    base, head = {"tests/test_a.py": CODE}, {"tests/test_a.py": f"# ruff: noqa: E501\n{CODE}"}
    assert [s for s, _, _ in told(propose(base, head))] == ["warning"]
    assert [s for s, _, _ in told(propose(base, {"tests/test_a.py": f"# ruff: noqa\n{CODE}"}))] == ["error"]


def test_where_bare_ones_are_the_habit_they_warn(propose: Propose) -> None:
    habit = {"c.py": "import d  # noqa\nimport e  # noqa\nimport f  # noqa\n", "a.py": CODE}
    assert [s for s, _, _ in told(propose(habit, {"a.py": with_line("# noqa")}))] == ["warning"]
    assert [s for s, _, _ in told(propose(habit, {"a.py": with_line("# type: ignore")}))] == ["error"]
    assert [s for s, _, _ in told(propose(habit, {"a.py": f"# ruff: noqa\n{CODE}"}))] == ["error"]


def test_two_in_one_comment_are_both_found(propose: Propose) -> None:
    found = told(propose({"a.py": CODE}, {"a.py": with_line("# noqa: E501, pylint: disable=all")}))
    assert [s for s, _, _ in found] == ["warning", "error"]


def test_a_block_that_ends_is_no_whole_file(propose: Propose) -> None:
    block = f"# ruff: disable[E501]\n{CODE}# ruff: enable[E501]\n"
    assert [s for s, _, _ in told(propose({"a.py": CODE}, {"a.py": block}))] == ["warning"]
    found = told(propose({"a.py": block}, {"a.py": block.replace("# ruff: enable[E501]\n", "")}))
    assert [s for s, _, _ in found] == ["error"]


def test_more_codes_are_told_and_another_one_of_the_same_is_too(propose: Propose) -> None:
    found = told(propose({"a.py": with_line("# noqa: E501")}, {"a.py": with_line("# noqa: E501, S101")}))
    assert [line for _, line, _ in found] == [5]
    twice = with_line("# noqa: E501").replace("    return b.h(x)", "    return b.h(x)  # noqa: E501")
    assert [line for _, line, _ in told(propose({"a.py": with_line("# noqa: E501")}, {"a.py": twice}))] == [9]


def test_a_narrower_one_and_another_tools_are_none(propose: Propose) -> None:
    for before, now in [
        ("# noqa", "# noqa: E501"),
        ("# type: ignore", "# type: ignore[attr-defined]"),
        ("# type: ignore[attr-defined]", "# ty: ignore[unresolved-attribute]"),
        ("# type: ignore", "# pyright: ignore"),
    ]:
        assert told(propose({"a.py": with_line(before)}, {"a.py": with_line(now)})) == [], now
    found = told(propose({"a.py": with_line("# type: ignore[misc]")}, {"a.py": with_line("# ty: ignore")}))
    assert [s for s, _, _ in found] == ["error"]


def test_out_of_a_string_into_the_code_is_new(propose: Propose) -> None:
    quoted = "TEXT = '''\nimport b  # type: ignore\n'''\n"
    found = told(propose({"a.py": quoted}, {"a.py": "import b  # type: ignore\n"}))
    assert [s for s, _, _ in found] == ["error"]


def test_in_what_does_not_parse_they_are_found_all_the_same(propose: Propose) -> None:
    for broken in ("def f(:\n", "x = '''\n", "  a\n b\n"):
        found = told(propose({"a.py": broken}, {"a.py": f"{broken}x = 1  # type: ignore\n"}))
        assert [s for s, _, _ in found] in (["error"], []), broken


def test_the_same_line_twice_is_two_findings_with_ids_of_their_own(propose: Propose) -> None:
    change = propose({"a.py": "x = 1\n"}, {"a.py": "import b  # type: ignore\n" * 2})
    result = judge(change)
    assert result.state is State.REFUSED
    assert len({finding.id for finding in result.findings}) == 2


def test_a_file_of_100_000_lines_is_tokenized_once_a_side(propose: Propose, monkeypatch: pytest.MonkeyPatch) -> None:
    python_comments.comments.cache_clear()
    asked: list[str] = []

    class Asked(io.StringIO):
        def __init__(self, text: str = "") -> None:
            super().__init__(text)
            asked.extend([text] if text else [])

    monkeypatch.setattr(io, "StringIO", Asked)
    long = "".join(f"x{n} = {n}  # noqa: E501\n" for n in range(100_000))
    assert judge(propose({"a.py": long}, {"a.py": long + "y = 1\n"})).state is State.PASSED
    assert asked == []  # no line that tells is another
    more = long + "import b  # noqa: F401\n"
    assert len(judge(propose({"a.py": long}, {"a.py": more})).findings) == 1
    assert asked == [more, long]
