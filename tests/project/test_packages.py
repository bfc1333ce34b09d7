"""Which packages a tree holds, and what each of them is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agentgate import project
from agentgate.change import Tree
from agentgate.errors import CannotJudge
from agentgate.project import Package
from tests.project.conftest import Files

Packages = Callable[..., dict[str, Package]]
INSTALLABLE = '[project]\nname = "shop-cart"\nversion = "1"\n'
TEST = "def test_it():\n    pass\n"


def test_a_tree_without_python_has_no_package(packages: Packages) -> None:
    assert packages({"README.md": "# hi", "package.json": "{}"}) == {}


@pytest.mark.parametrize(
    ("files", "roots", "source"),
    [
        ({"src/shop/__init__.py": ""}, ("src",), ("src/shop",)),
        ({"shop/__init__.py": ""}, (".",), ("shop",)),
        ({"cart.py": "", "noxfile.py": "", "setup.py": ""}, (".",), ("cart.py",)),
        ({"src/shop/cart/__init__.py": ""}, ("src",), ("src/shop",)),
        ({"shop/cart/__init__.py": "", "docs/conf.py": ""}, (".",), ("shop",)),
        ({"shop_cart.py": "", "scripts/release.py": "", "examples/__init__.py": ""}, (".",), ("shop_cart.py",)),
        ({"shop/__init__.py": "", "tests/__init__.py": "", "tools/__init__.py": ""}, (".",), ("shop",)),
    ],
    ids=["src", "flat", "module", "src namespace", "flat namespace", "scripts beside", "other packages beside"],
)
def test_an_installable_package_shows_its_sources(
    packages: Packages, files: dict[str, str], roots: tuple[str, ...], source: tuple[str, ...]
) -> None:
    package = packages({"pyproject.toml": INSTALLABLE, **files})["."]
    assert (package.source_roots, package.source, package.name) == (roots, source, "shop-cart")
    assert package.installable


@pytest.mark.parametrize(
    "settings",
    [
        '[tool.setuptools.packages.find]\nwhere = ["python"]\n',
        '[tool.setuptools.package-dir]\n"" = "python"\n',
        '[tool.setuptools.package-dir]\nshop = "python/shop"\n',
        '[tool.hatch.build.targets.wheel]\npackages = ["python/shop"]\n',
        '[tool.pdm.build]\npackage-dir = "python"\n',
        '[[tool.poetry.packages]]\ninclude = "shop"\nfrom = "python"\n',
    ],
    ids=["find", "package-dir", "package-dir of one", "hatch", "pdm", "poetry"],
)
def test_a_build_backend_names_the_source_root(packages: Packages, settings: str) -> None:
    package = packages({"pyproject.toml": INSTALLABLE + settings, "python/shop/__init__.py": ""})["."]
    assert package.source_roots == ("python",)
    assert package.modules == ("shop",)


def test_several_source_roots_all_count(packages: Packages) -> None:
    settings = '[tool.hatch.build.targets.wheel]\npackages = ["src/shop", "lib/cart"]\n'
    files = {"pyproject.toml": INSTALLABLE + settings, "src/shop/__init__.py": "", "lib/cart/__init__.py": ""}
    assert packages(files)["."].source_roots == ("src", "lib")


def test_a_source_root_that_does_not_exist_is_not_believed(packages: Packages) -> None:
    settings = '[tool.setuptools.packages.find]\nwhere = ["empty"]\n'
    package = packages({"pyproject.toml": INSTALLABLE + settings, "src/shop/__init__.py": ""})["."]
    assert package.source == ("src/shop",)


def test_setup_py_and_setup_cfg_are_read_and_never_run(packages: Packages, tmp_path: Path) -> None:
    setup = (
        f"open({str(tmp_path / 'ran')!r}, 'w')\n"
        + "from setuptools import setup\nsetup(name='shop', package_dir={'': 'src'}, **extra)\n"
    )
    package = packages({"setup.py": setup, "src/shop/__init__.py": ""})["."]
    assert (package.name, package.source_roots, package.installable) == ("shop", ("src",), True)
    cfg = "[metadata]\nname = till\n[options]\npackage_dir =\n    = lib\n"
    package = packages({"setup.py": None, "setup.cfg": cfg, "lib/till/__init__.py": ""})["."]
    assert (package.name, package.source_roots, package.installable) == ("till", ("lib",), True)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"scripts/backup.py": "", "docs/conf.py": ""}, ("scripts",)),
        ({"app/main.py": "", "app/views/a.py": "", "scripts/x.py": ""}, ("app",)),
        ({"one.py": "", "two.py": "", "conftest.py": ""}, ("one.py", "two.py")),
    ],
    ids=["scripts", "application without __init__", "modules"],
)
def test_what_cannot_be_installed_has_sources_too(
    packages: Packages, files: dict[str, str], source: tuple[str, ...]
) -> None:
    package = packages(files)["."]
    assert package.source == source
    assert not package.installable


@pytest.mark.parametrize("said", ["[tool.uv]\npackage = false\n", "[tool.poetry]\npackage-mode = false\n"])
def test_a_project_may_say_that_it_is_not_installable(packages: Packages, said: str) -> None:
    assert not packages({"pyproject.toml": INSTALLABLE + said, "app/main.py": ""})["."].installable


def test_tests_are_found_beside_and_inside_the_package(packages: Packages) -> None:
    beside = packages({"pyproject.toml": INSTALLABLE, "src/shop/__init__.py": "", "tests/unit/test_a.py": TEST})["."]
    assert beside.tests == ("tests",)
    files = {"tests/unit/test_a.py": None, "src/shop/tests/__init__.py": "", "src/shop/tests/test_b.py": TEST}
    inside = packages({**files, "src/shop/test_c.py": TEST})["."]
    assert set(inside.tests) == {"src/shop/test_c.py", "src/shop/tests"}
    assert inside.is_test("src/shop/tests/helpers.py")
    assert not inside.is_source("src/shop/tests/helpers.py")
    named_only = packages(
        {"src/shop/tests/test_b.py": None, "src/shop/tests/judge.py": "", "src/shop/test_c.py": TEST}
    )["."]
    assert named_only.is_source("src/shop/tests/judge.py")
    assert inside.is_source("src/shop/__init__.py")


@pytest.mark.parametrize(
    "settings",
    ['testpaths = ["src"]', 'testpaths = ["src/shop", "."]', 'python_files = ["*.py"]', 'python_files = "*"'],
)
def test_a_setting_of_pytest_makes_no_test_of_the_product(packages: Packages, settings: str) -> None:
    toml = f"{INSTALLABLE}[tool.pytest.ini_options]\n{settings}\n"
    files = {"pyproject.toml": toml, "src/shop/__init__.py": "", "src/shop/cart.py": "", "tests/test_a.py": TEST}
    package = packages(files)["."]
    assert package.is_source("src/shop/cart.py")
    assert package.is_test("tests/test_a.py")


@pytest.mark.parametrize(
    "file",
    [
        {"pyproject.toml": INSTALLABLE + '[tool.pytest.ini_options]\ntestpaths = "checks"\n'},
        {"pyproject.toml": INSTALLABLE + '[tool.pytest]\ntestpaths = ["checks/"]\n'},
        {"pyproject.toml": INSTALLABLE, "pytest.ini": "[pytest]\ntestpaths =\n    checks\n"},
        {"pyproject.toml": INSTALLABLE, "setup.cfg": "[tool:pytest]\ntestpaths = ./checks\n"},
    ],
    ids=["ini_options", "pytest 9", "pytest.ini", "setup.cfg"],
)
def test_a_configured_directory_of_tests_is_found(packages: Packages, file: dict[str, str]) -> None:
    package = packages({**file, "shop/__init__.py": "", "checks/test_a.py": TEST, "checks/__init__.py": ""})["."]
    assert package.tests == ("checks",)
    assert package.source == ("shop",)


@pytest.mark.parametrize(
    ("files", "runner"),
    [
        ({}, ""),
        ({"tests/__init__.py": ""}, ""),
        ({"tests/test_a.py": "import unittest\n"}, "unittest"),
        ({"tests/test_a.py": "import unittest\n", "tests/test_b.py": "import pytest\n"}, "pytest"),
        ({"tests/test_a.py": "import unittest\n", "conftest.py": ""}, "pytest"),
        ({"tests/test_a.py": "import unittest\n", "requirements-dev.txt": "pytest>=8\n"}, "pytest"),
        ({"tests/test_a.py": "import unittest\n", "tox.ini": "[pytest]\n"}, "pytest"),
        ({"tests/suite.py": "import unittest\n", "tests/test_a.py": "class T:\n  def test_it(self): ..."}, "unittest"),
        ({"tests/test_a.py": "class TestIt:\n    def test_it(self): ...\n"}, "pytest"),
        ({"tests/test_a.py": "async def test_it(): ...\n"}, "pytest"),
        ({"pytest.ini": "[pytest]\naddopts = --doctest-modules\n"}, "pytest"),
        ({"pytest.ini": "[pytest]\naddopts = -q\n"}, ""),
    ],
)  # fmt: skip
def test_the_runner_is_what_the_tests_are_written_for(packages: Packages, files: dict[str, str], runner: str) -> None:
    assert packages({"shop.py": '"""\n>>> 1\n1\n"""\n', **files})["."].runner == runner


@pytest.mark.parametrize(
    ("files", "lock"),
    [
        ({"uv.lock": ""}, "uv"),
        ({"poetry.lock": ""}, "poetry"),
        ({"pdm.lock": ""}, "pdm"),
        ({"pyproject.toml": "[tool.rye]\nmanaged = true\n"}, "rye"),
        ({"pyproject.toml": "[tool.hatch.envs.default]\ndependencies = []\n"}, "hatch"),
        ({"pyproject.toml": INSTALLABLE}, ""),
    ],
)
def test_the_manager_is_known_by_its_lock_or_its_settings(packages: Packages, files: Files, lock: str) -> None:
    assert packages({"a.py": "", **files})["."].lock == lock


MEMBERS = {
    f"libs/{name}/{path}": text
    for name in ("a", "b")
    for path, text in (("pyproject.toml", f'[project]\nname = "{name}"\n'), (f"src/{name}/__init__.py", ""))
}


@pytest.mark.parametrize(
    ("root", "found"),
    [
        ({}, ["libs/a", "libs/b"]),
        ({"tests/test_all.py": TEST}, [".", "libs/a", "libs/b"]),
        ({"scripts/x.py": "", "setup.py": ""}, ["."]),
        ({"scripts/x.py": ""}, ["libs/a", "libs/b"]),
        ({"pyproject.toml": "[tool.ruff]\n"}, [".", "libs/a", "libs/b"]),
        ({"pyproject.toml": INSTALLABLE}, ["."]),
        ({"pyproject.toml": INSTALLABLE + '[tool.uv.workspace]\nmembers = ["libs/*"]\n'}, [".", "libs/a", "libs/b"]),
        ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["libs/*"]\nexclude = ["libs/b"]\n'}, [".", "libs/a"]),
        ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n'}, ["."]),
        ({"pyproject.toml": '[tool.uv.workspace]\nmembers = ["**"]\n'}, [".", "libs/a", "libs/b"]),
        ({"pyproject.toml": '[tool.rye.workspace]\nmembers = ["./libs/a/"]\n'}, [".", "libs/a"]),
        ({"pyproject.toml": '[tool.hatch.envs.default.workspace]\nmembers = ["libs/b"]\n'}, [".", "libs/b"]),
    ],
)
def test_the_members_of_a_monorepo_are_found(packages: Packages, root: Files, found: list[str]) -> None:
    assert list(packages({**MEMBERS, **root})) == found


def test_broken_test_data_is_no_member_and_no_obstacle(packages: Packages) -> None:
    files = {**MEMBERS, "data/x/pyproject.toml": "[", "assets/y/pyproject.toml": "[", "assets/y/a.py": ""}
    assert list(packages(files)) == [".", "libs/a", "libs/b"]


def test_a_broken_pyproject_of_the_root_names_file_and_place(tree: Callable[[Files], Tree]) -> None:
    with pytest.raises(CannotJudge, match=r"pyproject\.toml: not TOML: .*line 2"):
        project.read(tree({"a.py": "", "pyproject.toml": "x = 1\ny = \n"}))


@pytest.mark.parametrize(
    ("roots", "found"), [(["libs/b/"], ["libs/b"]), (["./libs/a", "libs/a"], ["libs/a"]), (["gone", "."], ["."])]
)
def test_a_policy_names_the_packages(packages: Packages, roots: Sequence[str], found: list[str]) -> None:
    assert list(packages(MEMBERS, roots=roots)) == found


def test_a_file_of_a_member_belongs_to_the_innermost(tree: Callable[[Files], Tree]) -> None:
    found = project.read(tree({**MEMBERS, "tests/test_all.py": TEST}))
    owner = found.owner("libs/a/src/a/__init__.py")
    outside = found.owner("tests/test_all.py")
    assert owner is not None
    assert outside is not None
    assert (owner.root, outside.root) == ("libs/a", ".")
