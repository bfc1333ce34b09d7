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
from agentgate.tools import junit, witnessed
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
    """Any program that leaves a JUnit XML report. `report`: a glob relative to the package."""

    ground: Ground
    command: str
    report: str
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
        pattern = os.path.join(glob.escape(package_root), self.report)
        _remove(glob.glob(pattern, recursive=True))
        argv = [*shlex.split(self.command), *selection]
        done = process.run(
            argv,
            cwd=package_root,
            env=self.ground.variables(root),
            timeout=self.ground.timeout,
            protect=self.ground.protect,
            memory_limit=self.ground.memory,
            network=self.ground.network,
        )
        if done.timed_out:
            raise ToolError(f"{argv[0]} on {side} did not end in time", "raise [tests] timeout in gate.toml")
        files = sorted(glob.glob(pattern, recursive=True))
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
        return TestRun(
            side, self.ground.package.root, "command", "", outcomes, exit_status=done.returncode, seconds=done.seconds
        )


def _remove(stale: Sequence[str]) -> None:
    """Remove reports that an earlier run left, or the change brought."""
    for path in stale:
        try:
            os.unlink(path)
        except OSError as error:
            raise ToolError(
                f"{os.path.basename(path)} is in the way of a fresh report: {error.strerror}",
                "mend [tests] report in gate.toml",
            ) from error


def runner_of(ground: Ground, name: str, command: str = "", report: str = "") -> Pytest | Unittest | Command:
    """The runner called `name`; a `command` is its own."""
    if command:
        return Command(ground, command, report)
    return Unittest(ground) if name == "unittest" else Pytest(ground)
