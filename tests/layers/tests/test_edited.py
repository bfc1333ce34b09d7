"""Which tests a change brings or edits, and how alike two tests are."""

from __future__ import annotations

import pytest

from agentgate.layers.tests import edited
from agentgate.layers.tests.edited import (
    brought,
    changed_functions,
    removed_names,
)
from agentgate.tools.python_likeness import likeness
from tests.layers.conftest import Propose
from tests.layers.tests.runs import PACKAGE

TEST = "class TestA:\n    def test_a(self):\n        assert f(1) == 2\n\n\ndef helper():\n    pass\n"


def test_test_functions_are_known_by_their_names() -> None:
    source = TEST + "async def test_b(): pass\ndef it_works(): pass\nclass Test: pass\ntest_c = 1\n"
    assert set(edited.tests_of(source)) == {"TestA.test_a", "test_b", "it_works"}


def test_new_and_edited_tests_are_told_apart(propose: Propose) -> None:
    head = TEST.replace("== 2", "== 3") + "\n\ndef test_new():\n    assert True\n"
    change = propose({"tests/test_a.py": TEST}, {"tests/test_a.py": head})
    assert brought(change, ("tests/test_a.py",)) == (
        ("tests/test_a.py::test_new",),
        ("tests/test_a.py::TestA::test_a",),
    )


def test_comments_and_places_make_no_edit(propose: Propose) -> None:
    head = "import os  # why\n\n\n" + TEST.replace("(self):", "(self):  # why")
    change = propose({"tests/test_a.py": TEST}, {"tests/test_a.py": head})
    assert brought(change, ("tests/test_a.py",)) == ((), ())


def test_a_decorator_is_part_of_the_test(propose: Propose) -> None:
    head = TEST.replace("    def test_a", "    @pytest.mark.skip\n    def test_a")
    change = propose({"tests/test_a.py": TEST}, {"tests/test_a.py": head})
    assert brought(change, ("tests/test_a.py",))[1] == ("tests/test_a.py::TestA::test_a",)


def test_a_renamed_file_brings_no_new_tests(propose: Propose) -> None:
    change = propose({"tests/test_a.py": TEST}, {"tests/test_a.py": None, "tests/test_b.py": TEST})
    assert brought(change, ("tests/test_b.py",)) == ((), ())


def test_the_innermost_changed_functions_are_named_with_their_lines(propose: Propose) -> None:
    base = "class A:\n    def f(self):\n        x = 1\n        return x\n\n    def g(self):\n        pass\n"
    head = base.replace("x = 1", "x = 2") + "\n\ndef new():\n    pass\n"
    change = propose({"shop/a.py": base}, {"shop/a.py": head})
    found = changed_functions(change, ("shop/a.py",))
    assert [(f.name, f.first, f.last, f.is_new) for f in found] == [("A.f", 3, 3, False), ("new", 10, 11, True)]


def test_names_that_leave_the_source_are_known(propose: Propose) -> None:
    base = {"shop/a.py": "LIMIT = 1\ndef f(old): pass\nclass A:\n    def g(self): pass\n", "shop/gone.py": "x = 1\n"}
    change = propose(base, {"shop/a.py": "def f(new): pass\nclass A: pass\n", "shop/gone.py": None})
    assert removed_names(change, (PACKAGE,)) == {"LIMIT", "old", "g", "self", "x", "gone"}


@pytest.mark.parametrize(
    ("after", "alike"),
    [
        pytest.param("def test_b():\n    assert total([1, 2]) == 3\n", True, id="renamed"),
        pytest.param("def test_b():\n    assert total([1, 2, 3]) == 6\n", True, id="renamed and edited"),
        pytest.param("def test_b():\n    assert other([1, 2]) == 3\n", False, id="of something else"),
        pytest.param("def test_b():\n    pass\n", False, id="emptied"),
    ],
)
def test_a_renamed_test_is_recognised(after: str, alike: bool) -> None:
    assert (likeness("def test_a():\n    assert total([1, 2]) == 3\n", after) > 0) is alike


def test_a_short_test_that_asserts_the_same_under_a_like_name_is_renamed() -> None:
    before = "def test_default_locale_path_null__file__():\n    m.__file__ = None\n    assert m.path() is None\n"
    after = "def test_default_locale_path_none__spec__(patch):\n    patch.setattr(m, '__spec__', None)\n    {}\n"
    assert likeness(before, after.format("assert m.path() is None")) > 0
    assert likeness(before, after.format("assert m.path()")) == 0
    other = "def test_of_something_else(patch):\n    patch.undo()\n    assert m.path() is None\n"
    assert likeness(before, other) == 0
