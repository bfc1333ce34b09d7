"""Finds and chooses the interpreter that has a package's dependencies. It is used where it lies, never copied."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agentgate import process
from agentgate.errors import CannotJudge, ConfigError, ToolError
from agentgate.project.candidates import CONFIGURED, ON_PATH, candidates, is_tracked
from agentgate.project.install import install_command
from agentgate.project.metadata import normalised
from agentgate.project.values import Package

#: Asked of an interpreter, isolated (-I): nothing of the project is imported.
_PROBE = """
import json, sys, sysconfig
from importlib.metadata import distributions
paths = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
found = {}
for d in distributions():
    try:
        found.setdefault(d.metadata["Name"] or "", d.version or "")
    except Exception:
        pass
print()
print(json.dumps({"version": sys.version_info[:3], "prefix": sys.prefix, "executable": sys.executable,
                  "site": sorted({p for p in paths + sys.path if p and p.endswith(("site-packages", "dist-packages"))}),
                  "distributions": found}))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """An interpreter and what is installed for it."""

    python: str  # absolute; a virtual environment's link is not resolved, that is what makes it one
    kind: str  # how it was found, for people
    version: tuple[int, ...]
    prefix: str
    site_packages: tuple[str, ...]
    distributions: tuple[tuple[str, str], ...]  # (normalised name, version)

    def has(self, distribution: str) -> bool:
        """Whether a distribution is installed."""
        return self.version_of(distribution) != ""

    def version_of(self, distribution: str) -> str:
        """The installed version, "" for none."""
        return dict(self.distributions).get(normalised(distribution), "")

    @property
    def is_ours(self) -> bool:
        """Whether it is the environment that AgentGate itself runs in."""
        return os.path.realpath(self.prefix) == os.path.realpath(sys.prefix)


@functools.cache
def _probe(python: str, kind: str, signature: float) -> Environment | str:
    """The environment behind an interpreter, or why it is none."""
    del signature
    try:
        done = process.run([python, "-I", "-c", _PROBE], cwd="/", env=process.environment(), timeout=60, slot=False)
        told = json.loads(done.out.splitlines()[-1]) if done.returncode == 0 else None
    except (ToolError, ValueError, IndexError) as error:
        return f"does not start: {error}"
    if not isinstance(told, dict):
        return "does not start"
    installed = tuple(sorted((normalised(name), version) for name, version in told["distributions"].items()))
    version = tuple(told["version"])
    if version < (3, 9):
        return f"is Python {version[0]}.{version[1]}: 3.9 is the oldest that can be asked"
    if kind == ON_PATH and told["executable"]:  # a shim (pyenv, asdf) would choose another one in each directory
        python = told["executable"]
    return Environment(python, kind, version, told["prefix"], tuple(told["site"]), installed)


def examined(
    root: str, package: Package, configured: str = "", environ: Mapping[str, str] = os.environ
) -> Iterator[tuple[str, str, Environment | str]]:
    """(interpreter, how it was found, the environment or why it is none) of every candidate, in order."""
    seen: set[str] = set()
    for python, kind in candidates(root, package, configured, environ):
        if python in seen:
            continue
        seen.add(python)
        if not os.path.exists(python):
            yield python, kind, "does not exist"
        elif is_tracked(root, python):
            yield python, kind, "is tracked by git: the change may have written it"
        else:
            yield python, kind, _probe(python, kind, os.stat(python).st_mtime)


def environments(
    root: str, package: Package, configured: str = "", environ: Mapping[str, str] = os.environ
) -> Iterator[Environment]:
    """Every environment that exists, in order. Raises `ConfigError` where gate.toml names one that does not work."""
    for python, _, found in examined(root, package, configured, environ):
        if isinstance(found, Environment):
            yield found
        elif configured:
            raise _not_as_configured(configured, python, found)


def _not_as_configured(configured: str, python: str, problem: str) -> ConfigError:
    return ConfigError(
        f"gate.toml: python = {configured!r}: {python} {problem}", "name the interpreter of the project's environment"
    )


def choose(
    root: str, package: Package, *, runner: str, configured: str = "", environ: Mapping[str, str] = os.environ
) -> Environment:
    """The first environment that has `runner` ("unittest" and "command" need none) and all that is required.

    Where none has all: the first with the runner. AgentGate's own counts only if the project is installed in it, or is
    not installable and it is `python3` on PATH. Raises `CannotJudge` with each one tried and the one command to type.
    """
    tried = []
    fitting: list[Environment] = []
    for python, kind, found in examined(root, package, configured, environ):
        if configured and not isinstance(found, Environment):
            raise _not_as_configured(configured, python, found)
        problem = _unfit(found, package, runner)
        if isinstance(found, Environment) and not problem:
            if not missing(found, package):
                return found
            fitting.append(found)
        tried.append(f"{python} ({kind}) {problem}")
    if fitting:
        return fitting[0]
    list_of = "; ".join(tried) or "no python3 on PATH"
    raise CannotJudge(f"no environment for {package.name}: {list_of}", install_command(root, package, configured))


def _unfit(environment: Environment | str, package: Package, runner: str) -> str:
    """Why an environment cannot be used, "" if it can."""
    if isinstance(environment, str):
        return environment
    if runner == "pytest" and not environment.has("pytest"):
        return "has no pytest"
    if environment.is_ours and package.installable and not environment.has(package.name):
        return f"is AgentGate's own, and {package.name} is not installed in it"
    if environment.is_ours and not package.installable and environment.kind not in (ON_PATH, CONFIGURED):
        return "is AgentGate's own"
    return ""


def missing(environment: Environment, package: Package) -> tuple[str, ...]:
    """Declared required distributions that the environment does not have."""
    return tuple(name for name in package.requires if not environment.has(name))
