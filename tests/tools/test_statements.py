"""The statements of a source by their own lines."""

from __future__ import annotations

from agentgate.tools.statements import branches, statements

SOURCE = '''\
X = 1


def f(a):
    """Doc."""
    if (
        a
        > 1
    ):
        raise ValueError
    for b in a:
        print(b)
    else:
        pass
    try:
        a()
    except TypeError:
        return 2
    if sys.platform == "win32":
        return 3


class C:
    y: int = 2

    async def g(self): return 1
'''


def test_each_statement_of_a_function_has_its_own_lines() -> None:
    found = [(s.first, s.last, s.symbol) for s in statements(SOURCE)]
    assert found == [
        (6, 9, "f"), (10, 10, "f"), (11, 11, "f"), (12, 12, "f"), (16, 16, "f"), (17, 17, "f"), (18, 18, "f"),
        (19, 19, "f"), (20, 20, "f"), (26, 26, "C.g"),
    ]  # fmt: skip


def test_a_branch_for_another_platform_is_not_for_here() -> None:
    assert [s.first for s in statements(SOURCE) if s.is_elsewhere] == [20]
    assert [s.first for s in statements(SOURCE) if s.is_raise] == [10]


WAYS = """\
def f(a, b):
    if (
        a
        and b
    ):
        b += 1
    if a:
        b = 2
    elif b:
        b = 3
    else:
        b = 4
    while b < 9:
        b += 1
    if a: b = 1
    while True:
        break
    if sys.platform == "win32":
        b = 0

if X:
    Y = 1
"""


def test_conditions_have_a_body_and_an_else() -> None:
    found = [(b.first, b.last, b.symbol, b.body, b.otherwise) for b in branches(WAYS)]
    assert found == [
        (2, 4, "f", (6, 6), 0), (7, 7, "f", (8, 8), 9), (9, 9, "f", (10, 10), 12), (13, 13, "f", (14, 14), 0),
    ]  # fmt: skip


def test_a_run_tells_which_way_a_condition_went() -> None:
    first, second, third, loop = branches(WAYS)
    assert first.went({2, 3, 6}, {(4, 6)}) == {True}
    assert first.went({2, 3, 7}, {(3, 7)}) == {False}
    assert second.went({7, 9, 12}, set()) == {False}
    assert third.went({7, 9, 10}, set()) == {True}
    assert loop.went({13, 14, 15}, {(14, 13), (13, 15)}) == {True, False}
    assert loop.went({13}, {(0, 13)}) == frozenset()
    assert loop.went({13}, {(13, 0)}) == {False}
