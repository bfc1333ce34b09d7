"""Which interpreter a package is judged with: found in order, the first that fits, and never one of the change's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from agentgate.errors import CannotJudge, ConfigError
from agentgate.project import Package, choose, environments, missing
from tests.conftest import Sandbox

Make = Callable[..., Path]
PACKAGE = Package(".", "shop", installable=True, runner="pytest")


def found(sandbox: Sandbox, environ: Mapping[str, str], package: Package = PACKAGE, configured: str = "") -> list[str]:
    return [e.kind for e in environments(str(sandbox.root), package, configured, environ)]


def chosen(sandbox: Sandbox, environ: Mapping[str, str], package: Package = PACKAGE, configured: str = "") -> str:
    root = str(sandbox.root)
    return choose(root, package, runner=package.runner, configured=configured, environ=environ).kind


def test_the_order_is_active_then_package_then_root_then_path(
    sandbox: Sandbox, environment: Make, tmp_path: Path
) -> None:
    for name in ("active", "conda"):
        environment(tmp_path / name)
    for name in ("libs/a/.venv", "libs/a/venv", ".venv", "venv"):
        environment(sandbox.root / name)
    python = environment(tmp_path / "on-path")
    environ = {
        "VIRTUAL_ENV": str(tmp_path / "active"),
        "CONDA_PREFIX": str(tmp_path / "conda"),
        "PATH": str(python.parent),
    }
    assert found(sandbox, environ, replace(PACKAGE, root="libs/a")) == [
        "the active virtual environment", "the active conda environment", "libs/a/.venv", "libs/a/venv", ".venv",
        "venv", "python3 on PATH",
    ]  # fmt: skip


def test_the_policy_names_the_only_one(sandbox: Sandbox, environment: Make, nowhere: dict[str, str]) -> None:
    environment(sandbox.root / ".venv", "pytest")
    environment(sandbox.root / "env", "pytest")
    assert found(sandbox, nowhere, configured="env/bin/python") == ["gate.toml"]


@pytest.mark.parametrize("name", ["no/such/python", "README"])
def test_an_interpreter_of_the_policy_that_does_not_work_is_a_mistake(
    sandbox: Sandbox, nowhere: dict[str, str], name: str
) -> None:
    (sandbox.root / "README").write_text("no program")
    (sandbox.root / "README").chmod(0o755)
    for ask in (found, chosen):
        with pytest.raises(ConfigError, match=rf"python = '{name}': .*(does not exist|does not start)"):
            ask(sandbox, nowhere, configured=name)


def test_a_linked_worktree_uses_the_environment_of_the_main_one(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str], tmp_path: Path
) -> None:
    sandbox.commit({"a.py": ""})
    environment(sandbox.root / ".venv", "pytest")
    sandbox.git("worktree", "add", "-q", str(tmp_path / "linked"))
    kinds = [e.kind for e in environments(str(tmp_path / "linked"), PACKAGE, "", nowhere)]
    assert kinds == ["../repo/.venv"]


def test_the_first_with_the_runner_and_the_requirements_is_chosen(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str], tmp_path: Path
) -> None:
    active = environment(tmp_path / "active", "attrs")
    environment(sandbox.root / ".venv", "pytest")
    environ = {**nowhere, "VIRTUAL_ENV": str(active.parent.parent)}
    package = replace(PACKAGE, requires=("attrs",))
    assert chosen(sandbox, environ, package) == ".venv"  # nothing has all: the first with the runner
    environment(sandbox.root / "venv", "pytest", "attrs")
    assert chosen(sandbox, environ, package) == "venv"
    assert chosen(sandbox, environ, replace(package, runner="unittest")) == "the active virtual environment"


def test_what_is_missing_is_told_by_name(sandbox: Sandbox, environment: Make, nowhere: dict[str, str]) -> None:
    environment(sandbox.root / ".venv", "Flask-Login")
    package = replace(PACKAGE, requires=("attrs", "flask-login"))
    found = next(environments(str(sandbox.root), package, "", nowhere))
    assert missing(found, package) == ("attrs",)
    assert found.version_of("flask.login") == "1.0"


def test_where_none_fits_each_one_tried_is_named_with_one_command(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str]
) -> None:
    environment(sandbox.root / ".venv")
    environ = {**nowhere, "VIRTUAL_ENV": "/gone"}
    with pytest.raises(CannotJudge) as caught:
        chosen(sandbox, environ)
    assert caught.value.exit_code == 3
    assert caught.value.message == (
        "no environment for shop: /gone/bin/python (the active virtual environment) does not exist; "
        f"{sandbox.root}/.venv/bin/python (.venv) has no pytest; {sandbox.root}/venv/bin/python (venv) does not exist"
    )
    assert caught.value.remedy == ".venv/bin/python -m pip install -e . pytest"


def test_agentgates_own_environment_does_not_count_unless_the_project_is_installed_there(
    sandbox: Sandbox, nowhere: dict[str, str]
) -> None:
    environ = {**nowhere, "VIRTUAL_ENV": sys.prefix}
    with pytest.raises(CannotJudge, match="is AgentGate's own, and shop is not installed in it"):
        chosen(sandbox, environ)
    assert chosen(sandbox, environ, replace(PACKAGE, name="agentgate-cli")) == "the active virtual environment"


def test_for_a_project_that_is_not_installable_agentgates_own_counts_as_python3(
    sandbox: Sandbox, nowhere: dict[str, str]
) -> None:
    package = replace(PACKAGE, installable=False)
    with pytest.raises(CannotJudge, match="is AgentGate's own"):
        chosen(sandbox, {**nowhere, "VIRTUAL_ENV": sys.prefix}, package)
    assert chosen(sandbox, {"PATH": f"{sys.prefix}/bin"}, package) == "python3 on PATH"


@pytest.mark.parametrize("layout", ["interpreter", "link", "site-packages", "pyvenv.cfg"])
def test_an_environment_that_a_change_may_have_written_is_never_started(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str], tmp_path: Path, layout: str
) -> None:
    ran = tmp_path / "ran"
    python = environment(sandbox.root / ("hidden" if layout == "link" else ".venv"), "pytest")
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    (site / "evil.pth").write_text(f"import pathlib; pathlib.Path({str(ran)!r}).touch()\n")
    assert subprocess.run([python, "-c", ""], check=True).returncode == 0
    assert ran.exists()
    ran.unlink()
    if layout == "link":
        os.symlink("hidden", sandbox.root / ".venv")
    tracked = {"interpreter": ".venv/bin/python", "link": ".venv", "pyvenv.cfg": ".venv/pyvenv.cfg"}
    sandbox.git("add", "-f", tracked.get(layout, f"{site}/evil.pth"))
    assert found(sandbox, nowhere) == []
    with pytest.raises(CannotJudge, match="is tracked by git: the change may have written it"):
        chosen(sandbox, nowhere)
    assert not ran.exists()


def test_an_interpreter_that_the_repository_puts_on_path_is_never_started(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit({"bin/python3": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    (sandbox.root / "bin" / "python3").chmod(0o755)
    environ = {"PATH": f"{sandbox.root}/bin"}
    assert found(sandbox, environ) == []
    assert not (tmp_path / "ran").exists()


def test_what_pdm_has_noted_is_used_unless_it_is_tracked(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str], tmp_path: Path
) -> None:
    python = environment(tmp_path / "elsewhere", "pytest")
    (sandbox.root / ".pdm-python").write_text(f"{python}\n")
    assert found(sandbox, nowhere, replace(PACKAGE, lock="pdm")) == ["pdm"]


def test_what_pdm_is_told_by_the_change_is_not_believed(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str], tmp_path: Path
) -> None:
    python = environment(tmp_path / "elsewhere", "pytest")
    sandbox.commit({".pdm-python": f"{python}\n"})
    assert found(sandbox, nowhere, replace(PACKAGE, lock="pdm")) == []


@pytest.mark.parametrize("manager", ["poetry", "hatch"])
def test_the_manager_is_asked_for_its_environment(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    manager: str,
) -> None:  # fmt: skip
    python = environment(tmp_path / "managed", "pytest")
    answer = python if manager == "poetry" else python.parent.parent
    program = Path(nowhere["PATH"], manager)
    program.write_text(f"#!/bin/sh\ntouch {sandbox.root}/written 2>/dev/null\necho warning\necho {answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", nowhere["PATH"], prepend=os.pathsep)
    assert found(sandbox, nowhere, replace(PACKAGE, lock=manager)) == [manager]
    assert not (sandbox.root / "written").exists()


def test_a_shim_on_path_is_replaced_by_what_it_starts(sandbox: Sandbox, environment: Make, tmp_path: Path) -> None:
    python = environment(tmp_path / "real")
    shim = tmp_path / "shims" / "python3"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {python} "$@"\n')
    shim.chmod(0o755)
    [one] = environments(str(sandbox.root), PACKAGE, "", {"PATH": str(shim.parent)})
    assert one.python == str(python)


def test_what_a_startup_file_prints_does_not_disturb(
    sandbox: Sandbox, environment: Make, nowhere: dict[str, str]
) -> None:
    python = environment(sandbox.root / ".venv", "pytest")
    site = next((python.parent.parent / "lib").glob("python*/site-packages"))
    (site / "noisy.pth").write_text("import sys; print('hello')\n")
    assert chosen(sandbox, nowhere) == ".venv"
