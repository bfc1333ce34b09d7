"""Suites to run: files, a package around them, and the ground that they run on."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from agentgate.evidence import TestOutcome, TestRun
from agentgate.project import Environment, Package
from agentgate.tools.ground import Ground

PACKAGE = Package(".", "shop", modules=("shop",), source=("shop",), tests=("tests",), source_roots=(".",))


def ours() -> Environment:
    """The environment that runs these tests: it has pytest."""
    distributions = (("pytest", importlib.metadata.version("pytest")),)
    return Environment(sys.executable, "ours", sys.version_info[:3], sys.prefix, (), distributions)


def ground(
    tmp_path: Path, environment: Environment | None = None, *, package: Package = PACKAGE, timeout: float = 60
) -> Ground:
    """A ground with a scratch directory of its own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    return Ground(environment or ours(), package, str(scratch), timeout=timeout)


def write(root: Path, files: Mapping[str, str]) -> str:
    """The files, under root/tree."""
    for name, text in files.items():
        path = root / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return os.fspath(root / "tree")


def of(run: TestRun, name: str) -> TestOutcome:
    """The outcome whose id ends so."""
    (found,) = [outcome for outcome in run.outcomes if outcome.id.endswith(name)]
    return found


def outcomes(run: TestRun) -> dict[str, str]:
    """Id -> outcome, and phase where that is not the call."""
    return {o.id: o.outcome.value + ("" if o.phase == "call" else f" in {o.phase}") for o in run.outcomes}
