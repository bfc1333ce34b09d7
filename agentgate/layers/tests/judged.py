"""One package of the change: its suite on both sides, compared, and what is argued from that."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from agentgate.change import FileChange
from agentgate.evidence import ChangeKind, Proof, TestRun
from agentgate.layers import Case
from agentgate.layers.tests import environment as surroundings
from agentgate.layers.tests import missing, quarantine
from agentgate.layers.tests.argument import Argument
from agentgate.layers.tests.asked import Asked
from agentgate.layers.tests.canary import forged
from agentgate.layers.tests.changed import ChangedSource, changed_sources
from agentgate.layers.tests.commanded import Commanded
from agentgate.layers.tests.compare import Comparison
from agentgate.layers.tests.failing import failing, uncollected
from agentgate.layers.tests.kind import reverted_to, selection_of, source_of
from agentgate.layers.tests.lost import lost
from agentgate.layers.tests.quarantine import Quarantined
from agentgate.layers.tests.reported import reported
from agentgate.layers.tests.tests_only import TestsOnly
from agentgate.layers.tests.trial import How, Trial, attested
from agentgate.project import Package, choose, requirements
from agentgate.tools.ports import NOTHING
from agentgate.verdict import Finding, Severity

TODAY = datetime.date.today
Arguing = Argument | Commanded | TestsOnly


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of one package."""

    trial: Trial
    runs: tuple[TestRun, ...]  # base, head
    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One package, and what of the change concerns it."""

    case: Case
    how: How
    kind: ChangeKind
    package: Package
    new: frozenset[str]  # test functions, as "path::Class::function"
    edited: frozenset[str]
    quarantine: Sequence[Quarantined] = field(default=())

    def answer(self) -> Judged:
        """Run, compare, argue. Raises `CannotJudge` where the runs or the argument say nothing."""
        case, package, root = self.case, self.package, self.case.repository.root
        runner = "command" if self.how.command else package.runner
        environment = choose(root, package, runner=runner, configured=case.python, environ=case.environ)
        surroundings.check_before(environment, package, root, case.python)
        sources = changed_sources(case.change, [path for path in self.kind.source if package.owns(path)])
        trial = Trial(case, package, environment, self.how, {source.path: source.spans for source in sources})
        put_back = source_of(case.change, case.project, package) if self.kind.name == "source" else ()
        ancestor = reverted_to(case.repository, case.change, case.project) if put_back else ""
        argument = None if ancestor else self._argument(trial, sources, put_back)
        with ThreadPoolExecutor(2) as pool:
            base_run = pool.submit(trial.run, "base")
            if argument is not None:
                argument.open()
            if early := self._early(argument):
                trial.unwanted.set()
                return early
            watch = argument.watch if argument is not None else NOTHING
            head_run = pool.submit(trial.run, "head", watch=watch)
            if argument is not None:
                argument.go_on()
            base, head = base_run.result(), head_run.result()
        for run in (head, base):
            attested(run, environment)
        compared = Comparison(case.change, package, base, head, self.new, self.edited)
        surroundings.check_after(compared, environment, root, case.python)
        found = self._compared(compared, trial)
        if ancestor:  # the tests that go with it are no loss
            proof = Proof(package.root, "revert", f"what it touches is as in {ancestor[:12]}")
            return Judged(trial, (base, head), tuple(found), proof=proof)
        found += lost(compared)
        refused = any(finding.severity is Severity.ERROR for finding in found)
        if refused and put_back and not self.kind.tests:
            found.append(missing.finding(case.change, self.kind, case.project))
        if refused:
            return Judged(trial, (base, head), tuple(found))
        more, proved = argument.close(compared) if argument else ([], None)
        if not self.how.coverage:
            return Judged(trial, (base, head), (*found, *more), proof=proved)
        shown = reported(compared, case.project, self.kind)
        measured = shown.on(proved)
        return Judged(trial, (base, head), (*found, *more, *shown.findings), shown.notices, measured)

    def _early(self, argument: Arguing | None) -> Judged | None:
        """In a quick proof, a new test that fails is answer enough: nobody waits for the suite."""
        if (
            self.case.full_proof
            or self.case.in_place
            or not isinstance(argument, Argument)
            or argument.fail.control is None
        ):
            return None
        found = argument.early(self.new)
        told = ("the whole suite was not run: new tests of the change fail",)
        return Judged(argument.asked.trial, (argument.fail.control,), tuple(found), told) if found else None

    def _argument(
        self, trial: Trial, sources: Sequence[ChangedSource], put_back: tuple[FileChange, ...]
    ) -> Arguing | None:
        """How this kind of change is argued for by this runner, None for one that needs no argument."""
        change, root = self.case.change, self.package.root
        asked = Asked(
            trial,
            self.kind,
            tuple(sources),
            put_back,
            selection_of(change, self.package, self.kind),
            self.new | self.edited,
            has_own=bool(self.kind.tests),
            full=self.case.full_proof,
            needs_others=bool(put_back) and requirements(change.base, root) != requirements(change.head, root),
        )
        if self.kind.name == "tests" and not self.how.command:
            return TestsOnly(asked)
        if not put_back:
            return None
        return Commanded(asked) if self.how.command else Argument(asked)

    def _compared(self, compared: Comparison, trial: Trial) -> list[Finding]:
        """What fails at head, and hooks that forge outcomes."""
        failures = quarantine.applied(failing(compared, trial.run), self.quarantine, TODAY())
        conftests = [f.path for f in self.case.change.files if f.path.endswith("conftest.py") and f.head_blob]
        hostile = forged(trial, [path for path in conftests if self.package.owns(path)])
        return [*uncollected(compared), *failures, *hostile]
