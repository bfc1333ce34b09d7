"""Which packages of a monorepo a change concerns."""

from __future__ import annotations

import pytest

from agentgate import project
from agentgate.change import Repository, read
from tests.conftest import Sandbox

FILES = {
    "core/pyproject.toml": "[project]\nname = 'core'\n",
    "core/core/__init__.py": "",
    "web/pyproject.toml": "[project]\nname = 'web'\ndependencies = ['Core']\n",
    "web/web/__init__.py": "",
    "shop/pyproject.toml": "[project]\nname = 'shop'\n[project.optional-dependencies]\nall = ['web>1']\n",
    "shop/shop/__init__.py": "",
    "other/pyproject.toml": "[project]\nname = 'other'\n",
    "other/other/__init__.py": "",
}
ROOT = {
    "pyproject.toml": "[project]\nname = 'suite'\n[tool.uv.workspace]\nmembers = ['*']\n",
    "suite/__init__.py": "",
    "README.md": "",
}


@pytest.mark.parametrize(
    ("root", "edited", "names"),
    [
        ({}, ["core/core/__init__.py"], "core shop web"),
        ({}, ["shop/README.md"], "shop"),
        ({}, ["shop/x.py", "other/x.py"], "other shop"),
        ({}, ["ci.yml"], "core other shop web"),
        (ROOT, ["suite/new.py"], "suite"),
        (ROOT, ["README.md"], "suite"),
        (ROOT, ["uv.lock"], "core other shop suite web"),
        (ROOT, ["pyproject.toml"], "core other shop suite web"),
    ],
)
def test_a_package_is_touched_with_what_depends_on_it(
    sandbox: Sandbox, root: dict[str, str], edited: list[str], names: str
) -> None:
    sandbox.commit({**FILES, **root})
    sandbox.git("checkout", "-q", "-b", "work")
    for path in edited:
        with (sandbox.root / path).open("a") as file:
            file.write("# edited\n")
    repository = Repository.find(str(sandbox.root))
    change = read(repository, target="main", environ={})
    found = project.touched(project.read(change.head), change)
    repository.close()
    assert " ".join(sorted(package.name for package in found)) == names
