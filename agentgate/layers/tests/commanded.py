"""The argument for a runner of `command`, which can be started and not looked into.

Fail-to-pass as for any other, by its reports; hollow bodies and mutants are real edits, each of which costs a run of
the whole command, so there are few. Which lines a test runs nobody knows, unless a coverage report says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentgate.errors import CannotJudge
from agentgate.evidence import Proof, TestOutcome, TestRun
from agentgate.layers.tests import missing
from agentgate.layers.tests.asked import Asked
from agentgate.layers.tests.compare import Comparison
from agentgate.layers.tests.fail_to_pass import FailToPass, fail_to_pass
from agentgate.layers.tests.proof import Lines, Tried, proof_of
from agentgate.layers.tests.real_edits import noticed
from agentgate.tools.laboratory import Attempt
from agentgate.tools.module_mutants import module_mutants
from agentgate.tools.mutants import mutants
from agentgate.tools.ports import NOTHING
from agentgate.tools.variants import Variant, hollows
from agentgate.verdict import Finding, Location, Severity

NOT_ESTABLISHED = "not established"
MOST = 10  # variants
#: Seconds for variants, and how many runs of the whole command on top.
SECONDS, RUNS = 15.0, 3.0
ENOUGH = 2 / 3


class Commanded:
    """From the command's reports to what its tests prove."""

    watch = NOTHING  # nothing can be traced

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.fail = FailToPass()
        self._unable: CannotJudge | None = None

    def open(self) -> None:
        """Fail-to-pass, over the whole command: a selection may mean nothing to it."""
        if self.asked.has_own:
            try:
                self.fail = fail_to_pass(self.asked.trial, self.asked.put_back, ())
            except CannotJudge as error:
                self._unable = error

    def go_on(self) -> None:
        """Nothing meanwhile: variants would only take the whole run's time."""

    def close(self, compared: Comparison) -> tuple[list[Finding], Proof]:
        """The findings and the argument. Raises `CannotJudge` where the runs disagree."""
        if self._unable is not None:
            raise self._unable
        change, kind, project = self.asked.trial.case.change, self.asked.kind, self.asked.trial.case.project
        if not self.asked.has_own:
            return [missing.finding(change, kind, project)], self._proof(NOT_ESTABLISHED, Tried())
        self.fail = self.fail.agreeing(compared.head)
        tested = self._tried(compared.head.seconds)
        hollow, mutated = tested.of("return"), tested.of("mutant")
        if tested.attempts and not hollow and not mutated:
            raise CannotJudge(
                "the proof is inconclusive: the command says nothing with any variant of the changed code",
                "see that its report tells failed tests from errors",
            )
        if not hollow and not mutated:
            if self.fail.proving:
                return [], self._proof("behaviour change", tested)
            message = "no test of the change fails with the source put back, and nothing of it can be tried out"
            return [self._finding("tests/not-proven", message)], self._proof(NOT_ESTABLISHED, tested)
        held = any(self._is_noticed_by_own(attempt, compared.head) for attempt in hollow or mutated)
        if self.fail.proving:
            message = "no test of the change notices when what it changes is hollow"
            found = [] if held else [self._finding("tests/proves-nothing", message)]
            return found, self._proof("behaviour change", tested)
        alive = sum(not attempt.is_killed for attempt in mutated)
        if held and alive <= (1 - ENOUGH) * len(mutated):
            return [], self._proof("refactoring", tested)
        lacking = (
            f"{alive} of {len(mutated)} mutants of the changed lines survive" if held else "they notice no variant"
        )
        message = f"no test of the change fails with the source put back, and {lacking}"
        return [self._finding("tests/not-proven", message)], self._proof("refactoring", tested)

    def _is_noticed_by_own(self, attempt: Attempt, head: TestRun) -> bool:
        """Whether a test of the change is among those that notice; where reports name none of them, any test."""
        own = {o.id for o in head.outcomes if self._is_own(o)} | set(self.fail.ids)
        return bool(own.intersection(attempt.killers)) if own else attempt.is_killed

    def _is_own(self, outcome: TestOutcome) -> bool:
        """By the name of the function, and of the module where the report tells it: "tests.test_a.Class::test_b[1]"."""
        place, _, function = outcome.function.rpartition("::")
        for name in self.asked.own:
            path, _, inside = name.partition("::")
            module = path.rpartition("/")[2].removesuffix(".py")
            if inside.rpartition("::")[2] == function and module in re.split(r"[./\\]", place):
                return True
        return False

    def _tried(self, suite: float) -> Tried:
        attempts = tuple(noticed(self.asked.trial, self._variants(), (), SECONDS + RUNS * suite, suite))
        return Tried(attempts, texts={source.path: source.text for source in self.asked.sources})

    def _variants(self) -> Iterator[Variant]:
        """A hollow body of each function first, then mutants."""
        left = MOST
        for source in self.asked.sources:
            found = [v for v in hollows(source.path, source.text, source.functions) if v.kind == "return"][: left // 2]
            left -= len(found)
            yield from found
        for source in self.asked.sources:
            lines = {n for s in source.statements for n in range(s.first, s.last + 1)}
            some = mutants(source.path, source.text, lines, left)
            some += module_mutants(source.path, source.text, source.lines, left - len(some))
            left -= len(some)
            yield from some

    def _proof(self, kind: str, tested: Tried) -> Proof:
        proving = f"{len(self.fail.proving)} test(s) fail with the source put back"
        reason = proving if self.fail.proving else "the runner cannot be looked into"
        return proof_of(self.asked.shown_package or ".", kind, reason, self.fail, Lines(), tested)

    def _finding(self, rule: str, message: str) -> Finding:
        source = self.asked.sources[0]
        line = next((s.first for s in source.statements), 0)
        place, package = Location(source.path, line), self.asked.shown_package
        remedy = f"add a test that runs {source.path}:{line} and fails without this change"
        return Finding(rule, Severity.ERROR, message, place, source.line(line), remedy, package=package)
