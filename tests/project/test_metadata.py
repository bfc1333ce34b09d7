"""What a package requires and declares, from whichever file it says it in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentgate.project import Package

Packages = Callable[..., dict[str, Package]]
POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
Attrs = "*"
lxml = { version = "*", optional = true }
pywin32 = { version = "*", markers = "sys_platform == 'win32'" }
tomli = [{ version = "1", python = "<3.11" }, { version = "2", python = ">=3.11" }]
local = { path = "../local" }
"""


@pytest.mark.parametrize(
    ("files", "requires"),
    [
        (
            {"pyproject.toml": "[project]\ndependencies = ['A_b[x]>=1', 'c; python_version<\"3\"', 'D @ https://x/d.whl']\n"},
            ("a-b", "d"),
        ),
        ({"pyproject.toml": POETRY}, ("attrs", "local")),
        ({"setup.cfg": "[options]\ninstall_requires =\n    a>=1\n    # why\n    b ; sys_platform == 'x'\n"}, ("a",)),
        ({"setup.cfg": "[options]\ninstall_requires = file: requirements.txt\n"}, ()),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=['a', 'b>1'])\n"}, ("a", "b")),
        ({"setup.py": "import setuptools\nsetuptools.setup(install_requires='a\\nb')\n"}, ("a", "b")),
        ({"setup.py": "from setuptools import setup\nsetup(install_requires=read('r.txt'))\n"}, ()),
        (
            {"pyproject.toml": "[tool.setuptools.dynamic]\ndependencies = { file = ['r.txt'] }\n", "r.txt": "a\n-r x"},
            ("a",),
        ),
    ],
    ids=["project", "poetry", "setup.cfg", "setup.cfg file", "setup.py", "a text", "computed", "dynamic"],
)  # fmt: skip
def test_only_what_is_required_everywhere_is_required(
    packages: Packages, files: dict[str, str], requires: tuple[str, ...]
) -> None:
    assert packages({"a.py": "", **files})["."].requires == requires


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[project.optional-dependencies]\nweb = ['Flask_Login>=1']\n"},
        {"pyproject.toml": "[dependency-groups]\nweb = ['flask.login']\n"},
        {"pyproject.toml": "[tool.poetry.group.web.dependencies]\nFlask-Login = '*'\n"},
        {"requirements/web.txt": "flask-login\n"},
        {"setup.cfg": "[options.extras_require]\nweb = flask-login\n"},
    ],
)
def test_extras_and_groups_are_declared_and_not_required(packages: Packages, files: dict[str, str]) -> None:
    package = packages({"a.py": "", **files})["."]
    assert "flask-login" in package.declared
    assert package.requires == ()


def test_a_hostile_setup_py_says_nothing(packages: Packages) -> None:
    assert packages({"setup.py": "(" * 100_000, "a.py": ""})["."].requires == ()


def test_extras_and_groups_for_tests_are_known_by_their_usual_names(packages: Packages) -> None:
    toml = "[project.optional-dependencies]\ntest = []\nweb = []\n[dependency-groups]\ndev = []\nlint = []\n"
    package = packages({"a.py": "", "pyproject.toml": toml})["."]
    assert (package.extras, package.groups) == (("test",), ("dev",))
