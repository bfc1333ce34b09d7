"""The statements of a source by their own lines."""

from __future__ import annotations

from agentgate.tools.statements import statements

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
