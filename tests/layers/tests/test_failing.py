"""What fails at head: by this change, on base already, or only sometimes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from agentgate.errors import ToolError
from agentgate.evidence import CollectError, TestRun
from agentgate.layers.tests.compare import Comparison
from agentgate.layers.tests.failing import failing, uncollected
from tests.layers.conftest import Propose
from tests.layers.tests.runs import PACKAGE, again, comparison, run

A = "tests/test_a.py::test_a"
OLD = {"tests/test_a.py": "def test_a():\n    assert f() == 1\n", "shop/a.py": "x = 1\n"}
SOURCE: dict[str, str | None] = {"shop/a.py": "x = 2\n"}
OWN: dict[str, str | None] = {"tests/test_a.py": "def test_a():\n    assert f() == 2\n"}
FAILS = "failed: AssertionError at test_a.py"
OTHERWISE = "failed: KeyError at test_a.py"

CASES = {
    "passed on base": (SOURCE, {A: "passed"}, {"head": {A: FAILS}, "base": {A: "passed"}}, "tests/regression", "error"),
    "fails on base too": (SOURCE, {A: FAILS}, {}, "tests/already-failing", "note"),
    "fails otherwise on base": (SOURCE, {A: OTHERWISE}, {"head": {A: FAILS}}, "tests/regression", "error"),
    "fails alone on base too": (
        SOURCE, {A: "passed"}, {"head": {A: FAILS}, "base": {A: FAILS}}, "tests/already-failing", "note",
    ),
    "passes when it runs again": (SOURCE, {A: "passed"}, {"head": {A: "passed"}}, "tests/flaky", "warning"),
    "is the change's own": (OWN, {A: "passed"}, {"head": {A: FAILS}, "base": {A: "passed"}}, "tests/failing", "error"),
    "is the change's own, and flaky": (OWN, {A: "passed"}, {"head": {A: "passed"}}, "tests/flaky", "error"),
    "is not on base": (SOURCE, {}, {"head": {A: FAILS}}, "tests/failing", "error"),
}  # fmt: skip


@pytest.mark.parametrize(("head", "on_base", "reruns", "rule", "severity"), CASES.values(), ids=CASES)
def test_a_test_that_fails_at_head(
    propose: Propose,
    head: dict[str, str | None],
    on_base: dict[str, str],
    reruns: dict[str, dict[str, str]],
    rule: str,
    severity: str,
) -> None:
    (found,) = failing(comparison(propose(OLD, head), on_base, {A: FAILS}), again(**reruns))
    assert (found.rule, found.severity.value) == (rule, severity)


def test_where_it_cannot_run_again_the_first_outcome_stands(propose: Propose) -> None:
    def broken(*_: object) -> TestRun:
        raise ToolError("no")

    (found,) = failing(comparison(propose(OLD, SOURCE), {A: "passed"}, {A: FAILS}), broken)
    assert found.rule == "tests/regression"


def test_a_test_whose_file_was_renamed_is_the_same(propose: Propose) -> None:
    text = OLD["tests/test_a.py"]
    change = propose(OLD, {"tests/test_a.py": None, "tests/test_b.py": text})
    (found,) = failing(comparison(change, {A: FAILS}, {"tests/test_b.py::test_a": FAILS}), again())
    assert found.rule == "tests/already-failing"


def test_what_passes_needs_no_finding(propose: Propose) -> None:
    assert failing(comparison(propose(OLD, SOURCE), {A: FAILS}, {A: "passed"}), again()) == []


@pytest.mark.parametrize(
    ("on_base", "rule", "severity"),
    [
        ("ImportError at x", "tests/already-failing", "note"),
        ("SyntaxError at x", "tests/collection", "error"),
        ("", "tests/collection", "error"),
    ],
)
def test_a_module_that_cannot_be_collected(propose: Propose, on_base: str, rule: str, severity: str) -> None:
    change = propose(OLD, SOURCE)
    old = (CollectError("tests/test_a.py", on_base, "E  why"),) if on_base else ()
    new = (CollectError("tests/test_a.py", "ImportError at x", "E  why"),)
    compared = Comparison(change, PACKAGE, run({}, "base", old), run({}, "head", new), frozenset(), frozenset())
    (found,) = uncollected(compared)
    assert (found.rule, found.severity.value) == (rule, severity)
    assert "why" in found.message


@pytest.mark.parametrize(
    ("later", "touches", "severity"),
    [
        (("passed", "passed", "passed"), True, "error"),  # once more beside its neighbours
        ((FAILS, "passed", "passed"), True, "error"),
        ((FAILS, "passed", "passed"), False, "warning"),
    ],
)
def test_an_old_test_that_fails_now_and_then_refuses_only_where_the_change_is_run_by_it(
    propose: Propose, later: tuple[str, str, str], touches: bool, severity: str
) -> None:
    change = propose(OLD, SOURCE)
    compared = comparison(change, {A: "passed"}, {A: FAILS})
    if touches:
        outcomes = tuple(replace(o, lines=(("shop/a.py", (1,)),)) for o in compared.head.outcomes)
        compared = replace(compared, head=replace(compared.head, outcomes=outcomes))

    def rerun(side: str, ids: Sequence[str], seed: int) -> TestRun:
        if side == "base":
            return run({A: "passed"}, side)
        return run({A: FAILS if list(ids) == ["tests/test_a.py"] else later[seed]}, side)

    (found,) = failing(compared, rerun)
    assert (found.rule, found.severity.value) == ("tests/flaky", severity)


def test_what_base_fails_now_and_then_too_is_no_fault_of_the_change(propose: Propose) -> None:
    reruns = again({"head": {A: FAILS}, "base": {A: FAILS}}, head={A: "passed"}, base={A: "passed"})
    (found,) = failing(comparison(propose(OLD, SOURCE), {A: "passed"}, {A: FAILS}), reruns)
    assert (found.rule, found.severity.value) == ("tests/flaky", "warning")
