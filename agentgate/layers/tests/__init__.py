"""The layer `tests`: do the agent's own tests prove the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from agentgate import project
from agentgate.errors import ConfigError
from agentgate.evidence import ChangeKind, Evidence, TestRun
from agentgate.layers import Case, Layer, Strings
from agentgate.layers.tests import missing, quarantine
from agentgate.layers.tests.argument import NOT_EXERCISED
from agentgate.layers.tests.compare import FAILING, HELD
from agentgate.layers.tests.edited import brought
from agentgate.layers.tests.judged import TODAY, Question
from agentgate.layers.tests.kind import kind_of
from agentgate.layers.tests.limits import Limits, Size
from agentgate.layers.tests.quarantine import Quarantine
from agentgate.layers.tests.trial import How
from agentgate.project import Package, touched
from agentgate.verdict import Finding, LayerResult, Severity, State, state_of

QUICK = "quick proof: mutants are tried for refactorings only (--proof full)"
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
    network: bool = Field(default=True, description="Whether the tests reach more than a loopback of their own.")
    memory: Size = Field(default=0, description="Address space of each process of the tests; 0: no limit.")

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
        named = frozenset(new), frozenset(edited)
        judged = [Question(case, self.how, kind, one, *named, self.quarantine).answer() for one in tested]
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
                *self.limits.without_effect(),
                *([QUICK] if proofs and not case.full_proof else []),
            ),
        )

    @property
    def limits(self) -> Limits:
        """What the tests must do without."""
        return Limits(self.network, self.memory)

    @property
    def how(self) -> How:
        """How the tests are to be run."""
        return How(self.command, self.report, self.coverage, self.select, self.timeout, self.limits)

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


def _raw(runs: Sequence[TestRun]) -> str:
    parts = []
    for run in runs:
        failing = [o for o in run.outcomes if o.outcome in FAILING]
        parts += [f"== {run.side}: {o.id} {o.outcome.value}\n{o.detail}" for o in failing]
        parts += [f"== {run.side}: {e.path} not collected\n{e.detail}" for e in run.collect_errors]
    return "\n".join(parts)[:60_000]
