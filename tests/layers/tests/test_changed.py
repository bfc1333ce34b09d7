"""What of the source a change brings: statements and functions, without what only moved."""

from __future__ import annotations

from agentgate.layers.tests.changed import changed_sources
from agentgate.layers.tests.special import cased
from tests.layers.conftest import Propose

BASE = """\
def first(a):
    b = a + 1
    c = b * 2
    d = c - 3
    return d


def second(a):
    return a
"""


def test_changed_statements_and_functions_are_found_with_base_beside_them(propose: Propose) -> None:
    change = propose({"shop/a.py": BASE}, {"shop/a.py": BASE.replace("c = b * 2", "c = b * 3")})
    (source,) = changed_sources(change, ["shop/a.py"])
    assert [(s.first, s.symbol) for s in source.statements] == [(3, "first")]
    assert (source.functions, source.new) == (("first",), ())
    assert source.base_text == BASE


def test_a_block_that_moved_is_not_new(propose: Propose) -> None:
    first, second = BASE.split("\n\n\n")
    change = propose({"shop/a.py": BASE}, {"shop/a.py": f"{second}\n\n{first}\n", "shop/b.py": "x = 1\n"})
    (source,) = changed_sources(change, ["shop/a.py"])
    assert source.functions == ()
    assert not [s for s in source.statements if s.symbol == "first"]


def test_formatting_within_a_function_is_no_changed_statement(propose: Propose) -> None:
    change = propose(
        {"shop/a.py": BASE}, {"shop/a.py": BASE.replace("c = b * 2", "c = (b * 2)  # twice") + "\nX = 1\n"}
    )
    (source,) = changed_sources(change, ["shop/a.py"])
    assert source.statements == ()


def test_a_new_function_is_new(propose: Propose) -> None:
    change = propose({"shop/a.py": BASE}, {"shop/a.py": BASE + "\n\ndef third(a):\n    return -a\n"})
    (source,) = changed_sources(change, ["shop/a.py"])
    assert source.new == ("third",)


def test_a_deleted_file_brings_nothing(propose: Propose) -> None:
    change = propose({"shop/a.py": BASE, "shop/b.py": "x = 1\n"}, {"shop/a.py": None})
    assert changed_sources(change, ["shop/a.py"]) == []


def test_an_answer_written_down_for_the_tests_input_is_told_from_a_real_case(propose: Propose) -> None:
    cheat = BASE.replace("def second(a):\n", "def second(a):\n    if a == 41:\n        return 99\n")
    test = "from shop.a import second\n\n\ndef test_second():\n    assert second(41) == 99\n"
    change = propose({"shop/a.py": BASE}, {"shop/a.py": cheat, "tests/test_a.py": test})
    sources = changed_sources(change, ["shop/a.py"])
    (found,) = cased(change, sources, {"tests/test_a.py::test_second"})
    assert (found.rule, found.location.line if found.location else 0) == ("tests/special-cased", 9)
    assert cased(change, sources, set()) == []
    other = propose({"shop/a.py": BASE}, {"shop/a.py": cheat, "tests/test_a.py": test.replace("99", "7")})
    assert cased(other, changed_sources(other, ["shop/a.py"]), {"tests/test_a.py::test_second"}) == []
