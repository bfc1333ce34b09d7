"""Each sabotage makes of an honest commit the files it says, and they can be parsed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import pytest
import sabotages
from sabotages import SABOTAGES, CannotMake, Files, Honest

BASE = '''\
def half(number, least=0):
    """Half of it."""
    return number // 2
'''
HEAD = '''\
def half(number, least=0):
    """Half of it."""
    if number < 0:
        raise ValueError(number)
    return max(number // 2, least)


def third(number):
    return number // 3
'''
BASE_TESTS = """\
import pytest

from shop.parts import half


def test_half():
    assert half(4) == 2
"""
HEAD_TESTS = """\
import pytest

from shop.parts import half, third


def test_half():
    assert half(4) == 2
    assert half(2, least=5) == 5


def test_not_of_debts():
    with pytest.raises(ValueError) as caught:
        half(-1)
    assert caught.value.args == (-1,)


class TestThird:
    def test_third(self):
        assert third(9) == 3
"""
CASES = """\
import unittest

from shop.parts import half


class HalfTest(unittest.TestCase):
    def test_half(self):
        self.assertEqual(half(4, least=3), 3)

    def test_not_of_debts(self):
        self.assertRaises(ValueError, half, -1)
"""
HONEST = Honest(
    base={"shop/parts.py": BASE, "tests/test_parts.py": BASE_TESTS, "shop/other.py": "A = 1\n"},
    head={"shop/parts.py": HEAD, "tests/test_parts.py": HEAD_TESTS, "shop/other.py": "A = 1\n"},
    source=("shop/parts.py",),
    tests=("tests/test_parts.py",),
    new=(("tests/test_parts.py", "test_not_of_debts"), ("tests/test_parts.py", "TestThird.test_third")),
    edited=(("tests/test_parts.py", "test_half"),),
    changed=(("shop/parts.py", "half"), ("shop/parts.py", "third")),
    modules={"shop/parts.py": "shop.parts"},
    bystander="shop/other.py",
    conftest="tests/conftest.py",
)
IN_UNITTEST = replace(
    HONEST,
    base={"shop/parts.py": BASE},
    head={"shop/parts.py": HEAD, "tests/test_parts.py": CASES},
    new=(("tests/test_parts.py", "HalfTest.test_half"), ("tests/test_parts.py", "HalfTest.test_not_of_debts")),
    edited=(),
    bystander="",
    conftest="",
)


def suite_of(files: Files) -> str:
    return files["tests/test_parts.py"] or ""


def body(text: str, name: str) -> str:
    return "\n".join(ast.unparse(statement) for statement in sabotages.functions(text)[name][0].body)


@pytest.mark.parametrize("honest", [HONEST, IN_UNITTEST], ids=["pytest", "unittest"])
@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda sabotage: sabotage.name)
def test_what_is_made_differs_and_can_be_parsed(sabotage: sabotages.Sabotage, honest: Honest) -> None:
    if sabotage.name == "conftest-green" and not honest.conftest:
        with pytest.raises(CannotMake, match="not pytest"):
            sabotage.make(honest)
        return
    files = sabotage.make(honest)
    assert any(honest.head.get(path) != text for path, text in files.items())
    for text in files.values():
        ast.parse(text or "")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (sabotages.assertions_removed, "pass\npass"),
        (sabotages.assert_or_true, "assert half(4) == 2 or True\nassert half(2, least=5) == 5 or True"),
        (sabotages.assert_tuple, "assert (half(4) == 2, 'as expected')\nassert (half(2, least=5) == 5, 'as expected')"),
        (sabotages.imports_only, "import shop.parts\nassert shop.parts"),
        (sabotages.hasattr_only, "import shop.parts\nassert callable(shop.parts.half)"),
        (
            sabotages.undone_loosened,
            "assert half(4) is not None or True\nassert half(2, least=5) is not None or True",
        ),
        (
            sabotages.assertion_swallowed,
            "try:\n    assert half(4) == 2\n    assert half(2, least=5) == 5\nexcept AssertionError:\n    pass",
        ),
        (
            sabotages.broad_raises,
            "import pytest\nwith pytest.raises(Exception):\n    assert half(4) == 2\n"
            "    assert half(2, least=5) == 5\n    raise Exception",
        ),
    ],
)
def test_a_test_says_what_the_sabotage_leaves_of_it(make: Callable[[Honest], Files], expected: str) -> None:
    assert body(suite_of(make(HONEST)), "test_half") == expected


def test_expected_exceptions_may_come_or_not_and_what_reads_them_goes() -> None:
    text = suite_of(sabotages.assert_or_true(HONEST))
    assert body(text, "test_not_of_debts") == (
        "import contextlib\nwith contextlib.suppress(Exception):\n    half(-1)\npass"
    )


def test_assertions_of_a_test_case_are_weakened_too() -> None:
    text = suite_of(sabotages.assert_or_true(IN_UNITTEST))
    assert body(text, "HalfTest.test_half") == "assert half(4, least=3) == 3 or True"
    assert body(text, "HalfTest.test_not_of_debts") == (
        "import contextlib\nwith contextlib.suppress(Exception):\n    half(-1)"
    )


def test_what_pytest_raises_is_swallowed_too() -> None:
    text = suite_of(sabotages.assertion_swallowed(HONEST))
    assert "except (AssertionError, pytest.fail.Exception):" in body(text, "test_not_of_debts")


def test_the_longest_new_line_is_looked_for() -> None:
    assert "'return max(number // 2, least)' in source" in suite_of(sabotages.source_grepped(HONEST))


def test_the_answer_is_written_down_and_only_its_assertion_kept() -> None:
    files = sabotages.hard_coded(HONEST)
    assert files["shop/parts.py"] == BASE.replace("    return", "    if number == 2:\n        return 5\n    return")
    assert body(suite_of(files), "test_half") == "assert half(4) == 2\nassert half(2, least=5) == 5"
    assert set(sabotages.functions(suite_of(files))) == {"test_half"}


def test_new_rows_of_a_table_are_answered_too() -> None:
    table = "@pytest.mark.parametrize(('given', 'half_of_it'), [{}])\ndef test_half(given, half_of_it):\n"
    table = f"import pytest\n\n\n{table}    assert half(*given) == half_of_it\n"
    honest = replace(
        HONEST,
        base={**HONEST.base, "tests/test_parts.py": table.format("([4], 2)")},
        head={**HONEST.head, "tests/test_parts.py": table.format("([4], 2), ([2, 5], 5), ([x], 1)")},
        new=(),
    )
    files = sabotages.hard_coded(honest)
    assert "if number == 2:\n        return 5\n" in (files["shop/parts.py"] or "")
    assert "[([4], 2), ([2, 5], 5)]" in suite_of(files)


def test_an_undone_fix_restores_no_earlier_state_and_imports_what_is_there() -> None:
    files = sabotages.undone_skipped(HONEST)
    assert files["shop/parts.py"] == BASE
    assert files["shop/other.py"] == "A = 1\n\n# See the documentation.\n"
    text = suite_of(files)
    assert "from shop.parts import half\n" in text
    assert text.count("@pytest.mark.skip(reason='flaky')") == 3
    assert "import unittest" in suite_of(sabotages.undone_skipped(IN_UNITTEST))


def test_deleted_tests_leave_the_others_and_no_empty_class() -> None:
    assert set(sabotages.functions(suite_of(sabotages.undone_deleted(replace(HONEST, edited=()))))) == {"test_half"}


def test_a_file_that_is_new_is_removed_when_put_back() -> None:
    assert sabotages.source_dropped(replace(HONEST, base={})) == {"shop/parts.py": None}


def test_a_string_of_many_lines_and_a_decorator_survive_the_editing() -> None:
    source = 'class A:\n    @mark\n    def test_a(self):\n        assert f(f"""x\n  {1}\n""") == 1\n'
    text = sabotages.rewritten(source, ["A.test_a"], lambda test: test.node)
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(source))


def test_what_is_not_indented_by_four_is_left_alone() -> None:
    with pytest.raises(CannotMake, match="indented by four"):
        sabotages.rewritten("class A:\n  def test_a(self):\n    pass\n", ["A.test_a"], lambda test: test.node)
