"""The one command that makes an environment fit for a package's tests."""

from __future__ import annotations

import os

from agentgate.project.values import Package

REQUIREMENTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "dev-requirements.txt",
    "dev.requirements.txt",
    "requirements-test.txt",
    "test-requirements.txt",
    "requirements/tests.txt",
    "requirements/test.txt",
    "requirements/dev.txt",
)


def install_command(root: str, package: Package, configured: str = "") -> str:
    """What to type at the repository's root; `configured`: the interpreter that gate.toml names."""
    directory = "" if package.root == "." else f"cd {package.root} && "
    if configured:
        return f"{configured} -m pip install{_wanted(root, package, package.root)}"
    if package.lock == "uv":
        extras = "".join(f" --extra {name}" for name in package.extras)
        groups = "".join(f" --group {name}" for name in package.groups if name != "dev")
        runner = " && uv pip install pytest" if package.runner == "pytest" and "pytest" not in package.declared else ""
        return f"{directory}uv sync{extras}{groups}{runner}"
    if package.lock in ("poetry", "pdm"):
        return f"{directory}{package.lock} install"
    if package.lock == "rye":
        return f"{directory}rye sync"
    python = ".venv/bin/python"
    make = "" if os.path.exists(os.path.join(root, package.root, python)) else "python3 -m venv .venv && "
    return f"{directory}{make}{python} -m pip install{_wanted(root, package, '.')}"


def _wanted(root: str, package: Package, here: str) -> str:
    """Arguments of pip; `here`: the package's directory as seen from where pip runs."""
    words = ""
    if package.installable:
        extras = f"[{','.join(package.extras)}]" if package.extras else ""
        words = f" -e '{here}{extras}'" if extras else f" -e {here}"
    prefix = "" if here == "." else f"{here}/"
    for name in REQUIREMENTS:
        if os.path.exists(os.path.join(root, package.root, name)):
            words += f" -r {prefix}{name}"
    words += "".join(f" --group {prefix and prefix + 'pyproject.toml:'}{name}" for name in package.groups)
    return words if package.runner == "unittest" else f"{words} pytest"
