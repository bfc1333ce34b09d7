"""Runs a package's suite in a checkout of one tree: made ready, run, and looked over afterwards."""

from __future__ import annotations

import os
import shlex
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agentgate import process
from agentgate.change import Checkout, Tree
from agentgate.errors import CannotJudge, ToolError
from agentgate.evidence import TestRun
from agentgate.layers import Case
from agentgate.layers.tests.limits import Limits
from agentgate.project import Environment, Package, carried, generated, signature, witnessed
from agentgate.store import digest
from agentgate.store.values import from_json, to_json
from agentgate.tools.ground import Ground
from agentgate.tools.ports import NOTHING, Watch
from agentgate.tools.runners import Command, Pytest, Unittest, runner_of
from agentgate.tools.witnessed import INSIDE


@dataclass(frozen=True, slots=True)
class How:
    """How the policy wants tests to be run."""

    command: str = ""
    report: str = ""  # the JUnit XML report of `command`
    coverage: str = ""  # the coverage report of its whole runs
    select: tuple[str, ...] = ()
    timeout: float = 1800.0  # seconds for one run
    limits: Limits = field(default_factory=Limits)

    def runner(self, ground: Ground, name: str, *, measured: bool = False) -> Pytest | Unittest | Command:
        """The runner called `name`, unless a command takes its place; `measured`: it leaves its coverage report."""
        return runner_of(ground, name, self.command, self.report, self.coverage if measured else "")


@dataclass(frozen=True)
class Trial:
    """One package, its environment and how its tests run."""

    case: Case
    package: Package
    environment: Environment
    how: How
    watch: Watch = field(default_factory=dict)  # functions of the change, traced at head
    unwanted: threading.Event = field(default_factory=threading.Event)  # set: nobody waits for base's run any more

    def run(self, side: str, selection: Sequence[str] = (), seed: int = 0, watch: Watch | None = None) -> TestRun:
        """The suite (or a selection, with a hash seed) on "head" or "base"; base's whole run is remembered.

        `watch`: the functions that are traced at head, if not those of the change.
        """
        tree = self.case.change.head if side == "head" else self.case.change.base
        if side == "base" and not selection:
            return self._remembered(tree)
        looked_at = (self.watch if watch is None else watch) if side == "head" else NOTHING
        return self._fresh(side, tree, selection or self.how.select, seed, looked_at)

    def _remembered(self, tree: Tree) -> TestRun:
        key = self._key(tree)
        kept = self.case.cache.get("tests", key)
        if kept is not None:
            try:
                return from_json(TestRun, kept)
            except ValueError:
                kept = None  # written by another version of us
        run = self._fresh("base", tree, self.how.select)
        self.case.cache.put("tests", key, to_json(run))
        return run

    def _key(self, tree: Tree) -> str:
        case = self.case
        seen = sorted(witnessed(case.repository.root, self.package, case.python, case.environ).items())
        files = [f"{path}={signature(os.path.join(case.repository.root, path))}" for path in self._carried()]
        inside = [file.read_text(encoding="utf-8") for file in sorted(INSIDE.glob("*.py"))]
        how = self.how
        options = (how.command, how.report, how.coverage, *how.select, case.prepare, str(how.timeout))
        return digest(
            tree.id,
            self.package.root,
            self.environment.python,
            *inside,
            *options,
            *how.limits.told,
            *files,
            *(f"{p}={s}" for p, s in seen),
        )

    def _carried(self) -> tuple[str, ...]:
        return carried(self.case.repository, self.package, self.case.change.head, self.case.carry)

    def _fresh(self, side: str, tree: Tree, selection: Sequence[str], seed: int = 0, watch: Watch = NOTHING) -> TestRun:
        case = self.case
        case.say(
            "tests",
            f"{self.name} on {side}"
            + (f", {len(selection)} again" if selection and selection != self.how.select else ""),
        )
        is_whole = selection == self.how.select
        in_place = case.in_place and side == "head" and is_whole
        ground = replace(self._ground(writes_in_place=in_place), environ={"PYTHONHASHSEED": str(seed)})
        ground = replace(ground, unless=self.unwanted if side == "base" and is_whole else None)
        runner = self.how.runner(ground, self.package.runner, measured=is_whole)  # a few tests measure nothing whole
        if in_place:
            return runner.run(case.repository.root, side=side, selection=selection, watch=watch)
        checkout = case.checkouts.get(tree, f"tests-{side}-{self.package.root.replace('/', '-')}")
        self._make_ready(checkout.path, tree)
        try:
            run = runner.run(checkout.path, side=side, selection=selection, watch=watch)
        finally:
            rewritten = checkout.verify()
        return replace(run, rewritten=rewritten)

    def proving_ground(self) -> Checkout:
        """A checkout of head in which source is put back and variants are tried; made ready."""
        tree = self.case.change.head
        checkout = self.case.checkouts.get(tree, f"proof-{self.package.root.replace('/', '-')}")
        self._make_ready(checkout.path, tree)
        return checkout

    def within(
        self,
        checkout: Checkout,
        side: str,
        selection: Sequence[str],
        *,
        whole: bool = True,
        each: float = 0.0,
        longest: float = 0.0,
        traced: bool = True,
    ) -> TestRun:
        """A selection in a checkout as it lies there; `each`, `longest`: seconds that one test and all may take."""
        ground = self._ground()
        ground = replace(ground, each=each, timeout=min(longest or ground.timeout, ground.timeout))
        runner = self.how.runner(ground, self.package.runner)
        watch = self.watch if traced else NOTHING
        return runner.run(checkout.path, side=side, selection=selection, watch=watch, whole=whole)

    @property
    def name(self) -> str:
        """What runs."""
        return "command" if self.how.command else self.package.runner or "pytest"

    @property
    def runner(self) -> Pytest | Unittest | Command:
        """The runner, for its version."""
        return self.how.runner(self._ground(), self.package.runner)

    def _ground(self, *, writes_in_place: bool = False) -> Ground:
        protected = (*self.case.cache.protected, self.environment.prefix)
        if writes_in_place:
            protected = tuple(p for p in protected if p != os.path.realpath(self.case.repository.root))
        ground = Ground(
            self.environment, self.package, self.case.checkouts.scratch("tests"), protected, self.how.timeout
        )
        return self.how.limits.on(ground)

    def _make_ready(self, root: str, tree: Tree) -> None:
        """Carry what git ignores and the project needs, then run `prepare`, once for each checkout."""
        mark = os.path.join(os.path.dirname(root), "ready")
        if os.path.exists(mark):
            return
        repository = self.case.repository.root
        carrying = generated(self.environment, self.package, tree)
        carrying.update((path, os.path.join(repository, path)) for path in self._carried())
        for path, copy in carrying.items():
            destination = os.path.join(root, path)
            if path not in tree.entries():
                os.makedirs(os.path.dirname(destination), exist_ok=True)
                shutil.copy2(copy, destination)
        if self.case.prepare:
            self._prepare(root)
        with open(mark, "w", encoding="utf-8"):
            pass

    def _prepare(self, root: str) -> None:
        argv = shlex.split(self.case.prepare)
        done = process.run(
            argv,
            cwd=root,
            env=self._ground().variables(root),
            timeout=self.how.timeout,
            protect=self.case.cache.protected,
        )
        if done.returncode or done.timed_out:
            said = (done.out + done.err).strip().splitlines()[-3:]
            raise ToolError(
                f"prepare ({self.case.prepare}) failed: {' / '.join(said) or f'exit {done.returncode}'}",
                "mend prepare in gate.toml",
            )


def attested(run: TestRun, environment: Environment) -> None:
    """Raises `CannotJudge` where a module of the project was imported from elsewhere than the checkout."""
    for module, file in run.origins:
        if os.path.isabs(file):
            raise CannotJudge(
                f"{module} was imported from {file}, not from the tree under test",
                f"{environment.python} -m pip uninstall {module}  # or install it editable",
            )
