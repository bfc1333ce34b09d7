"""Facts about sources."""

from __future__ import annotations

from agentgate.tools.python_source import called_as_program, differing_names

BASE = """\
LIMIT = 1
SAME = 2


def f():
    return LIMIT


class A:
    size = 3

    def g(self):
        return 1

    def same(self):
        return 2
"""


def test_names_differ_that_are_defined_otherwise_or_only_once() -> None:
    head = BASE.replace("LIMIT = 1", "LIMIT = 9").replace("size = 3", "size: int = 4").replace("return 1", "return 7")
    assert differing_names(BASE, head + "\n\ndef new():\n    pass\n") == {"LIMIT", "size", "g", "new"}
    assert differing_names(BASE, BASE) == frozenset()


def test_what_a_module_runs_as_a_program_is_named() -> None:
    assert called_as_program('if __name__ == "__main__":\n    sys.exit(main())\n') == {"sys", "exit", "main"}
    assert called_as_program("if DEBUG:\n    main()\n") == frozenset()


def test_a_sum_of_very_many_terms_is_no_obstacle() -> None:
    source = f"class A:\n    def f(self):\n        return {' + '.join(['1'] * 1500)}\n"
    assert symbol_at(source, 3) == "A.f"
    assert [*definitions(source)] == ["A", "A.f"]
