"""Which ignored files are carried into a checkout."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from agentgate import project
from agentgate.change import Repository, Tree
from agentgate.errors import CannotJudge
from tests.conftest import Sandbox
from tests.project.conftest import Files

Commit = Callable[[Files], Tree]
SOURCE: Files = {
    "pyproject.toml": "[project]\nname = 'shop'\n",
    "src/shop/__init__.py": "",
    ".gitignore": "*.so\n*.gen\n",
}


def carried(repository: Repository, tree: Tree, *globs: str) -> tuple[str, ...]:
    [package] = project.read(tree).packages
    return project.carried(repository, package, tree, globs)


def test_built_extensions_and_version_files_beside_sources_are_found(
    sandbox: Sandbox, repository: Repository, tree: Commit
) -> None:
    head = tree({**SOURCE, ".gitignore": "*.so\n_version.py\nbuild\n"})
    sandbox.write({
        "src/shop/fast.so": "", "src/shop/_version.py": "", "build/lib/other.so": "", "src/shop/_version.py.bak": "",
    })  # fmt: skip
    assert carried(repository, head) == ("src/shop/_version.py", "src/shop/fast.so")


def test_compiled_translations_beside_their_sources_are_found(
    sandbox: Sandbox, repository: Repository, tree: Commit
) -> None:
    head = tree({**SOURCE, ".gitignore": "*.mo\n", "src/shop/locale/de/LC_MESSAGES/shop.po": ""})
    sandbox.write({"src/shop/locale/de/LC_MESSAGES/shop.mo": "", "src/shop/locale/de/LC_MESSAGES/other.mo": ""})
    assert carried(repository, head) == ("src/shop/locale/de/LC_MESSAGES/shop.mo",)


@pytest.mark.parametrize(
    "settings",
    [
        '[tool.setuptools_scm]\nversion_file = "src/shop/made.gen"\n',
        '[tool.setuptools_scm]\nwrite_to = "./src/shop/made.gen"\n',
        '[tool.hatch.build.hooks.vcs]\nversion-file = "src/shop/made.gen"\n',
        '[tool.pdm.version]\nwrite_to = "src/shop/made.gen"\n',
    ],
)
def test_the_version_file_that_the_build_backend_names_is_found(
    sandbox: Sandbox, repository: Repository, tree: Commit, settings: str
) -> None:
    head = tree({**SOURCE, "pyproject.toml": f"{SOURCE['pyproject.toml']!s}{settings}"})
    sandbox.write({"src/shop/made.gen": "", "src/shop/other.gen": ""})
    assert carried(repository, head) == ("src/shop/made.gen",)


def test_the_policy_names_more_by_globs_that_cross_directories(
    sandbox: Sandbox, repository: Repository, tree: Commit
) -> None:
    head = tree(SOURCE)
    sandbox.write({"made/deep/x.gen": "", "y.gen": "", "made/z.txt": ""})
    assert carried(repository, head, "made/*.gen") == ("made/deep/x.gen",)


def test_only_ignored_files_are_carried(sandbox: Sandbox, repository: Repository, tree: Commit) -> None:
    sandbox.write({**SOURCE, "src/shop/tracked.so": ""})
    sandbox.git("add", "-f", "src/shop/tracked.so")
    head = tree(SOURCE)
    sandbox.write({"untracked.txt": "", "src/shop/new.py": ""})
    assert carried(repository, head, "*") == ()


def test_a_link_out_of_the_repository_is_refused(
    sandbox: Sandbox, repository: Repository, tree: Commit, tmp_path: Path
) -> None:
    head = tree(SOURCE)
    (tmp_path / "secret").write_text("s")
    os.symlink(tmp_path / "secret", sandbox.root / "src" / "shop" / "fast.so")
    with pytest.raises(CannotJudge, match=r"'src/shop/fast\.so' leads out of the repository"):
        carried(repository, head)


def test_a_repository_within_this_one_is_not_carried(sandbox: Sandbox, repository: Repository, tree: Commit) -> None:
    head = tree({**SOURCE, ".gitignore": "vendor\n"})
    (sandbox.root / "vendor").mkdir()
    subprocess.run(["git", "init", "-q", "vendor/inner"], cwd=sandbox.root, check=True)
    assert carried(repository, head, "*") == ()
