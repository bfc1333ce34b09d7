"""The first gate.toml of a repository: what was detected, and the few keys a team changes first."""

from __future__ import annotations

import os
from collections.abc import Mapping

from agentgate.change import Repository, target, worktree
from agentgate.change.git import short
from agentgate.errors import CannotJudge, ConfigError, GitError
from agentgate.policy import FILE, parse
from agentgate.project import Package, choose, read

TEMPLATE = """\
# AgentGate's policy. In force once it is on the target branch: a change never sets its own bar.
# Every key: docs/policy.md; for editors: agentgate schema > gate.schema.json

mode = "enforce"              # "observe" reports refusals and exits 0
layers = ["lint", "types", "tests", "integrity"]
# python = ".venv/bin/python" # the interpreter of the project's environment; found when not named

[types]
strictness = "auto"           # strict where the target is typed; "strict" or "project" forces either

[tests]
timeout = 1800                # seconds for one run of the suite
"""


def detected(repository: Repository, environ: Mapping[str, str]) -> list[str]:
    """The target branch, and for each package what would be judged with which interpreter, a line each.

    The work as it stands is looked at, so that it works before the first commit and on any branch.
    """
    try:
        branch = f"target branch: {short(target.found(repository))}"
    except GitError as error:
        branch = f"target branch: not known, {error.message}; {error.remedy}"
    packages = read(worktree.snapshot(repository, repository.resolve("HEAD") or "").tree).packages
    if not packages:
        return [branch, "no Python found: only layers that need none will answer"]
    return [branch, *(line for package in packages for line in _lines(repository, package, environ))]


def _lines(repository: Repository, package: Package, environ: Mapping[str, str]) -> list[str]:
    sources = f"sources in {', '.join(package.source_roots)}"
    runner = f"tests by {package.runner}" if package.runner else "no tests found"
    lines = [f"package {package.name} in {package.root}: {package.language}, {sources}, {runner}"]
    try:
        environment = choose(repository.root, package, runner=package.runner, environ=environ)
    except CannotJudge as error:
        return [*lines, f"  {error.message}", f"  fix: {error.remedy}"]
    return [*lines, f"  interpreter: {environment.python} ({environment.kind})"]


def write(root: str, *, force: bool = False) -> bool:
    """Write gate.toml at the root; False, and nothing is written, where there is one and `force` is not set.

    Raises `ConfigError` where one exists that is broken, or is no plain file.
    """
    path = os.path.join(root, FILE)
    if os.path.islink(path) or os.path.isdir(path):
        raise ConfigError(f"{path} is no plain file", f"remove {path}, then agentgate init")
    existing = _existing(path)
    if existing == TEMPLATE:
        return False
    if existing is not None and not force:
        parse(existing, FILE)
        return False
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(TEMPLATE)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}", "make the folder writable") from error
    return True


def _existing(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}", "make it readable, or remove it") from error
