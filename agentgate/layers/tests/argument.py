"""Weighs the proof: which class of change it is, and what is missing from the argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentgate.change import FileChange
from agentgate.errors import CannotJudge
from agentgate.evidence import ChangeKind, Proof, TestOutcome
from agentgate.layers.tests import missing, special
from agentgate.layers.tests.changed import ChangedSource, changed_sources
from agentgate.layers.tests.compare import HELD, Comparison, qualified
from agentgate.layers.tests.edited import is_vacuous
from agentgate.layers.tests.fail_to_pass import FailToPass, fail_to_pass
from agentgate.layers.tests.proof import MOST_TESTS, Lines, Tried, covered, proof_of, rechecked, tried
from agentgate.layers.tests.trial import Trial
from agentgate.verdict import Finding, Location, Severity

#: A refactoring's mutants that must be noticed, and those of a change whose tests show no difference.
ENOUGH = 2 / 3
#: A refactoring that brings no test at all has only this to show.
WITHOUT_TESTS = 0.8
MOST_FINDINGS = 10
#: Statements of a new function from which on it must be run by some test.
SOME_SIZE = 3
NOT_EXERCISED = "not exercised here"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be proven in one package."""

    trial: Trial
    compared: Comparison
    kind: ChangeKind
    source: tuple[FileChange, ...]  # what is put back
    selection: tuple[str, ...]  # the change's own tests, as the runner takes them
    has_own: bool  # whether the change brings or edits any test, or what tests use
    full: bool  # mutants for every class, not for refactorings alone


def argue(asked: Asked) -> tuple[list[Finding], Proof]:
    """The findings and the argument. Raises `CannotJudge` where it stays inconclusive."""
    sources = changed_sources(asked.compared.change, asked.kind.source)
    fail = FailToPass()
    if asked.has_own:
        fail = fail_to_pass(asked.trial, asked.source, asked.selection, asked.compared.head)
    own = _own(asked.compared, fail)
    return _Argument(asked, sources, fail, own, covered(sources, asked.compared.head, own)).weigh()


def _own(compared: Comparison, fail: FailToPass) -> tuple[TestOutcome, ...]:
    """The change's own tests as they pass at head: new, edited and proving ones, else all that use what it edits.

    One whose assertions hold whatever the code does is none.
    """
    passing = [o for o in fail.control.outcomes if o.outcome in HELD] if fail.control else []
    named = [o for o in passing if compared.is_own(o) or o.id in fail.ids]
    texts = {path: compared.change.head.read_text(path) or "" for path in {o.path for o in named}}
    return tuple(o for o in named if not is_vacuous(texts[o.path], qualified(o))) if named else tuple(passing)


class _Argument:
    def __init__(
        self,
        asked: Asked,
        sources: Sequence[ChangedSource],
        fail: FailToPass,
        own: Sequence[TestOutcome],
        lines: Lines,
    ) -> None:
        self.asked = asked
        self.sources = sources
        self.fail = fail
        self.own = own
        self.lines = lines
        self.package = asked.compared.shown_package or "."

    def weigh(self) -> tuple[list[Finding], Proof]:
        """By what the tests do."""
        found = special.cased(self.asked.compared.change, self.sources, self._own_names())
        if self.fail.proving or self.fail.named:
            more, proof = self._of_difference()
        elif not self.lines.all and any(source.elsewhere for source in self.sources):
            reason = "every changed line is for another platform or interpreter"
            more, proof = [], proof_of(self.package, NOT_EXERCISED, reason, self.fail, self.lines, Tried())
        else:
            more, proof = self._of_refactoring()
        return [*found, *more, *self._uncovered(), *self._survivors(proof)], proof

    def _own_names(self) -> frozenset[str]:
        return self.asked.compared.new | self.asked.compared.edited

    def _of_difference(self) -> tuple[list[Finding], Proof]:
        """A test fails with the source put back; it must do so for what the source does, or miss a hollow body."""
        own = [outcome.id for outcome in self.own]
        tested = tried(self.asked.trial, self.sources, own, with_mutants=self.asked.full) if own else Tried()
        solid = [o for o in self.fail.solid([o.id for o in self.own if o.lines]) if o.id in own]
        if self.fail.proving:
            name, reason = "behaviour change", f"{len(self.fail.proving)} test(s) fail with the source put back"
        else:
            name, reason = "new code", f"{self.fail.named[0].path} needs what the change adds"
        proof = proof_of(self.package, name, reason, self.fail, self.lines, tested)
        if solid or tested.noticed:
            return [], proof
        if tested.void:
            raise CannotJudge(f"the proof is inconclusive: {tested.void}", "agentgate check --no-cache, or report this")
        if not self.fail.proving:  # what is new may be reached by the tests that are there
            more, other = self._of_refactoring()
            if not more:
                return [], other
        return [self._proves_nothing(tested)], proof

    def _of_refactoring(self) -> tuple[list[Finding], Proof]:
        """Nothing fails with the source put back: the tests that are there must notice other versions of the lines."""
        if self.fail.why_not:
            raise CannotJudge(
                f"fail-to-pass is inconclusive: {self.fail.why_not}", "see that the tests start with base's source"
            )
        concerned = self.lines.runners[:MOST_TESTS]
        tested = (
            tried(self.asked.trial, self.sources, concerned, with_mutants=True, with_base=True)
            if concerned
            else Tried()
        )
        if tested.void:
            raise CannotJudge(f"the proof is inconclusive: {tested.void}", "agentgate check --no-cache, or report this")
        proof, lacking = self._weighed(tested)
        if lacking and not tested.differences and proof.survivors:
            enough = ENOUGH if self._is_held_by_own(tested) else WITHOUT_TESTS
            proof, lacking = self._weighed(rechecked(self.asked.trial, tested, concerned, enough))
        if not lacking:
            return [], proof
        if not self.asked.has_own:
            return [
                missing.finding(
                    self.asked.compared.change,
                    self.asked.kind,
                    self.asked.trial.case.project,
                    f"{missing.NONE_NEW}; {lacking}",
                )
            ], proof
        return [self._not_proven(lacking)], proof

    def _weighed(self, tested: Tried) -> tuple[Proof, str]:
        """The argument for a refactoring, and what it lacks."""
        reason = "no test fails with the source put back"
        proof = proof_of(self.package, "refactoring", reason, self.fail, self.lines, tested)
        return proof, self._differs(tested) or self._lacking(proof, held=self._is_held_by_own(tested))

    def _is_held_by_own(self, tested: Tried) -> bool:
        """Whether a test of the change is among those that notice a hollow body."""
        own = {outcome.id for outcome in self.own}
        return any(attempt.is_killed and attempt.killed_by in own for attempt in tested.of("return"))

    def _differs(self, tested: Tried) -> str:
        """A call that shows other behaviour, "" for none."""
        if not tested.differences:
            return ""
        first = tested.differences[0]
        return f"{first.call} {first.before} before and {first.now} now"

    def _lacking(self, proof: Proof, *, held: bool) -> str:
        """What a refactoring has not shown, "" for nothing. `held`: its own tests notice when the code is gone."""
        if not self.lines.all and any(source.functions for source in self.sources):  # lines within functions went
            return "" if proof.bodies_missed else "no test notices when the functions that lose lines are hollow"
        if not self.lines.all:
            return "what changes is outside functions, where no existing test can be shown to notice it"
        unrun = self.lines.uncovered
        share = len(unrun) / len(self.lines.all)
        if (unrun and not held) or share > 0.5:
            return f"no test runs {self._place(unrun)}"
        enough = ENOUGH if held else WITHOUT_TESTS
        if proof.mutants and proof.mutants_killed < enough * proof.mutants:
            return f"{proof.mutants - proof.mutants_killed} of {proof.mutants} mutants of the changed lines survive"
        if not proof.mutants and not proof.bodies_missed:
            return "no test notices another version of the changed lines"
        return ""

    def _place(self, places: Sequence[tuple[ChangedSource, int]]) -> str:
        source, line = places[0]
        more = f" and {len(places) - 1} more changed line(s)" if len(places) > 1 else ""
        return f"{source.path}:{line}{more}"

    def _proves_nothing(self, tested: Tried) -> Finding:
        source = next((s for s in self.sources if s.functions), self.sources[0])
        symbol = source.functions[0] if source.functions else ""
        run = any((source.path, function) in tested.run for function in source.functions)
        if not symbol:
            message = "the tests of the change fail without it only because they read it or ask for its names"
        elif run:
            message = f"no test of the change notices when the body of {symbol} is a plain return"
        else:
            message = f"no test of the change runs {symbol}: what fails without it only asks whether it is there"
        line = next((s.first for s in source.statements), 0)
        return self._finding(
            "tests/proves-nothing",
            Severity.ERROR,
            message,
            source,
            line,
            f"assert what {symbol or 'it'} returns or does",
        )

    def _not_proven(self, lacking: str) -> Finding:
        source = self.sources[0]
        line = next((s.first for s in source.statements), 0)
        message = f"no test of the change fails with the source put back, and {lacking}"
        remedy = f"add a test that runs {source.path}:{line} and fails without this change"
        return self._finding("tests/not-proven", Severity.ERROR, message, source, line, remedy)

    def _uncovered(self) -> list[Finding]:
        """Lines that nothing runs warn; a new function of which nothing runs refuses."""
        found = [self._unrun(source, name) for source in self.sources for name in self._dead(source)]
        for source, line in self.lines.uncovered[:MOST_FINDINGS]:
            message, remedy = "no test runs this changed line", "add a test that takes this branch"
            found.append(self._finding("tests/uncovered", Severity.WARNING, message, source, line, remedy))
        return found

    def _dead(self, source: ChangedSource) -> list[str]:
        """New functions of some size of which no statement is run, unless tests start programs that may run them."""
        if any("started" in outcome.doings for outcome in self.own):
            return []
        found = []
        for name in source.new:
            inside = [s.first for s in source.statements if s.symbol == name or s.symbol.startswith(f"{name}.")]
            unrun = not any((source.path, line) in self.lines.covered for line in inside)
            if len(inside) >= SOME_SIZE and unrun and not name.rpartition(".")[2].startswith("__"):
                found.append(name)
        return found

    def _unrun(self, source: ChangedSource, name: str) -> Finding:
        line = next(s.first for s in source.statements if s.symbol == name or s.symbol.startswith(f"{name}."))
        message, remedy = f"no test runs any of the new {name}", f"add a test that calls {name}, or leave it out"
        return self._finding("tests/uncovered", Severity.ERROR, message, source, line, remedy)

    def _survivors(self, proof: Proof) -> list[Finding]:
        return [
            Finding(
                "tests/survivor",
                Severity.WARNING,
                f"no test notices when {s.what} in {s.symbol}",
                Location(s.path, s.line),
                remedy="assert what tells the two apart, if they differ",
                diff=s.diff,
                package=self.asked.compared.shown_package,
            )
            for s in proof.survivors[:MOST_FINDINGS]
        ]

    def _finding(
        self, rule: str, severity: Severity, message: str, source: ChangedSource, line: int, remedy: str
    ) -> Finding:
        lines = source.text.split("\n")
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        place = Location(source.path, line)
        return Finding(rule, severity, message, place, excerpt, remedy, package=self.asked.compared.shown_package)
