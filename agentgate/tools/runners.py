"""The test runners: a row for each. Layers ask for one by name and know none of them."""

from __future__ import annotations

import glob
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from agentgate import process
from agentgate.errors import ToolError
from agentgate.evidence import TestRun
from agentgate.tools import coverage_report, junit, witnessed
from agentgate.tools.coverage_report import Coverage
from agentgate.tools.ground import Ground
from agentgate.tools.ports import NOTHING, Watch
from agentgate.tools.witnessed import watching
from agentgate.verdict import ToolVersion

#: Plugins that would reorder, rerun in parallel or judge coverage, by distribution, and how each is told not to.
QUIETED = (
    ("pytest-cov", ("--no-cov",)),
    ("pytest-randomly", ("-p", "no:randomly")),
    ("pytest-xdist", ("-n", "0")),
    ("pytest-rerunfailures", ("--reruns", "0")),
)


@dataclass(frozen=True, slots=True)
class Pytest:
    """pytest in the project's interpreter."""

    ground: Ground
    name: str = "pytest"

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        return ToolVersion("pytest", self.ground.environment.version_of("pytest"), self.ground.environment.kind)

    def run(
        self, root: str, *, side: str, selection: Sequence[str] = (), watch: Watch = NOTHING, whole: bool = True
    ) -> TestRun:
        """The suite, or the ids and paths of `selection` (relative to the package)."""
        arguments = [*self.arguments(root), *selection]
        more = watching(root, watch)
        return witnessed.run(self.ground, "pytest", root, side=side, arguments=arguments, more=more, whole=whole)

    def arguments(self, root: str) -> list[str]:
        """The options of every run: one process, the project's order, nothing that ends it early or reruns a test."""
        package_root = os.path.normpath(os.path.join(root, self.ground.package.root))
        arguments = [
            "--rootdir",
            package_root,
            "-q",
            "--tb=short",
            "--color=no",
            "-o",
            f"cache_dir={self.ground.scratch}/cache",
        ]
        arguments += ["--maxfail=0", "--continue-on-collection-errors"]
        for distribution, options in QUIETED:
            if self.ground.environment.has(distribution):
                arguments += options
        return arguments


@dataclass(frozen=True, slots=True)
class Unittest:
    """unittest's own discovery, in the project's interpreter."""

    ground: Ground
    name: str = "unittest"

    @property
    def version(self) -> ToolVersion:
        """It comes with Python."""
        version = ".".join(str(part) for part in self.ground.environment.version)
        return ToolVersion("unittest", version, self.ground.environment.kind)

    def run(
        self, root: str, *, side: str, selection: Sequence[str] = (), watch: Watch = NOTHING, whole: bool = True
    ) -> TestRun:
        """The suite, or the test names of `selection`."""
        more = {**self.instructions(root, selection), **watching(root, watch)}
        return witnessed.run(self.ground, "unittest", root, side=side, more=more, whole=whole)

    def instructions(self, root: str, selection: Sequence[str]) -> dict[str, object]:
        """What is to be run."""
        return {"names": list(selection), "starts": self._starts(root)}

    def _starts(self, root: str) -> list[tuple[str, str]]:
        """(directory, top level) of each discovery: tests that are a package are imported from the package's root."""
        package = self.ground.package
        package_root = os.path.normpath(os.path.join(root, package.root))
        directories = [os.path.join(root, test) for test in package.tests if os.path.isdir(os.path.join(root, test))]
        starts = [(d, package_root if os.path.exists(os.path.join(d, "__init__.py")) else d) for d in directories]
        return starts or [(package_root, package_root)]


@dataclass(frozen=True, slots=True)
class Command:
    """Any program that leaves a JUnit XML report, and one of coverage if asked. Globs relative to the package."""

    ground: Ground
    command: str
    report: str
    coverage: str = ""
    name: str = "command"

    @property
    def version(self) -> ToolVersion:
        """The command is its own name."""
        return ToolVersion(shlex.split(self.command)[0], "", "gate.toml")

    def run(
        self, root: str, *, side: str, selection: Sequence[str] = (), watch: Watch = NOTHING, whole: bool = True
    ) -> TestRun:
        """The suite; a selection is appended to the command, nothing is traced.

        Raises `ToolError` where report and status disagree.
        """
        del watch, whole  # nothing can be seen from outside
        package_root = os.path.normpath(os.path.join(root, self.ground.package.root))
        _remove(_matching(package_root, self.report), root, "report")
        _remove(_matching(package_root, self.coverage), root, "coverage")
        argv = [*shlex.split(self.command), *selection]
        done = process.run(
            argv,
            cwd=package_root,
            env=self.ground.variables(root),
            timeout=self.ground.timeout,
            protect=self.ground.protect,
            memory_limit=self.ground.memory,
            network=self.ground.network,
            unless=self.ground.unless,
        )
        if done.timed_out:
            raise ToolError(f"{argv[0]} on {side} did not end in time", "raise [tests] timeout in gate.toml")
        files = _matching(package_root, self.report)
        if not files:
            raise ToolError(
                f"{argv[0]} on {side} left no report {self.report} (status {done.returncode})",
                "mend [tests] command or report in gate.toml",
            )
        outcomes = junit.read(files, package_root, self.ground.package.root)
        failing = any(outcome.outcome in witnessed.FAILING for outcome in outcomes)
        if failing != (done.returncode != 0):
            raise ToolError(
                f"{argv[0]} on {side} ended with status {done.returncode}, "
                f"and its report says {'failed' if failing else 'passed'}",
                "make the command's status follow its tests",
            )
        measured = self._measured(root, package_root, f"{argv[0]} on {side}", failed=failing)
        return TestRun(
            side,
            self.ground.package.root,
            "command",
            "",
            outcomes,
            exit_status=done.returncode,
            seconds=done.seconds,
            lines=measured.ran,
            known=measured.known,
        )

    def _measured(self, root: str, package_root: str, who: str, *, failed: bool) -> Coverage:
        """What the coverage reports tell, nothing where none is asked for.

        Some runners write none when a test fails (vitest's `reportOnFailure`): then that failure is the answer.
        """
        files = _matching(package_root, self.coverage)
        if files:
            return coverage_report.read(files, root, self.ground.package.root)
        if self.coverage and not failed:
            raise ToolError(
                f"{who} left no coverage report {self.coverage}", "mend [tests] command or coverage in gate.toml"
            )
        return Coverage((), ())


def _matching(package_root: str, pattern: str) -> list[str]:
    """The files that a glob of the policy finds, in order; none for an empty one."""
    return sorted(glob.glob(os.path.join(glob.escape(package_root), pattern), recursive=True)) if pattern else []


def _remove(stale: Sequence[str], root: str, key: str) -> None:
    """Remove reports that an earlier run left, or the change brought; none to which a link leads out of the tree."""
    for path in stale:
        name, remedy = os.path.basename(path), f"mend [tests] {key} in gate.toml"
        if _is_below(os.path.normpath(path), os.path.normpath(root)) and not _is_below(
            os.path.realpath(os.path.dirname(path)), os.path.realpath(root)
        ):
            raise ToolError(f"{name} is in the way of a fresh report: a link leads out of the tree to it", remedy)
        try:
            os.unlink(path)
        except OSError as error:
            raise ToolError(f"{name} is in the way of a fresh report: {error.strerror}", remedy) from error


def _is_below(path: str, directory: str) -> bool:
    return os.path.commonpath([path, directory]) == directory


def runner_of(
    ground: Ground, name: str, command: str = "", report: str = "", coverage: str = ""
) -> Pytest | Unittest | Command:
    """The runner called `name`; a `command` is its own."""
    if command:
        return Command(ground, command, report, coverage)
    return Unittest(ground) if name == "unittest" else Pytest(ground)
