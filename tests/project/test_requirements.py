"""Whether two trees need the same packages."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from agentgate.change import Tree
from agentgate.project import requirements

Make = Callable[[Mapping[str, str | bytes | None]], Tree]
PROJECT = "[project]\nname = 'a'\nversion = '1.0'\ndependencies = ['b>=1']\n"
POETRY = "[tool.poetry.group.dev.dependencies]\npytest = '^8'\n"


@pytest.mark.parametrize(
    ("path", "before", "after", "same"),
    [
        ("pyproject.toml", PROJECT, PROJECT.replace("1.0", "1.1"), True),
        ("pyproject.toml", PROJECT, PROJECT.replace("b>=1", "b>=2"), False),
        ("pyproject.toml", PROJECT, PROJECT + "[dependency-groups]\ndev = ['c']\n", False),
        ("pyproject.toml", POETRY, POETRY.replace("8", "9"), False),
        ("setup.cfg", "[options]\ninstall_requires =\n    b\n", "[options]\ninstall_requires =\n    b\n    c\n", False),
        ("setup.cfg", "[options.extras_require]\nx = b\n", "[options.extras_require]\nx = c\n", False),
        ("setup.py", "setup(install_requires=['b'])", "setup(install_requires=['b', 'c'])", False),
        ("setup.py", "setup(version='1')", "setup(version='2')", True),
        ("requirements/dev.txt", "b\n", "c\n", False),
        ("uv.lock", "1", "2", False),
        ("docs/requirements/deep/x.txt", "b\n", "c\n", True),
        ("src/a.py", "x = 1\n", "x = 2\n", True),
    ],
)
def test_a_change_of_what_is_needed_is_seen(tree: Make, path: str, before: str, after: str, same: bool) -> None:
    trees = tree({path: before}), tree({path: after})
    assert (requirements(trees[0], ".") == requirements(trees[1], ".")) is same


def test_a_package_has_its_own(tree: Make) -> None:
    one = tree({"a/pyproject.toml": PROJECT, "b/requirements.txt": "c\n"})
    assert requirements(one, "a") == {"b>=1"}
    assert len(requirements(one, "b")) == 1
