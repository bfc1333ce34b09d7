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
from agentgate.layers.answers import side_by_side
from agentgate.layers.tests import environment as surroundings
from agentgate.layers.tests import missing
from agentgate.layers.tests.compare import FAILING, HELD, Comparison
from agentgate.layers.tests.edited import brought
from agentgate.layers.tests.failing import failing, uncollected
from agentgate.layers.tests.kind import kind_of, reverted_to
from agentgate.layers.tests.lost import lost
from agentgate.layers.tests.trial import Trial, attested
from agentgate.project import Package, choose, touched
from agentgate.verdict import Finding, LayerResult, Severity, State, state_of

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
    select: Strings = Field(default=(), description="Paths or ids to run instead of the whole suite.")
    timeout: float = Field(default=1800, gt=0, le=86_400, strict=True, description="Seconds for one run of the suite.")

    def judge(self, case: Case, earlier: Mapping[str, LayerResult]) -> LayerResult:
        """The suite at head against base, and whether a change of behaviour brings tests."""
        del earlier
        if bool(self.command) != bool(self.report):
            raise ConfigError("gate.toml: tests.command and tests.report go together", "name both, or neither")
        kind = kind_of(case.change, case.project)
        if kind.name in WITHOUT_A_RUN:
            return self._not_applicable(kind, kind.reason)
        packages = [self._with_runner(case, package) for package in touched(case.project, case.change)]
        tested = [package for package in packages if package.runner or self.command]
        if not tested:
            return self._untested(case, kind)
        new, edited = self._brought(case, kind)
        found = self._missing(case, kind) if kind.name == "source" else []
        runs: list[TestRun] = []
        tools = []
        for package in tested:
            comparison, trial = self._compare(case, package, frozenset(new), frozenset(edited))
            found += [*uncollected(comparison), *failing(comparison, trial.run), *lost(comparison)]
            runs += (comparison.base, comparison.head)
            tools.append(trial.runner.version)
        state = state_of(tuple(found))
        return LayerResult(
            self.name,
            state,
            tuple(found),
            reason=_reason(found) if state is State.REFUSED else "",
            evidence=Evidence(kind, tuple(runs), new, edited),
            tools=tuple(dict.fromkeys(tools)),
            raw=_raw(runs),
            notices=(f"kind of change: {kind.name} ({kind.reason})", *_told(runs)),
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
        finding = missing.finding(case.change, kind, case.project, first=True)
        return LayerResult(
            self.name, State.REFUSED, (finding,), "the change of behaviour has no test", evidence=Evidence(kind)
        )

    def _brought(self, case: Case, kind: ChangeKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
        del self
        return brought(case.change, kind.tests)

    def _missing(self, case: Case, kind: ChangeKind) -> list[Finding]:
        """A change of behaviour needs a test, or edited test data; a revert needs none."""
        del self
        if kind.tests or reverted_to(case.repository, case.change, case.project):
            return []
        return [missing.finding(case.change, kind, case.project, first=False)]

    def _compare(
        self, case: Case, package: Package, new: frozenset[str], edited: frozenset[str]
    ) -> tuple[Comparison, Trial]:
        root = case.repository.root
        runner = "command" if self.command else package.runner
        environment = choose(root, package, runner=runner, configured=case.python, environ=case.environ)
        surroundings.check_before(environment, package, root, case.python)
        trial = Trial(case, package, environment, self.command, self.report, self.select, self.timeout)
        head, base = side_by_side(lambda: trial.run("head"), lambda: trial.run("base"))
        for run in (head, base):
            attested(run, environment)
        comparison = Comparison(case.change, package, base, head, new, edited)
        surroundings.check_after(comparison, environment, root, case.python)
        return comparison, trial


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
