"""What passed on base and is skipped, xfailed or gone."""

from __future__ import annotations

import pytest

from agentgate.layers.tests.lost import lost
from tests.layers.conftest import Propose
from tests.layers.tests.runs import comparison

FILE = "tests/test_a.py"
A, B = f"{FILE}::test_a", f"{FILE}::test_b"
TEST_A = "def test_a():\n    assert total([1, 2]) == 3\n"
OLD = {FILE: TEST_A, "shop/a.py": "def total(x):\n    return sum(x)\n"}
SAME: dict[str, str | None] = {"shop/a.py": "def total(x):\n    return sum(x) + 0\n"}
RENAMED: dict[str, str | None] = {FILE: TEST_A.replace("test_a", "test_b")}
MOVED: dict[str, str | None] = {FILE: None, "tests/test_z.py": TEST_A}
REMOVED: dict[str, str | None] = {FILE: "", "shop/a.py": ""}
ONE, TWO = f"{A}[1]", f"{A}[2]"

CASES = {
    "skipped": (SAME, {A: "passed"}, {A: "skipped"}, ["error"]),
    "xfailed": (SAME, {A: "passed"}, {A: "xfailed"}, ["error"]),
    "failing": (SAME, {A: "passed"}, {A: "failed: E"}, []),
    "gone": ({FILE: "x = 1\n"}, {A: "passed"}, {}, ["error"]),
    "deselected": (SAME, {A: "passed"}, {}, ["error"]),
    "renamed": (RENAMED, {A: "passed"}, {B: "passed"}, []),
    "moved with its file": (MOVED, {A: "passed"}, {"tests/test_z.py::test_a": "passed"}, []),
    "gone with its subject": (REMOVED, {A: "passed"}, {}, []),
    "gone while it failed": ({FILE: "x = 1\n"}, {A: "failed: E"}, {}, []),
    "one of its cases is skipped": (SAME, {ONE: "passed", TWO: "passed"}, {ONE: "passed", TWO: "skipped"}, ["error"]),
    "one of its cases is gone": (SAME, {ONE: "passed", TWO: "passed"}, {ONE: "passed"}, ["warning"]),
    "its cases are named otherwise": (SAME, {ONE: "passed"}, {TWO: "passed"}, []),
    "skipped on base": (SAME, {A: "skipped"}, {A: "skipped"}, []),
}


@pytest.mark.parametrize(("change", "base", "head", "expected"), CASES.values(), ids=CASES)
def test_a_test_that_passed_on_base(
    propose: Propose, change: dict[str, str | None], base: dict[str, str], head: dict[str, str], expected: list[str]
) -> None:
    found = lost(comparison(propose(OLD, change), base, head))
    assert [f.severity.value for f in found] == expected
    assert {f.rule for f in found} <= {"tests/lost"}


BODY = "    with pytest.warns(DeprecationWarning, match=name):\n"
TWO = (
    f'@pytest.mark.parametrize("name", ["a", "b", "c"])\ndef test_one(name):\n{BODY}        getattr(shop, name)\n\n\n'
    f'@pytest.mark.parametrize("name", ["d", "e", "f"])\ndef test_two(name):\n{BODY}        getattr(shop.utils, name)\n'
)
TABLE = ", ".join(f'(shop.utils, "{letter}", shop.utils._{letter})' for letter in "abcdef")
ONE = (
    f'@pytest.mark.parametrize(("module", "name", "value"), [{TABLE}])\ndef test_all(module, name, value):\n'
    f"{BODY}        got = getattr(module, name)\n    assert got == value\n"
)


def test_tests_that_became_rows_of_one_table_are_told_and_not_refused(propose: Propose) -> None:
    names = {f"tests/test_a.py::{name}": "passed" for name in ("test_one", "test_two")}
    now = {"tests/test_a.py::test_all": "passed"}
    change = propose({"tests/test_a.py": TWO}, {"tests/test_a.py": ONE})
    assert [f.severity.value for f in lost(comparison(change, names, now))] == ["warning", "warning"]
    gutted = ONE.replace('"a"', '"x"').replace('"b"', '"y"')
    change = propose({"tests/test_a.py": TWO}, {"tests/test_a.py": gutted})
    assert [f.severity.value for f in lost(comparison(change, names, now))] == ["error", "warning"]
