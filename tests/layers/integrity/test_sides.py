"""Sides: the two texts of each Python file that differs."""

from __future__ import annotations

from agentgate.layers.integrity.sides import PythonFile, sides
from tests.layers.conftest import LINK, Files, Propose
from tests.layers.integrity.judging import case_of

LONG = "".join(f"value_{number} = {number}\n" for number in range(40))


def files(propose: Propose, base: Files, head: Files) -> tuple[PythonFile, ...]:
    return sides(case_of(propose(base, head)), {}).python


def test_an_added_an_edited_and_a_deleted_file(propose: Propose) -> None:
    found = files(propose, {"a.py": "1\n", "b.py": "2\n"}, {"a.py": "3\n", "b.py": None, "tests/test_c.py": "4\n"})
    assert found == (
        PythonFile("a.py", "a.py", "1\n", "3\n", is_test=False),
        PythonFile("b.py", "b.py", "2\n", "", is_test=False),
        PythonFile("tests/test_c.py", "", "", "4\n", is_test=True),
    )


def test_a_renamed_file_is_a_pair_and_a_plain_rename_nothing(propose: Propose) -> None:
    assert files(propose, {"a.py": LONG}, {"a.py": None, "b.py": LONG + "x = 1\n"}) == (
        PythonFile("b.py", "a.py", LONG, LONG + "x = 1\n", is_test=False),
    )
    assert files(propose, {"a.py": LONG}, {"a.py": None, "b.py": LONG}) == ()


def test_a_renamed_text_has_no_base_in_python(propose: Propose) -> None:
    assert files(propose, {"a.txt": LONG}, {"a.txt": None, "a.py": LONG}) == (
        PythonFile("a.py", "", "", LONG, is_test=False),
    )


def test_what_a_copy_was_made_of_is_no_base_of_it(propose: Propose) -> None:
    found = files(propose, {"a.py": LONG}, {"a.py": LONG + "x = 1\n", "b.py": LONG + "y = 1\n"})
    assert [(f.path, f.base) for f in found] == [("a.py", LONG), ("b.py", "")]


def test_links_and_other_files_are_left_out(propose: Propose) -> None:
    assert files(propose, {"a.md": "a"}, {"a.md": "b", "b.py": LINK + "a.md"}) == ()


def test_a_byte_order_mark_is_left_out(propose: Propose) -> None:
    assert files(propose, {"a.md": "a"}, {"a.py": "\ufeffx = 1\n"})[0].head == "x = 1\n"
