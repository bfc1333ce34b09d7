"""A fingerprint changes with whatever decides which environment is found, or what is in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agentgate.project import Package, own_site_packages, signature, witnessed
from tests.conftest import Sandbox
from tests.project.conftest import install

PACKAGE = Package(".", "shop")


def _upgrade(environment: Path) -> None:
    folder = next(environment.glob("lib/python*/site-packages/attrs-*"))
    shutil.rmtree(folder)
    install(environment, "attrs", "2.0")


def _editable(environment: Path) -> None:
    next(environment.glob("lib/python*/site-packages")).joinpath("other.pth").write_text("/elsewhere\n")


def _other_python(environment: Path) -> None:
    link = environment / "bin" / "python"
    link.unlink()
    link.write_text("#!/bin/sh\n")


def _first(environment: Path) -> None:
    shutil.copytree(environment, environment.parent / ".venv", symlinks=True)


def _gone(environment: Path) -> None:
    shutil.rmtree(environment)


@pytest.mark.parametrize("happens", [_upgrade, _editable, _other_python, _first, _gone])
def test_what_was_seen_no_longer_looks_the_same(
    sandbox: Sandbox,
    environment: Callable[..., Path],
    nowhere: dict[str, str],
    happens: Callable[[Path], None],
) -> None:
    environment(sandbox.root / "venv", "attrs")
    seen = witnessed(str(sandbox.root), PACKAGE, "", nowhere)
    assert all(signature(path) == before for path, before in seen.items())
    happens(sandbox.root / "venv")
    assert any(signature(path) != before for path, before in seen.items())


def test_an_interpreter_of_the_policy_that_is_not_there_is_no_error_here(
    sandbox: Sandbox, nowhere: dict[str, str]
) -> None:
    seen = witnessed(str(sandbox.root), PACKAGE, "env/bin/python", nowhere)
    assert seen[f"{sandbox.root}/env/bin/python"] == "absent"


def test_a_file_is_known_by_size_time_and_inode(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_text("a")
    before = signature(str(file))
    os.utime(file, ns=(1, 1))
    assert signature(str(file)) != before
    assert signature(str(tmp_path / "none")) == "absent"


def test_our_own_judges_are_where_they_are_looked_for() -> None:
    assert any(name.startswith("ruff-") for site in own_site_packages() for name in os.listdir(site))
