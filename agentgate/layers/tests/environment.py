"""An environment in which everything fails on both sides must not pass: what says nothing is `CannotJudge`, exit 3."""

from __future__ import annotations

from agentgate.change import Change
from agentgate.errors import CannotJudge
from agentgate.evidence import CollectError, TestRun
from agentgate.layers.tests.compare import HELD, Comparison, last_words
from agentgate.project import Environment, Package, install_command, missing
from agentgate.project.metadata import normalised


def check_before(environment: Environment, package: Package, root: str, python: str) -> None:
    """Raises `CannotJudge` where a declared required dependency is not installed."""
    lacking = missing(environment, package)
    if lacking:
        raise CannotJudge(
            f"{package.name} declares {', '.join(lacking)}, and {environment.python} does not have it",
            install_command(root, package, python),
        )


def check_after(comparison: Comparison, environment: Environment, root: str, python: str) -> None:
    """Raises `CannotJudge` where the runs tell of the environment and not of the change."""
    base, head, package = comparison.base, comparison.head, comparison.package
    ran = bool(base.outcomes or base.collect_errors) and bool(head.outcomes or head.collect_errors)
    if ran and not _holds(base) and not _holds(head):
        errors = [*head.collect_errors, *base.collect_errors]
        why = (
            last_words(errors[0].detail)
            if errors
            else (head.outcomes[0].detail.strip().splitlines() or ["every test fails"])[-1]
        )
        raise CannotJudge(f"no test passes, on base or at head: {why}", install_command(root, package, python))
    for error in head.collect_errors:
        _check_module(comparison.change, package, environment, error, base, root, python)


def _check_module(
    change: Change,
    package: Package,
    environment: Environment,
    error: CollectError,
    base: TestRun,
    root: str,
    python: str,
) -> None:
    base_path = {head: old for old, head in change.renames.items()}.get(error.path, error.path)
    same = any(old.path == base_path and old.signature == error.signature for old in base.collect_errors)
    if same and change.file(error.path) is not None:
        raise CannotJudge(
            f"{error.path} is of this change and cannot be collected, on base either: {last_words(error.detail)}",
            install_command(root, package, python),
        )
    module = "" if same else normalised(error.missing_module.partition(".")[0])
    if module and module not in package.modules and module in package.declared and not environment.has(module):
        raise CannotJudge(
            f"{error.path} needs {module}, which the project declares and {environment.python} does not have",
            install_command(root, package, python),
        )


def _holds(run: TestRun) -> bool:
    return any(outcome.outcome in HELD for outcome in run.outcomes)
