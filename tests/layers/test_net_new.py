"""What a change brings: an old complaint stays old wherever it goes, and N old ones excuse N."""

from __future__ import annotations

import pytest

from agentgate.change import Change, Tree
from agentgate.layers.net_new import Texts, net_new
from agentgate.tools.ports import Diagnostic
from tests.layers.conftest import Propose

OLD = "import os\n\n\ndef f(x):\n    y = x  # bad\n    return x\n\n\ndef g(x):\n    return x\n"


def complaints(tree: Tree, message: str = "this is bad") -> list[Diagnostic]:
    """What a linter would say that knows one rule: no line ends with "# bad"."""
    found = []
    for path in sorted(tree.entries()):
        for number, line in enumerate((tree.read_text(path) or "").split("\n"), 1):
            if line.endswith("# bad"):
                found.append(Diagnostic(path, number, 1, "X1", message))
    return found


def brought(change: Change) -> list[tuple[str, int]]:
    """(path, line) of what the change brings."""
    return [(d.path, d.line) for d in net_new(complaints(change.base), complaints(change.head), change)]


EXCUSED = {
    "untouched": {"b.py": "new = 1\n"},
    "moved within its file": {"a.py": '"""Says."""\n\nimport re\n' + OLD},
    "moved with its file": {"a.py": None, "sub/b.py": "import re\n" + OLD},
    "moved to another file": {"a.py": OLD.replace("    y = x  # bad\n", ""), "b.py": "def h(x):\n    y = x  # bad\n"},
    "edited in the same function": {"a.py": OLD.replace("y = x  #", "y = x + 1  #")},
    "edited and moved in the same function": {"a.py": OLD.replace("    y = x  #", "    z = 1\n    y = x + z  #")},
    "edited in a renamed file": {"a.py": None, "b.py": OLD.replace("y = x  #", "y = x + 1  #")},
    "indented": {"a.py": OLD.replace("    y = x  # bad", "    if x:\n        y = x  # bad")},
    "gone": {"a.py": OLD.replace("  # bad", "")},
}


@pytest.mark.parametrize("head", EXCUSED.values(), ids=EXCUSED)
def test_an_old_complaint_is_not_the_changes(propose: Propose, head: dict[str, str | None]) -> None:
    assert brought(propose({"a.py": OLD}, head)) == []


NEW = {
    "a second one in the same function": (
        {"a.py": OLD.replace("return x\n\n\ndef g", "return x  # bad\n\n\ndef g")},
        [("a.py", 6)],
    ),
    "a copy of the same line": (
        {"a.py": OLD.replace("    y = x  # bad\n", "    y = x  # bad\n    y = x  # bad\n")},
        [("a.py", 6)],
    ),
    "one in another function": ({"a.py": OLD.replace("def g(x):\n", "def g(x):\n    z = 1  # bad\n")}, [("a.py", 10)]),
    "one in another function, the old one mended": (
        {"a.py": OLD.replace("  # bad", "").replace("def g(x):\n", "def g(x):\n    z = 1  # bad\n")},
        [("a.py", 10)],
    ),
    "one at module level": ({"a.py": "z = 1  # bad\n" + OLD}, [("a.py", 1)]),
    "one in a new file": ({"b.py": "z = 1  # bad\n"}, [("b.py", 1)]),
}


@pytest.mark.parametrize(("head", "expected"), NEW.values(), ids=NEW)
def test_a_new_complaint_is_the_changes(
    propose: Propose, head: dict[str, str | None], expected: list[tuple[str, int]]
) -> None:
    assert brought(propose({"a.py": OLD}, head)) == expected


def test_two_old_complaints_excuse_two_and_not_three(propose: Propose) -> None:
    change = propose({"a.py": "x = 1  # bad\n" * 2}, {"a.py": "y = 0\n" + "x = 1  # bad\n" * 3})
    assert len(brought(change)) == 1


def test_at_module_level_a_line_edited_in_place_stays_the_same(propose: Propose) -> None:
    change = propose(
        {"a.py": "a = 1\nx = 1  # bad\nb = 1\nc = 1\n"},
        {"a.py": "a = 1\nx = 2  # bad\nb = 1\nc = 1\n"},
    )
    assert brought(change) == []


def test_at_module_level_one_far_from_the_old_one_is_new(propose: Propose) -> None:
    change = propose(
        {"a.py": "x = 1  # bad\nb = 1\nc = 1\nd = 1\n"},
        {"a.py": "x = 1\nb = 1\nc = 1\nd = 2  # bad\n"},
    )
    assert brought(change) == [("a.py", 4)]


def test_a_complaint_on_a_line_that_the_change_does_not_touch_is_new_where_base_has_none(propose: Propose) -> None:
    change = propose({"a.py": "x = 1\n", "b.py": "y = 1\n"}, {"b.py": "y = 2\n"})
    far = Diagnostic("a.py", 1, 1, "return-value", "no int")
    assert net_new([], [far], change) == (far,)


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ("f is too complex (11 > 10)", "f is too complex (13 > 10)", False),
        ("redefinition of f from line 12", "redefinition of f from line 20", False),
        ("f is unused", "g is unused", True),
    ],
)
def test_numbers_in_a_message_do_not_make_it_another(propose: Propose, before: str, after: str, new: bool) -> None:
    change = propose({"a.py": "x = 1\n"}, {"a.py": "\n\nx = 1\n"})
    old, now = (Diagnostic("a.py", line, 1, "C901", said) for line, said in ((1, before), (3, after)))
    assert bool(net_new([old], [now], change)) is new


def test_another_rule_on_the_same_line_is_new(propose: Propose) -> None:
    change = propose({"a.py": "x = 1\n"}, {"a.py": "x = 1\ny = 1\n"})
    other = Diagnostic("a.py", 1, 1, "E2", "bad")
    assert net_new([Diagnostic("a.py", 1, 1, "E1", "bad")], [other], change) == (other,)


def test_complaints_about_whole_files_do_not_excuse_one_another(propose: Propose) -> None:
    change = propose({"a.py": "x = 1\n"}, {"b.py": "y = 1\n"})
    whole = Diagnostic("b.py", 0, 0, "INP001", "no __init__.py")
    assert net_new([Diagnostic("a.py", 0, 0, "INP001", "no __init__.py")], [whole], change) == (whole,)


def test_what_is_brought_is_told_in_the_order_of_files_and_lines(propose: Propose) -> None:
    change = propose({"a.py": "x = 1\n"}, {"b.py": "\ny = 1\nz = 1\n"})
    found = [Diagnostic("b.py", 3, 1, "E", "z"), Diagnostic("b.py", 2, 5, "E", "y"), Diagnostic("b.py", 2, 1, "E", "y")]
    assert [(d.line, d.column) for d in net_new([], found, change)] == [(2, 1), (2, 5), (3, 1)]


def test_texts_know_lines_and_symbols_and_nothing_outside_the_file(propose: Propose) -> None:
    texts = Texts(propose({"a.py": OLD}, {"b.py": ""}).base)
    assert texts.line("a.py", 5) == "y = x  # bad"
    assert texts.line("a.py", 0) == texts.line("a.py", 999) == texts.line("no.py", 1) == ""
    assert texts.symbol("a.py", 5) == "f"
    assert texts.symbol("a.py", 1) == texts.symbol("README.md", 1) == ""
