"""Fail-to-pass: the change's tests on head's source, and again with only the source put back to the merge base.

One disposable tree, one environment, one variable. A test counts that fails in its call phase with the source put back
and passes with it; what cannot be collected, is skipped or never ends is no failing test.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agentgate.change import Change, Checkout, FileChange
from agentgate.errors import CannotJudge
from agentgate.evidence import CollectError, Outcome, TestOutcome, TestRun
from agentgate.layers.tests.compare import HELD
from agentgate.layers.tests.edited import added_names
from agentgate.layers.tests.trial import Trial, attested

#: What is raised because a name or parameter does not exist yet: it shows that the name is new, not what it does.
_BY_NAME = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "TypeError"})

_WANTED = re.compile(r"(?:cannot import name '|No module named '(?:[\w.]*\.)?|has no attribute '|name ')(\w+)'")
SOURCE_OF_BASE = "source of base"


@dataclass(frozen=True, slots=True)
class FailToPass:
    """What the two runs of the change's tests showed."""

    control: TestRun | None = None  # the change's tests at head, in the tree in which the source is put back
    proving: tuple[TestOutcome, ...] = ()  # as they fail with the source put back
    named: tuple[CollectError, ...] = ()  # modules that cannot be collected there for want of what the change adds
    why_not: str = ""  # why nothing can be said, "" where something can

    @property
    def ids(self) -> tuple[str, ...]:
        """The proving tests."""
        return tuple(outcome.id for outcome in self.proving)

    def solid(self, ran: Sequence[str]) -> tuple[TestOutcome, ...]:
        """Those that fail for what the source does: they run changed code (`ran`) or a program, and do not read it."""
        return tuple(
            o
            for o in self.proving
            if _exception(o) not in _BY_NAME and "read" not in o.doings and (o.id in ran or "started" in o.doings)
        )

    def agreeing(self, head: TestRun) -> FailToPass:
        """What holds beside the whole run at head: a test that needs its neighbours, or fails there, proves nothing.

        Raises `CannotJudge` where the proving ground does not behave as head's own checkout does.
        """
        if self.control is None:
            return self
        whole = {outcome.id: outcome.outcome in HELD for outcome in head.outcomes}
        both = [o for o in self.control.outcomes if o.id in whole]
        agreeing = {o.id for o in both if o.outcome in HELD and whole[o.id]}
        if both and not agreeing and any(whole[o.id] for o in both):
            raise CannotJudge(
                "the change's tests pass in the whole run and fail by themselves in the same tree",
                "run them alone by hand, and mend what they need of other tests",
            )
        return replace(self, proving=tuple(o for o in self.proving if o.id in agreeing))


def fail_to_pass(trial: Trial, source: Sequence[FileChange], selection: Sequence[str]) -> FailToPass:
    """Run `selection` at head and with the source put back; what comes of it must still agree with the whole run."""
    change = trial.case.change
    checkout = trial.proving_ground()
    try:
        trial.case.say("tests", "the change's own tests")
        control = trial.within(checkout, "head", selection)
        attested(control, trial.environment)
        usable = frozenset(o.id for o in control.outcomes if o.outcome in HELD)
        trial.case.say("tests", "the change's own tests, with the source put back")
        try:
            before = _before(trial, checkout, _paths(source), selection, _limit(control))
        except CannotJudge as error:
            return FailToPass(control, why_not=f"with the source put back {error.message}")
    finally:
        checkout.verify()
    failed = [o for o in before.outcomes if o.id in usable and o.outcome is Outcome.FAILED and o.phase == "call"]
    proving = [o for o in failed if _exception(o) != "AgentGateTimeout"]
    return FailToPass(control, tuple(proving), tuple(_for_want(change, before.collect_errors)))


def _before(trial: Trial, checkout: Checkout, source: Sequence[str], selection: Sequence[str], each: float) -> TestRun:
    """The selection with the source put back; with conftest.py put back too where it cannot start without."""
    base = trial.case.change.base
    conftests = [f.path for f in trial.case.change.files if f.path.rpartition("/")[2] == "conftest.py"]
    checkout.put(base, source)
    try:
        run = trial.within(checkout, SOURCE_OF_BASE, selection, whole=False, each=each)
    except CannotJudge:
        if not conftests:
            raise
    else:
        if run.outcomes or not conftests:
            return run
    checkout.put(base, [*source, *conftests])
    return trial.within(checkout, SOURCE_OF_BASE, selection, whole=False, each=each)


def _limit(control: TestRun) -> float:
    """Seconds for one test with the source put back: where base never ends, the other tests must still be heard."""
    return max(5.0, 10 * max((outcome.seconds for outcome in control.outcomes), default=0.0))


def _paths(source: Sequence[FileChange]) -> list[str]:
    return sorted({path for file in source for path in (file.path, file.base_path) if path})


def _for_want(change: Change, errors: Sequence[CollectError]) -> list[CollectError]:
    """Collection errors that name something which the change adds."""
    added = added_names(change)
    return [error for error in errors if added.intersection(_WANTED.findall(error.detail))]


def _exception(outcome: TestOutcome) -> str:
    return outcome.signature.partition(" ")[0]
