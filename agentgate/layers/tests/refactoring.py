"""A change for which no test fails with the source put back: the tests that are there must hold what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentgate.evidence import Proof, TestOutcome, TestRun
from agentgate.layers.tests import edited
from agentgate.layers.tests.asked import Asked
from agentgate.layers.tests.fail_to_pass import FailToPass
from agentgate.layers.tests.proof import Lines, Tried, inconclusive, proof_of
from agentgate.layers.tests.real_edits import rechecked
from agentgate.layers.tests.trying import LEAST_TESTS, MOST_TESTS, tried
from agentgate.tools.python_renaming import renaming

#: The share of its mutants that must be noticed; of fewer than FEW one, where its own tests hold it.
ENOUGH, FEW = 2 / 3, 5
#: Where base and head answered so many calls of each function alike, fewer will do.
CALLS, ENOUGH_ALIKE = 20, 1 / 2
#: One that brings no test of its own, or whose tests do not notice, has only this to show.
WITHOUT_TESTS = 0.8
#: The share of its changed statements that it may leave unrun, and one that its own tests hold.
UNRUN, UNRUN_HELD = 0.1, 0.5
REASON = "no test fails with the source put back"


@dataclass(frozen=True, slots=True)
class Refactoring:
    """What may be one: its changed lines, its own tests, and the whole run at head."""

    asked: Asked
    fail: FailToPass
    lines: Lines
    own: Sequence[TestOutcome]
    whole: TestRun

    def weigh(self, seconds: float) -> tuple[Proof, str]:
        """The argument, and what it lacks, "" for nothing. `seconds`: for mutants.

        Raises `CannotJudge` where the laboratory says nothing.
        """
        concerned = self._concerned(seconds)
        if concerned:
            own = [outcome.id for outcome in self.own]
            trial, sources = self.asked.trial, self.asked.sources
            tested = tried(trial, sources, concerned, with_mutants=True, with_base=True, first=own, seconds=seconds)
        else:
            tested = Tried()
        if tested.void:
            raise inconclusive(tested)
        proof, lacking = self._weighed(tested)
        if lacking and self.lines.all and not tested.differences and proof.survivors:
            enough, usual = self._enough(tested, proof.mutants), self.whole.seconds
            again = rechecked(self.asked.trial, tested, self.lines.runners, enough, 2 * seconds, usual)
            proof, lacking = self._weighed(again)
        return proof, lacking

    def _concerned(self, seconds: float) -> list[str]:
        """The tests that run what changes, own ones first, then the fastest, for about half of `seconds`."""
        runners = set(self.lines.runners)
        took = {outcome.id: outcome.seconds for outcome in self.whole.outcomes}
        chosen = [outcome.id for outcome in self.own if outcome.id in runners][:MOST_TESTS]
        others = sorted(runners.difference(chosen), key=lambda name: (took.get(name, 0.0), name))
        gone = 0.0
        for name in others[: MOST_TESTS - len(chosen)]:
            gone += took.get(name, 0.0)
            if len(chosen) >= LEAST_TESTS and gone > seconds / 2:
                break
            chosen.append(name)
        return chosen

    def _only_renames(self) -> bool:
        """Whether what is made at import differs by names alone, which the change takes away and brings."""
        change = self.asked.trial.case.change
        old = edited.removed_names(change, (self.asked.trial.package,)).union(map(_stem, change.renames))
        new = edited.added_names(change).union(map(_stem, change.renames.values()))
        found: dict[str, str] = {}
        for source in self.asked.sources:
            names = renaming(source.base_text, source.text)
            if names is None or any(found.setdefault(name, other) != other for name, other in names.items()):
                return False
        return bool(found) and old.issuperset(found) and new.issuperset(found.values())

    def _weighed(self, tested: Tried) -> tuple[Proof, str]:
        proof = proof_of(self.asked.shown_package or ".", "refactoring", REASON, self.fail, self.lines, tested)
        return proof, _differs(tested) or self._lacking(proof, tested)

    def _enough(self, tested: Tried, mutants: int) -> float:
        """The share of its mutants that must be noticed."""
        if not self._is_held(tested):
            return WITHOUT_TESTS
        if mutants < FEW:
            return 1 / max(1, mutants)
        return ENOUGH_ALIKE if tested.is_same(CALLS) else ENOUGH

    def _is_held(self, tested: Tried) -> bool:
        """Whether a test of the change is among those that notice a hollow body."""
        own = {outcome.id for outcome in self.own}
        return any(attempt.is_killed and attempt.killed_by in own for attempt in tested.of("return"))

    def _lacking(self, proof: Proof, tested: Tried) -> str:
        enough = self._enough(tested, proof.mutants) * proof.mutants
        if self.lines.all:
            return self._unrun(tested) or _alive(proof, enough)
        if any(source.functions for source in self.asked.sources):  # lines within functions went
            return "" if proof.bodies_missed else "no test notices when the functions that lose lines are hollow"
        if self._only_renames():
            return ""
        return "what changes is outside functions, where no existing test can be shown to notice it"

    def _unrun(self, tested: Tried) -> str:
        unrun = self.lines.uncovered
        if len(unrun) <= (UNRUN_HELD if self._is_held(tested) else UNRUN) * len(self.lines.all):
            return ""
        more = f" and {len(unrun) - 1} more changed line(s)" if len(unrun) > 1 else ""
        return f"no test runs {unrun[0][0].path}:{unrun[0][1]}{more}"


def _alive(proof: Proof, enough: float) -> str:
    if not proof.mutants and not proof.bodies_missed:
        return "no test notices another version of the changed lines"
    alive = proof.mutants - proof.mutants_killed
    return f"{alive} of {proof.mutants} mutants of the changed lines survive" if proof.mutants_killed < enough else ""


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def _differs(tested: Tried) -> str:
    """A call that shows other behaviour, "" for none."""
    if not tested.differences:
        return ""
    first = tested.differences[0]
    return f"{first.call} {first.before} before and {first.now} now"
