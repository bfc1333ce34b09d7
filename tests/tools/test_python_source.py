"""Facts about sources."""

from __future__ import annotations

from agentgate.tools.python_source import assigned, called_as_program, definitions, differing_names, symbol_at

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
    head = (
        BASE.replace("LIMIT = 1", "LIMIT = 9")
        .replace("size = 3", "size: int = 4")
        .replace("def g(self)", "def g(self, a)")
        .replace("return 2", "return 7")
    )
    assert differing_names(BASE, head + "\n\ndef new():\n    pass\n") == {"LIMIT", "size", "g", "new"}
    assert differing_names(BASE, BASE) == frozenset()
    assert differing_names("import datetime\nimport re", "from datetime import datetime\nimport re") == {"datetime"}


def test_what_a_module_runs_as_a_program_is_named() -> None:
    assert called_as_program('if __name__ == "__main__":\n    sys.exit(main())\n') == {"sys", "exit", "main"}
    assert called_as_program("if DEBUG:\n    main()\n") == frozenset()


def test_what_modules_and_classes_assign_is_told_by_dotted_names() -> None:
    source = "A: int = 1\n__version__ = '2'\nB: int\n\n\nclass C:\n    d = [2]\n\n    def f(self):\n        e = 3\n"
    assert set(assigned(source)) == {"A", "C.d"}


def test_a_sum_of_very_many_terms_is_no_obstacle() -> None:
    source = f"class A:\n    def f(self):\n        return {' + '.join(['1'] * 1500)}\n"
    assert symbol_at(source, 3) == "A.f"
    assert [*definitions(source)] == ["A", "A.f"]
