"""Where an environment may be: every interpreter worth a question, in the order of trust. None of them is started."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing

from agentgate import process
from agentgate.change import Repository
from agentgate.errors import ToolError
from agentgate.project.values import Package, below
from agentgate.store import Store

ON_PATH = "python3 on PATH"
CONFIGURED = "gate.toml"


def candidates(root: str, package: Package, configured: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(interpreter, how it was found), whether it exists or not. `configured` (gate.toml) is the only one if given."""
    if configured:
        yield os.path.normpath(os.path.join(root, configured)), CONFIGURED
        return
    for variable, kind in (("VIRTUAL_ENV", "virtual"), ("CONDA_PREFIX", "conda")):
        if environ.get(variable):
            yield _python(os.path.join(root, environ[variable])), f"the active {kind} environment"
    if package.lock == "uv" and environ.get("UV_PROJECT_ENVIRONMENT"):
        yield _python(os.path.join(root, environ["UV_PROJECT_ENVIRONMENT"])), "UV_PROJECT_ENVIRONMENT"
    for base in dict.fromkeys((os.path.normpath(os.path.join(root, package.root)), root, *_main_worktree(root))):
        for name in (".venv", "venv"):
            where = os.path.relpath(os.path.join(base, name), root)
            yield _python(os.path.join(base, name)), where
    asked = _asked(root, package)
    if asked:
        yield asked, package.lock
    on_path = shutil.which("python3", path=environ.get("PATH"))
    if on_path:
        yield os.path.abspath(on_path), ON_PATH


def _python(environment: str) -> str:
    return os.path.join(os.path.normpath(environment), "bin", "python")


def _main_worktree(root: str) -> list[str]:
    """The main work tree of a linked one: environments are usually made there."""
    try:
        with open(os.path.join(root, ".git"), encoding="utf-8") as file:
            git_dir = os.path.join(root, file.read().strip().removeprefix("gitdir: "))
    except OSError:
        return []
    worktrees = os.path.dirname(os.path.normpath(git_dir))
    common = os.path.dirname(worktrees)
    linked = os.path.basename(worktrees) == "worktrees" and os.path.basename(common) == ".git"
    return [os.path.dirname(common)] if linked else []


#: Neither runs a plugin of the project. hatch may (an environment collector): it is asked only where none is named.
_QUESTIONS = {
    "poetry": ("poetry", "--no-plugins", "env", "info", "--executable"),
    "hatch": ("hatch", "env", "find"),
}


@functools.cache
def _asked(root: str, package: Package) -> str:
    """The interpreter that the package's own manager names, "" where it names none."""
    directory = os.path.join(root, package.root)
    if package.lock == "pdm":
        return _of_pdm(root, directory)
    question = _QUESTIONS.get(package.lock)
    program = shutil.which(question[0]) if question else None
    if question is None or program is None or (package.lock == "hatch" and _names_a_collector(directory)):
        return ""
    with closing(Repository.find(root)) as repository:
        protected = Store.of(repository.common_dir, repository.root).protected
    environment = process.environment(keep=("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"))
    try:
        done = process.run([program, *question[1:]], cwd=directory, env=environment, timeout=30, protect=protected)
    except ToolError:
        return ""
    answer = done.out.strip().splitlines()[-1:] if done.returncode == 0 else []
    path = os.path.join(directory, answer[0].strip()) if answer else ""
    return _python(path) if os.path.isdir(path) else path


def _names_a_collector(directory: str) -> bool:
    """Whether hatch would run code of the project to collect its environments (`[tool.hatch.env.collectors]`)."""
    for name in ("pyproject.toml", "hatch.toml"):
        try:
            with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
                if "collectors" in file.read():
                    return True
        except OSError:
            continue
    return False


def _of_pdm(root: str, directory: str) -> str:
    """The interpreter that pdm has written down. pdm itself is not asked: it would start what it finds there."""
    noted = os.path.join(directory, ".pdm-python")
    try:
        with open(noted, encoding="utf-8") as file:
            python = file.read().strip()
    except (OSError, UnicodeError):
        return ""
    return os.path.join(directory, python) if python and not is_tracked(root, noted) else ""


def is_tracked(root: str, python: str) -> bool:
    """Whether git tracks an interpreter, a link on the way to it, or anything in its environment.

    Then a change may have written it, and starting it would run the change's code outside a checkout.
    """
    tracked = _tracked(root)
    real = os.path.join(os.path.realpath(os.path.dirname(python)), os.path.basename(python))
    for path in (os.path.relpath(python, root), os.path.relpath(real, os.path.realpath(root))):
        if path.startswith("../"):
            continue
        parts = path.split("/")
        ways = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        environment = "/".join(parts[:-2]) or "."
        if not tracked.isdisjoint(ways) or any(below(known, (environment,)) for known in tracked):
            return True
    return False


@functools.cache
def _tracked(root: str) -> frozenset[str]:
    with closing(Repository.find(root)) as repository:
        return frozenset(repository.git("ls-files", "-z", "--full-name").out.split("\0")) - {""}
