"""What the tests run of a change, and what they notice, as values."""

from __future__ import annotations

import pytest

from agentgate.evidence import Outcome, TestOutcome, TestRun
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.fail_to_pass import FailToPass
from agentgate.layers.tests.proof import Lines, Tried, covered, proof_of
from agentgate.tools.laboratory import Attempt, Difference
from agentgate.tools.statements import branches, statements
from agentgate.tools.variants import Variant

TEXT = "def f(a):\n    if a:\n        a = 1\n    return a\n"
SOURCE = ChangedSource("a.py", TEXT, tuple(statements(TEXT)), 0, ("f",), (), branches=tuple(branches(TEXT)))


def outcome(name: str, *lines: int, jumps: tuple[tuple[int, int], ...] = ()) -> TestOutcome:
    """A test that ran these lines of the source."""
    return TestOutcome(name, Outcome.PASSED, lines=(("a.py", lines),), jumps=(("a.py", jumps),))


def attempt(kind: str, ended: str, line: int = 2, *, swapped: bool = True) -> Attempt:
    """A variant of the function, and how it ended."""
    variant = Variant(f"{kind}:{line}:{ended}", kind, "a.py", "f", (1, 4), (("f", 1),), line, "what", TEXT)
    return Attempt(variant, ended, killers=() if swapped else ("own",))


def run(*outcomes: TestOutcome, at_import: tuple[int, ...] = ()) -> TestRun:
    """A run of these tests."""
    return TestRun("head", ".", "pytest", "python", outcomes, lines=(("a.py", at_import),) if at_import else ())


def test_lines_of_the_suite_and_of_the_changes_own_tests_are_told_apart() -> None:
    own = outcome("own", 2, 4, jumps=((2, 4),))
    lines = covered([SOURCE], [run(outcome("old", 2, 3), own)], [own])
    assert lines.uncovered == []
    assert not lines.is_whole
    assert lines.own == {("a.py", 2), ("a.py", 4)}
    assert lines.runners == ("old", "own")
    assert lines.half_taken == []


def test_what_runs_at_import_is_run() -> None:
    lines = covered([SOURCE], [run(at_import=(2, 4))], [])
    assert [line for _, line in lines.uncovered] == [3]


def test_a_variant_that_no_test_ran_counts_for_nothing() -> None:
    found = Tried((attempt("mutant", "untested"), attempt("mutant", "untried"), attempt("mutant", "unswappable")))
    assert found.of("mutant") == []
    assert found.survivors == ()


def test_a_body_is_noticed_where_a_plain_return_is() -> None:
    only_run = Tried((attempt("raise", "killed"), attempt("return", "survived")))
    assert only_run.run == {("a.py", "f")}
    assert only_run.noticed == set()
    assert Tried((attempt("return", "killed"),)).noticed == {("a.py", "f")}


@pytest.mark.parametrize(("swapped", "noticed"), [(True, False), (False, True)])
def test_a_value_is_what_no_swap_can_reach(swapped: bool, noticed: bool) -> None:
    assert Tried((attempt("mutant", "killed", swapped=swapped),)).values_noticed is noticed


def test_base_and_head_are_alike_where_every_function_was_asked_often_enough() -> None:
    asked = {("a.py", "f"): 30, ("a.py", "g"): 3}
    assert Tried(compared=asked).is_same(3)
    assert not Tried(compared=asked).is_same(20)
    assert not Tried().is_same(0)
    assert not Tried(compared=asked, differences=(Difference("a.py", "f", "f(1)", "1", "2"),)).is_same(1)


def test_the_numbers_are_those_of_what_was_run() -> None:
    own = outcome("own", 2, 4, jumps=((2, 4),))
    lines = covered([SOURCE], [run(own)], [own])
    tried = Tried((attempt("return", "killed"), attempt("mutant", "survived"), attempt("mutant", "killed", 4)))
    tried = tried.with_more([], {"a.py": TEXT})
    proof = proof_of(".", "refactoring", "why", FailToPass(), lines, tried)
    assert (proof.statements, proof.covered, proof.covered_by_own) == (3, 2, 2)
    assert (proof.branches, proof.branches_covered) == (2, 1)
    assert (proof.bodies, proof.bodies_missed, proof.mutants, proof.mutants_killed) == (1, 1, 2, 1)
    assert [(s.path, s.line) for s in proof.survivors] == [("a.py", 2)]
    assert proof_of(".", "revert", "", FailToPass(), Lines(), Tried()).statements == 0
