"""The layer `tests`: do the agent's own tests prove the change."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from agentgate import project
from agentgate.errors import ConfigError
from agentgate.evidence import ChangeKind, Evidence, Proof, TestRun
from agentgate.layers import Case, Layer, Strings
from agentgate.layers.answers import side_by_side
from agentgate.layers.tests import environment as surroundings
from agentgate.layers.tests import missing, quarantine
from agentgate.layers.tests.argument import NOT_EXERCISED, Asked, argue
from agentgate.layers.tests.canary import forged
from agentgate.layers.tests.changed import changed_sources
from agentgate.layers.tests.compare import FAILING, HELD, Comparison
from agentgate.layers.tests.edited import brought
from agentgate.layers.tests.failing import failing, uncollected
from agentgate.layers.tests.kind import kind_of, reverted_to, selection_of, source_of
from agentgate.layers.tests.lost import lost
from agentgate.layers.tests.quarantine import Quarantine
from agentgate.layers.tests.reported import NOT_ESTABLISHED, reported
from agentgate.layers.tests.trial import Trial, attested
from agentgate.project import Package, choose, touched
from agentgate.verdict import Finding, LayerResult, Severity, State, state_of

TODAY = datetime.date.today
#: Kinds that cannot change what a test run does: nothing needs to be installed to say so.
WITHOUT_A_RUN = frozenset({"documentation", "comments", "docstrings", "version", "automation"})


class Tests(Layer):
    """`[tests]` of gate.toml."""

    name: ClassVar[str] = "tests"

    runner: Literal["", "pytest", "unittest"] = Field(default="", description="The runner; empty: found.")
    command: str = Field(
        default="", description="Any other runner, as a command line (no shell) that leaves a JUnit XML report."
    )
    report: str = Field(default="", description="The JUnit XML report of `command`, a glob relative to the package.")
    coverage: str = Field(
        default="", description="The LCOV or Cobertura XML report of `command`, a glob relative to the package."
    )
    select: Strings = Field(default=(), description="Paths or ids to run instead of the whole suite.")
    quarantine: Quarantine = Field(
        default=(), description="Old tests known to be flaky, each with owner, issue and a last day."
    )
    timeout: float = Field(default=1800, gt=0, le=86_400, strict=True, description="Seconds for one run of the suite.")

    def judge(self, case: Case, earlier: Mapping[str, LayerResult]) -> LayerResult:
        """The suite at head against base, and the argument that the change's tests prove it."""
        del earlier
        if bool(self.command) != bool(self.report):
            raise ConfigError("gate.toml: tests.command and tests.report go together", "name both, or neither")
        if self.coverage and not self.command:
            raise ConfigError("gate.toml: tests.coverage goes with tests.command", "name both, or leave out coverage")
        quarantine.check(self.quarantine, TODAY())
        kind = kind_of(case.change, case.project)
        if kind.name in WITHOUT_A_RUN:
            return self._not_applicable(kind, kind.reason)
        packages = [self._with_runner(case, package) for package in touched(case.project, case.change)]
        tested = [package for package in packages if package.runner or self.command]
        if not tested:
            return self._untested(case, kind)
        new, edited = brought(case.change, kind.tests)
        judged = [_Judged(case, self, kind, package, frozenset(new), frozenset(edited)) for package in tested]
        found = tuple(finding for one in judged for finding in one.findings)
        runs = [run for one in judged for run in one.runs]
        proofs = tuple(one.proof for one in judged if one.proof)
        unexercised = [proof.reason for proof in proofs if proof.kind == NOT_EXERCISED]
        state = state_of(found)
        if state is State.PASSED and unexercised:
            state = State.NEEDS_HUMAN
        return LayerResult(
            self.name,
            state,
            found,
            reason=_reason(found) if state is State.REFUSED else "; ".join(unexercised),
            remedy="run the tests there, and let a person decide" if state is State.NEEDS_HUMAN else "",
            evidence=Evidence(kind, tuple(runs), new, edited, proofs),
            tools=tuple(dict.fromkeys(one.trial.runner.version for one in judged)),
            raw=_raw(runs),
            notices=(
                f"kind of change: {kind.name} ({kind.reason})",
                *_told(runs),
                *(notice for one in judged for notice in one.notices),
                *_proofs(proofs, full=case.full_proof),
            ),
        )

    def _with_runner(self, case: Case, package: Package) -> Package:
        """The policy's runner, else the one found; a change that removes every test is still run as base was."""
        if self.runner:
            return replace(package, runner=self.runner)
        if package.runner:
            return package
        before = project.read(case.change.base, roots=[package.root] if package.root != "." else [])
        old = next((p for p in before.packages if p.root == package.root and p.runner), None)
        return replace(package, runner=old.runner, tests=old.tests) if old else package

    def _not_applicable(self, kind: ChangeKind, reason: str) -> LayerResult:
        return LayerResult(self.name, State.NOT_APPLICABLE, reason=reason, evidence=Evidence(kind))

    def _untested(self, case: Case, kind: ChangeKind) -> LayerResult:
        """Neither side has tests."""
        if kind.name != "source":
            return self._not_applicable(kind, f"{kind.reason}, and the project has no tests")
        finding = missing.finding(case.change, kind, case.project, "the project has no tests yet")
        return LayerResult(
            self.name, State.REFUSED, (finding,), "the change of behaviour has no test", evidence=Evidence(kind)
        )


class _Judged:
    """One package: both runs compared, and what is argued from them."""

    def __init__(
        self,
        case: Case,
        section: Tests,
        kind: ChangeKind,
        package: Package,
        new: frozenset[str],
        edited: frozenset[str],
    ) -> None:
        self._case = case
        self._kind = kind
        self._package = package
        self._source = source_of(case.change, case.project, package)
        root = case.repository.root
        runner = "command" if section.command else package.runner
        environment = choose(root, package, runner=runner, configured=case.python, environ=case.environ)
        surroundings.check_before(environment, package, root, case.python)
        own = [path for path in kind.source if package.owns(path)]
        watch = {source.path: source.spans for source in changed_sources(case.change, own)}
        self.trial = Trial(
            case, package, environment, section.command, section.report, section.select, section.timeout, watch,
            section.coverage,
        )  # fmt: skip
        head, base = side_by_side(lambda: self.trial.run("head"), lambda: self.trial.run("base"))
        for run in (head, base):
            attested(run, environment)
        self.runs = (base, head)
        compared = Comparison(case.change, package, base, head, new, edited)
        surroundings.check_after(compared, environment, root, case.python)
        failures = quarantine.applied(failing(compared, self.trial.run), section.quarantine, TODAY())
        conftests = [f.path for f in case.change.files if f.path.endswith("conftest.py") and f.head_blob]
        hostile = forged(self.trial, [path for path in conftests if package.owns(path)])
        self.findings = [*uncollected(compared), *failures, *hostile]
        self.notices: tuple[str, ...] = ()
        self.proof: Proof | None = None
        ancestor = reverted_to(case.repository, case.change, case.project) if kind.name == "source" else ""
        if ancestor:  # the tests that go with it are no loss
            self.proof = Proof(package.root, "revert", f"what it touches is as in {ancestor[:12]}")
            return
        self.findings += lost(compared)
        if kind.name == "source" and self._source:
            self._prove(compared, section)
        elif section.coverage and not any(finding.severity is Severity.ERROR for finding in self.findings):
            self._measure(compared)

    def _prove(self, compared: Comparison, section: Tests) -> None:
        """Argue, unless the change is refused already or cannot be looked into."""
        case, package = self._case, self._package
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            if not self._kind.tests:
                self.findings.append(missing.finding(case.change, self._kind, case.project))
            return
        if section.command:
            self._believe(compared, section)
        else:
            own = selection_of(case.change, package, self._kind)
            asked = Asked(self.trial, compared, self._kind, self._source, own, bool(self._kind.tests), case.full_proof)
            found, self.proof = argue(asked)
            self.findings += found

    def _believe(self, compared: Comparison, section: Tests) -> None:
        """A runner that cannot be looked into: whether there is a test is all that can be asked, and its report."""
        if not self._kind.tests:
            self.findings.append(missing.finding(compared.change, self._kind, self._case.project))
        self.proof = Proof(self._package.root, NOT_ESTABLISHED, "the runner cannot be looked into")
        if section.coverage:
            self._measure(compared)

    def _measure(self, compared: Comparison) -> None:
        """What the runner's coverage report says of the changed lines."""
        shown = reported(compared, self._case.project, self._kind)
        self.findings += shown.findings
        self.notices = shown.notices
        self.proof = shown.proof or self.proof


def _reason(found: Sequence[Finding]) -> str:
    rules = dict.fromkeys(f.rule.partition("/")[2] for f in found if f.severity is Severity.ERROR)
    return ", ".join(rules)


def _told(runs: Sequence[TestRun]) -> list[str]:
    """One line for each run that says what a reader would ask."""
    lines = []
    for run in runs:
        passed = sum(1 for o in run.outcomes if o.outcome in HELD)
        failed = sum(1 for o in run.outcomes if o.outcome in FAILING)
        lines.append(
            f"{run.side}: {passed} passed, {failed} failed, "
            f"{len(run.outcomes) - passed - failed} skipped or xfailed, by {run.runner}"
        )
        if run.rewritten:
            lines.append(f"{run.side}'s run rewrote tracked files (put back): {', '.join(run.rewritten[:5])}")
    return lines


def _proofs(proofs: Sequence[Proof], *, full: bool) -> list[str]:
    """The arguments, and how far they went."""
    quick = [] if full or not proofs else ["quick proof: mutants are tried for refactorings only (--proof full)"]
    return [*map(_argued, proofs), *quick]


def _argued(proof: Proof) -> str:
    """The argument in a line."""
    if not proof.statements:
        return f"{proof.kind}: {proof.reason}"
    own = "" if proof.kind == NOT_ESTABLISHED else f", {proof.covered_by_own} by its own tests"
    said = [f"{proof.covered} of {proof.statements} changed statements run{own}"]
    if proof.bodies:
        said.append(f"{proof.bodies_missed} of {proof.bodies} hollow bodies noticed")
    if proof.mutants:
        said.append(f"{proof.mutants_killed} of {proof.mutants} mutants killed")
    return f"{proof.kind}: {proof.reason}; {'; '.join(said)}"


def _raw(runs: Sequence[TestRun]) -> str:
    parts = []
    for run in runs:
        failing = [o for o in run.outcomes if o.outcome in FAILING]
        parts += [f"== {run.side}: {o.id} {o.outcome.value}\n{o.detail}" for o in failing]
        parts += [f"== {run.side}: {e.path} not collected\n{e.detail}" for e in run.collect_errors]
    return "\n".join(parts)[:60_000]
