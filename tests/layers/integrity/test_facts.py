"""Facts: what moved, was renamed or was edited in place is nothing new; N old ones excuse at most N."""

from __future__ import annotations

from agentgate.layers.integrity.facts import Fact, difference, net_new


def fact(near: str = "x = 1", symbol: str = "f", path: str = "a.py", line: int = 1, argument: str = "E501") -> Fact:
    return Fact("noqa", argument, near, symbol, path, line)


def test_moved_code_brings_nothing() -> None:
    assert net_new([fact()], [fact(path="b.py", symbol="g", line=9)], {}) == ()


def test_a_line_edited_in_its_function_brings_nothing() -> None:
    assert net_new([fact()], [fact("x = 2", line=3)], {}) == ()


def test_nor_in_a_renamed_file() -> None:
    assert net_new([fact()], [fact("x = 2", path="b.py")], {"a.py": "b.py"}) == ()
    assert net_new([fact()], [fact("x = 2", path="b.py")], {}) == (fact("x = 2", path="b.py"),)


def test_one_old_one_excuses_one() -> None:
    head = [fact(line=1), fact(line=2), fact(line=3)]
    assert len(net_new([fact(line=7)], head, {})) == 2


def test_another_argument_or_function_is_new() -> None:
    assert net_new([fact()], [fact(argument="S101")], {}) == (fact(argument="S101"),)
    assert net_new([fact()], [fact("x = 2", symbol="g")], {}) == (fact("x = 2", symbol="g"),)


def test_the_same_code_cancels_before_an_edited_line_does() -> None:
    base, head = [fact("x = 1"), fact("y = 1")], [fact("z = 1"), fact("x = 1"), fact("y = 1")]
    assert net_new(base, head, {}) == (fact("z = 1"),)


def test_what_is_gone_is_told_too() -> None:
    gone, new = difference([fact(), fact("y = 1", symbol="g")], [fact(path="b.py")], {})
    assert (gone, new) == ((fact("y = 1", symbol="g"),), ())
