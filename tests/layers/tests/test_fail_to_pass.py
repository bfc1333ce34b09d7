"""What counts as failing with the source put back, beside the whole run at head."""

from __future__ import annotations

import pytest

from agentgate.errors import CannotJudge
from agentgate.evidence import Outcome, TestOutcome, TestRun
from agentgate.layers.tests.fail_to_pass import FailToPass


def run(**outcomes: Outcome) -> TestRun:
    """A run in which these tests ended so."""
    found = tuple(TestOutcome(name, outcome) for name, outcome in outcomes.items())
    return TestRun("head", ".", "pytest", "python", found)


def failing(name: str, signature: str, *doings: str) -> TestOutcome:
    """A test as it fails with the source put back."""
    return TestOutcome(name, Outcome.FAILED, signature=signature, doings=doings)


def test_a_test_that_fails_in_the_whole_run_proves_nothing() -> None:
    control = run(a=Outcome.PASSED, b=Outcome.PASSED)
    fail = FailToPass(control, (failing("a", "AssertionError at t.py"), failing("b", "AssertionError at t.py")))
    assert fail.agreeing(run(a=Outcome.PASSED, b=Outcome.FAILED)).ids == ("a",)


def test_tests_that_fail_only_alone_show_a_broken_proving_ground() -> None:
    fail = FailToPass(run(a=Outcome.FAILED))
    with pytest.raises(CannotJudge, match="fail by themselves"):
        fail.agreeing(run(a=Outcome.PASSED))


def test_nothing_that_ran_agrees_with_everything() -> None:
    assert FailToPass().agreeing(run(a=Outcome.PASSED)) == FailToPass()


@pytest.mark.parametrize(
    ("outcome", "is_solid"),
    [
        (failing("a", "AssertionError at t.py"), True),
        (failing("a", "KeyError at t.py"), True),
        (failing("a", "AttributeError at t.py"), False),
        (failing("a", "AssertionError at t.py", "read"), False),
        (failing("b", "AssertionError at t.py"), False),
        (failing("b", "AssertionError at t.py", "started"), True),
    ],
)
def test_what_a_failing_test_says_of_the_source(outcome: TestOutcome, is_solid: bool) -> None:
    assert bool(FailToPass(proving=(outcome,)).solid(["a"])) is is_solid
