"""Trees out of a few files, and environments out of a copied virtual environment and written metadata."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from agentgate import project
from agentgate.change import Repository, Tree
from agentgate.change.tree import tree_of
from agentgate.project import Package
from tests.conftest import Sandbox

Files = Mapping[str, str | bytes | None]


@pytest.fixture
def repository(sandbox: Sandbox) -> Iterator[Repository]:
    """The sandbox as AgentGate sees it."""
    found = Repository.find(str(sandbox.root))
    yield found
    found.close()


@pytest.fixture
def tree(sandbox: Sandbox, repository: Repository) -> Callable[[Files], Tree]:
    """The tree of a commit that holds some files."""

    def commit(files: Files) -> Tree:
        return tree_of(repository, sandbox.commit(files))

    return commit


@pytest.fixture
def packages(tree: Callable[[Files], Tree]) -> Callable[..., dict[str, Package]]:
    """The packages found in some files, by root; `roots` as a policy names them."""

    def read(files: Files, roots: Sequence[str] = ()) -> dict[str, Package]:
        return {package.root: package for package in project.read(tree(files), roots=roots).packages}

    return read


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with nothing in it."""
    path = tmp_path_factory.mktemp("environments") / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(path)], check=True)
    return path


@pytest.fixture
def environment(bare: Path) -> Callable[..., Path]:
    """Makes an environment at a path, with distributions that are metadata only; its interpreter."""

    def make(path: Path, *distributions: str) -> Path:
        if not path.exists():
            shutil.copytree(bare, path, symlinks=True)
        for name in distributions:
            install(path, name)
        return path / "bin" / "python"

    return make


def install(environment: Path, name: str, version: str = "1.0") -> None:
    """Write the metadata of a distribution."""
    site = next((environment / "lib").glob("python*/site-packages"))
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """Variables of a shell in which no environment is active and no python3 is on PATH (but git is)."""
    folder = tmp_path / "bin"
    folder.mkdir()
    os.symlink(shutil.which("git") or "git", folder / "git")
    return {"PATH": str(folder)}
