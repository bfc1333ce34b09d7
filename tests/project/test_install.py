"""The one command that makes an environment fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agentgate.project import Package, install_command

PACKAGE = Package(".", "shop", installable=True, runner="pytest")


@pytest.mark.parametrize(
    ("package", "command"),
    [
        (PACKAGE, "python3 -m venv .venv && .venv/bin/python -m pip install -e . pytest"),
        (
            replace(PACKAGE, extras=("test",), groups=("dev",)),
            "python3 -m venv .venv && .venv/bin/python -m pip install -e '.[test]' --group dev pytest",
        ),
        (
            replace(PACKAGE, root="libs/a", runner="unittest"),
            "cd libs/a && python3 -m venv .venv && .venv/bin/python -m pip install -e .",
        ),
        (replace(PACKAGE, lock="uv"), "uv sync && uv pip install pytest"),
        (
            replace(PACKAGE, lock="uv", declared=("pytest",), extras=("test",), groups=("dev", "tests")),
            "uv sync --extra test --group tests",
        ),
        (replace(PACKAGE, lock="poetry", root="b"), "cd b && poetry install"),
        (replace(PACKAGE, lock="pdm"), "pdm install"),
        (replace(PACKAGE, lock="rye"), "rye sync"),
    ],
)
def test_the_command_is_that_of_the_manager(tmp_path: Path, package: Package, command: str) -> None:
    assert install_command(str(tmp_path), package) == command


def test_an_environment_that_exists_is_not_made_again_and_requirement_files_are_named(tmp_path: Path) -> None:
    for name in (".venv/bin/python", "requirements.txt", "requirements/test.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert install_command(str(tmp_path), replace(PACKAGE, installable=False)) == (
        ".venv/bin/python -m pip install -r requirements.txt -r requirements/test.txt pytest"
    )


def test_the_interpreter_of_the_policy_is_the_one_to_install_into(tmp_path: Path) -> None:
    package = replace(PACKAGE, root="libs/a", extras=("test",))
    assert install_command(str(tmp_path), package, "env/bin/python") == (
        "env/bin/python -m pip install -e 'libs/a[test]' pytest"
    )
