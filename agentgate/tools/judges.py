"""Which ruff, mypy or pyright judges: ours, or the version that the target pins, where the environment has it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from agentgate import process
from agentgate.change import Tree
from agentgate.errors import ToolError
from agentgate.project import Environment
from agentgate.verdict import ToolVersion

#: pre-commit mirrors of the judges.
_MIRRORS = {
    "ruff-pre-commit": "ruff",
    "mirrors-mypy": "mypy",
    "basedpyright-pre-commit-mirror": "basedpyright",
    "pyright-python": "pyright",
}
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
NAMES = ("ruff", "mypy", "pyright", "basedpyright")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a judge may see of the environment: no HOME, so that no configuration of the user's own judges."""
    nowhere = {"HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull}
    return process.environment({**nowhere, **(extra or {})})


@dataclass(frozen=True, slots=True)
class Judge:
    """A program that judges: how it is started (an absolute path first), and what it is."""

    argv: tuple[str, ...]
    version: ToolVersion
    pinned: str = ""  # the version that the target pins, "" where it pins none

    @property
    def is_pinned(self) -> bool:
        """Whether exactly the version that the target pins judges."""
        return self.version.version == self.pinned


def find(name: str, environment: Environment | None, pinned: str = "", *, prefer_environment: bool = False) -> Judge:
    """The judge `name`. `prefer_environment`: the environment's own if it has one (a plugin lives only there).

    Raises `ToolError` where neither we nor the environment have it.
    """
    theirs = environment.version_of(name) if environment else ""
    if environment and theirs and (theirs == pinned or prefer_environment or not _ours(name)):
        why = f"pinned by the target, {environment.kind}" if theirs == pinned else environment.kind
        return Judge(_start(name, environment.python), ToolVersion(name, theirs, why), pinned)
    ours = _ours(name)
    if not ours:
        raise ToolError(
            f"{name} is installed neither with AgentGate nor in the environment",
            f"install {name} in the project's environment",
        )
    source = f"AgentGate's own; the target pins {pinned}" if pinned and pinned != ours else "AgentGate's own"
    return Judge(_start(name, sys.executable), ToolVersion(name, ours, source), pinned)


def _ours(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _start(name: str, python: str) -> tuple[str, ...]:
    """Isolated (-I): neither the checkout nor PYTHONPATH nor the user's site can replace a module of the judge."""
    if name == "mypy":
        return (python, "-I", "-m", "mypy")
    beside = os.path.join(os.path.dirname(python), name)
    binary = beside if os.path.exists(beside) else shutil.which(name)
    if binary is None:
        raise ToolError(f"{name} is installed for {python} but its program is not beside it", f"reinstall {name}")
    return (os.path.abspath(binary),)


def pins(tree: Tree) -> dict[str, str]:
    """Judge -> the version that a tree pins (pre-commit, lock files, ==), as far as it pins one."""
    found: dict[str, str] = {}
    for path in tree.entries():
        name = path.rpartition("/")[2]
        if (
            "/" not in path
            and (("requirements" in name and name.endswith((".txt", ".in"))) or name == "pyproject.toml")
        ) or (path.count("/") == 1 and path.startswith("requirements/") and name.endswith((".txt", ".in"))):
            found.update(_equal(tree.read_text(path) or ""))
    for lock in _LOCKS:
        found.update(_locked(tree.read_text(lock) or ""))
    found.update(_hooks(tree.read_text(".pre-commit-config.yaml") or ""))
    return found


def _equal(text: str) -> dict[str, str]:
    return {match[1]: match[2] for match in re.finditer(rf"(?<![\w.-])({'|'.join(NAMES)})\s*==\s*([0-9][\w.]*)", text)}


def _locked(text: str) -> dict[str, str]:
    try:
        packages = tomllib.loads(text).get("package", [])
    except tomllib.TOMLDecodeError:
        return {}
    return {
        p["name"]: p["version"]
        for p in packages
        if isinstance(p, dict) and p.get("name") in NAMES and isinstance(p.get("version"), str)
    }


def hooks(text: str) -> list[tuple[str, str, list[str]]]:
    """(repository, revision, hook ids) of a pre-commit configuration; nothing where it cannot be read."""
    try:
        config = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return []
    repos = config.get("repos") if isinstance(config, dict) else None
    found = []
    for repo in repos if isinstance(repos, list) else []:
        if isinstance(repo, dict) and isinstance(repo.get("hooks"), list):
            ids = [str(hook.get("id")) for hook in repo["hooks"] if isinstance(hook, dict)]
            found.append((str(repo.get("repo")), str(repo.get("rev", "")), ids))
    return found


def _hooks(text: str) -> dict[str, str]:
    found = {}
    for repository, revision, _ in hooks(text):
        name = _MIRRORS.get(repository.rstrip("/").rpartition("/")[2].removesuffix(".git"))
        if name and re.fullmatch(r"v?\d+(\.\d+)+\S*", revision):  # a commit's hash is no version
            found[name] = revision.removeprefix("v")
    return found
