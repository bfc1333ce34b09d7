"""Weighs the proof: which class of change it is, and what is missing from the argument."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from agentgate.errors import CannotJudge
from agentgate.evidence import Outcome, Proof, TestOutcome, TestRun
from agentgate.layers.tests import missing, special
from agentgate.layers.tests.asked import Asked
from agentgate.layers.tests.assertions import is_conditional, is_vacuous
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.compare import FAILING, HELD, Comparison, last_words, qualified, tail
from agentgate.layers.tests.fail_to_pass import FailToPass, fail_to_pass
from agentgate.layers.tests.proof import Lines, Tried, covered, inconclusive, proof_of
from agentgate.layers.tests.real_edits import at_import, noticed
from agentgate.layers.tests.refactoring import Refactoring
from agentgate.layers.tests.trying import tried
from agentgate.layers.tests.uncovered import uncovered
from agentgate.tools.ports import NOTHING, Watch
from agentgate.verdict import Finding, Location, Severity

MOST_FINDINGS = 10
AGAIN = (0, 1)  # hash seeds of the further runs of a new test that fails
NOT_EXERCISED = "not exercised here"
#: Seconds for mutants, and how much of a run of the tests comes on top (the whole argument: twice the suite and 15 s).
SECONDS, SHARE = 6.0, 0.3


class Argument:
    """From the change's own tests, which run first, to what they prove beside the whole run at head."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.sources = asked.sources
        self.fail = FailToPass()
        self.own: tuple[TestOutcome, ...] = ()
        self.lines = Lines()
        self._unable: CannotJudge | None = None
        self._tested: Tried | None = None

    def open(self) -> None:
        """Fail-to-pass. What cannot be judged is said in the end, when nothing else refuses."""
        if not self.asked.has_own:
            return
        try:
            self.fail = fail_to_pass(self.asked.trial, self.asked.put_back, self.asked.selection)
        except CannotJudge as error:
            self._unable = error
        self._see()

    def early(self, new: Collection[str]) -> list[Finding]:
        """A finding for each new test that fails in the tree and, twice more, in head's own checkout: it is enough.

        Not where none of the change's tests passes: that may be the environment.
        """
        outcomes = self.fail.control.outcomes if self.fail.control else ()
        works = any(outcome.outcome in HELD for outcome in outcomes)
        failed = [o for o in outcomes if o.outcome in FAILING and _name(o) in new] if works else []
        for seed in AGAIN if failed else ():
            try:
                run = self.asked.trial.run("head", [o.id for o in failed], seed)
            except CannotJudge:
                return []
            again = {outcome.id for outcome in run.outcomes if outcome.outcome in FAILING}
            failed = [outcome for outcome in failed if outcome.id in again]
        return [self._fails(outcome) for outcome in failed]

    def _fails(self, outcome: TestOutcome) -> Finding:
        said = last_words(outcome.detail) or outcome.signature or "no reason given"
        message, place = f"{outcome.function} fails: {said}", Location(outcome.path, outcome.line)
        text, package = tail(outcome.detail), self.asked.shown_package
        return Finding("tests/failing", Severity.ERROR, message, place, text, "make it pass", package=package)

    @property
    def watch(self) -> Watch:
        """What is to be traced in the whole run: nothing, where the change's own tests decide and run all of it."""
        return NOTHING if self.fail.proving and self.lines.is_whole else self.asked.trial.watch

    def go_on(self) -> None:
        """Hollow bodies and mutants against the change's own tests, where these show a difference."""
        if self.fail.proving or self.fail.named:
            with contextlib.suppress(CannotJudge):  # it is asked again, and said then
                self._by_own()

    def close(self, compared: Comparison) -> tuple[list[Finding], Proof]:
        """The findings and the argument. Raises `CannotJudge` where it stays inconclusive."""
        if self._unable is not None:
            raise self._unable
        self.fail = self.fail.agreeing(compared.head)
        self._see(compared.head)
        found = special.cased(self.asked.trial.case.change, self.sources, self.asked.own)
        if self.fail.proving or self.fail.named:
            more, proof = self._of_difference(compared)
        elif not self.lines.all and any(source.elsewhere for source in self.sources):
            reason = "every changed line is for another platform or interpreter"
            more, proof = [], proof_of(self._package, NOT_EXERCISED, reason, self.fail, self.lines, Tried())
        else:
            more, proof = self._of_refactoring(compared)
        shown = [
            replace(finding, package=self.asked.shown_package)
            for finding in uncovered(self.lines, self.sources, self.own)
        ]
        return [*found, *more, *shown, *self._survivors(proof)], proof

    def _see(self, head: TestRun | None = None) -> None:
        """The change's own tests as they pass at head, and the changed lines that they and the whole run reach.

        Own tests are new, edited and proving ones, else all that use what the change edits. One whose assertions hold
        whatever the code does is none.
        """
        passing = [o for o in self.fail.control.outcomes if o.outcome in HELD] if self.fail.control else []
        named = [o for o in passing if _name(o) in self.asked.own or o.id in self.fail.ids]
        tree = self.asked.trial.case.change.head
        texts = {path: tree.read_text(path) or "" for path in {o.path for o in named}}
        telling = (o for o in named if not is_vacuous(texts[o.path], qualified(o)))
        self.own = tuple(telling if named else passing)
        runs = [run for run in (head, self.fail.control) if run is not None]
        self.lines = covered(self.sources, runs, self.own)

    @property
    def _package(self) -> str:
        return self.asked.shown_package or "."

    def _solid(self) -> list[TestOutcome]:
        """Own tests that fail with the source put back for what it does: they run changed code, and do not read it.

        None where the change needs other packages than base: then base's source may fail for want of its own.
        """
        if self.asked.needs_others:
            return []
        own = {outcome.id for outcome in self.own}
        return [o for o in self.fail.solid([o.id for o in self.own if o.lines]) if o.id in own]

    def _seconds(self, run: TestRun | None) -> float:
        return SECONDS + SHARE * (run.seconds if run else 0.0)

    def _by_own(self) -> Tried:
        """What the change's own tests notice. Asked once."""
        if self._tested is None:
            ids = [outcome.id for outcome in self.own]
            seconds = self._seconds(self.fail.control)
            trial = self.asked.trial
            found = tried(trial, self.sources, ids, with_mutants=self.asked.full, seconds=seconds) if ids else Tried()
            if ids and (self.asked.full or not (self._solid() or found.noticed)):
                found = self._with_values(found, ids, seconds)
            self._tested = found
        return self._tested

    def _with_values(self, found: Tried, ids: Sequence[str], seconds: float) -> Tried:
        """With what the tests notice of values that are made at import: all of it, or, in a quick proof, one.

        A test that reads the source notices any edit, and says nothing by that.
        """
        reading = {outcome.id for outcome in self.own if "read" in outcome.doings}
        ids = [name for name in ids if name not in reading]
        if self.fail.control is None or not ids:
            return found
        attempts = []
        variants, usual = at_import(self.sources, self.fail.control), self.fail.control.seconds
        for attempt in noticed(self.asked.trial, variants, ids, seconds, usual):
            attempts.append(attempt)
            if attempt.is_killed and not self.asked.full:
                break
        return found.with_more(attempts, {source.path: source.text for source in self.sources})

    def _of_difference(self, compared: Comparison) -> tuple[list[Finding], Proof]:
        """A test fails with the source put back; it must do so for what the source does, or miss a hollow body."""
        tested = self._by_own()
        if self.fail.proving:
            name, reason = "behaviour change", f"{len(self.fail.proving)} test(s) fail with the source put back"
        else:
            name, reason = "new code", f"{self.fail.named[0].path} needs what the change adds"
        proof = proof_of(self._package, name, reason, self.fail, self.lines, tested)
        if self._solid() or tested.noticed or tested.values_noticed:
            return [], proof
        if tested.void:
            raise inconclusive(tested)
        if not self.fail.proving:  # what is new may be reached by the tests that are there
            more, other = self._of_refactoring(compared)
            if not more:
                return [], other
        return [self._proves_nothing(tested)], proof

    def _of_refactoring(self, compared: Comparison) -> tuple[list[Finding], Proof]:
        """Nothing fails with the source put back: the tests that are there must notice other versions of the lines."""
        if self.fail.why_not:
            raise CannotJudge(
                f"fail-to-pass is inconclusive: {self.fail.why_not}", "see that the tests start with base's source"
            )
        trial, whole = self.asked.trial, compared.head
        proof, lacking = Refactoring(self.asked, self.fail, self.lines, self.own, whole).weigh(self._seconds(whole))
        if not lacking:
            return [], proof
        if self._is_skipped_here():
            reason = "the change's own tests are skipped here, by a condition"
            return [], replace(proof, kind=NOT_EXERCISED, reason=reason)
        if not self.asked.has_own:
            why = f"{missing.NONE_NEW}; {lacking}"
            return [missing.finding(trial.case.change, self.asked.kind, trial.case.project, why)], proof
        return [self._not_proven(lacking)], proof

    def _is_skipped_here(self) -> bool:
        """Whether every test of the change is skipped by a condition: another platform or interpreter must tell."""
        ran = self.fail.control.outcomes if self.fail.control else ()
        own = [outcome for outcome in ran if _name(outcome) in self.asked.own]
        texts = {o.path: self.asked.trial.case.change.head.read_text(o.path) or "" for o in own}
        return bool(own) and all(
            o.outcome is Outcome.SKIPPED and is_conditional(texts[o.path], qualified(o)) for o in own
        )

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

    def _survivors(self, proof: Proof) -> list[Finding]:
        return [
            Finding(
                "tests/survivor",
                Severity.WARNING,
                f"no test notices when {s.what} in {s.symbol}",
                Location(s.path, s.line),
                remedy="assert what tells the two apart, if they differ",
                diff=s.diff,
                package=self.asked.shown_package,
            )
            for s in proof.survivors[:MOST_FINDINGS]
        ]

    def _finding(
        self, rule: str, severity: Severity, message: str, source: ChangedSource, line: int, remedy: str
    ) -> Finding:
        place, package = Location(source.path, line), self.asked.shown_package
        return Finding(rule, severity, message, place, source.line(line), remedy, package=package)


def _name(outcome: TestOutcome) -> str:
    """A test function, as changes name it."""
    return f"{outcome.path}::{qualified(outcome).replace('.', '::')}"
