"""Which trees linters and type checkers judge: the change's sources under the target's configuration."""

from __future__ import annotations

from agentgate.change import Tree
from agentgate.layers.judged_trees import pairs
from agentgate.tools.ruff_configuration import RuffConfiguration
from tests.layers.conftest import Propose

LINES = {"a.py": "x = 1\n", "ruff.toml": "line-length = 80\n"}


class Configured:
    """Every ruff.toml is configuration; comments say nothing."""

    def is_file(self, path: str) -> bool:
        return path.rpartition("/")[2] == "ruff.toml"

    def value(self, path: str, text: str) -> object:
        del path
        return [line for line in text.splitlines() if line and not line.startswith("#")] or None


def texts(tree: Tree) -> dict[str, str]:
    return {path: tree.read_text(path) or "" for path in tree.entries()}


def test_without_a_change_of_configuration_the_sides_are_judged_as_they_are(propose: Propose) -> None:
    change = propose(LINES, {"a.py": "x = 2\n"})
    (pair,) = pairs(change, Configured())
    assert (pair.base, pair.head, pair.under) == (change.base, change.head, "target")


def test_the_targets_newer_configuration_judges_both_sides(propose: Propose) -> None:
    change = propose(LINES, {"a.py": "x = 2\n"}, target={"ruff.toml": "line-length = 100\n"})
    (pair,) = pairs(change, Configured())
    assert texts(pair.base) == {"a.py": "x = 1\n", "ruff.toml": "line-length = 100\n"}
    assert texts(pair.head) == {"a.py": "x = 2\n", "ruff.toml": "line-length = 100\n"}


def test_a_configuration_that_the_change_edits_judges_both_sides_in_a_second_pair(propose: Propose) -> None:
    change = propose(LINES, {"a.py": "x = 2\n", "ruff.toml": "line-length = 100\n"})
    first, second = pairs(change, Configured())
    assert (first.under, second.under) == ("target", "head")
    assert [texts(tree)["ruff.toml"] for tree in (first.base, first.head)] == ["line-length = 80\n"] * 2
    assert [texts(tree)["ruff.toml"] for tree in (second.base, second.head)] == ["line-length = 100\n"] * 2
    assert [texts(tree)["a.py"] for tree in (second.base, second.head)] == ["x = 1\n", "x = 2\n"]


def test_a_comment_in_the_configuration_makes_no_second_pair(propose: Propose) -> None:
    assert len(pairs(propose(LINES, {"ruff.toml": "# why\nline-length = 80\n"}), Configured())) == 1


def test_a_nested_configuration_of_the_change_does_not_judge_under_the_targets(propose: Propose) -> None:
    change = propose(LINES, {"sub/a.py": "x = 2\n", "sub/ruff.toml": "exclude = ['*']\n"})
    first, second = pairs(change, Configured())
    assert "sub/ruff.toml" not in texts(first.head)
    assert texts(second.base)["sub/ruff.toml"] == texts(second.head)["sub/ruff.toml"] == "exclude = ['*']\n"


def test_a_configuration_that_the_change_removes_still_judges(propose: Propose) -> None:
    first, second = pairs(propose(LINES, {"a.py": "x = 2\n", "ruff.toml": None}), Configured())
    assert texts(first.head)["ruff.toml"] == "line-length = 80\n"
    assert "ruff.toml" not in texts(second.base)
    assert "ruff.toml" not in texts(second.head)


def test_a_link_in_the_place_of_a_configuration_does_not_judge(propose: Propose) -> None:
    base = {"a.py": "x = 1\n", "other": "exclude = ['*']\n"}
    ours = propose({**base, "ruff.toml": "-> other"}, {"other": "exclude = []\n"})
    assert all(
        "ruff.toml" not in tree.entries() for pair in pairs(ours, Configured()) for tree in (pair.base, pair.head)
    )
    change = propose(base, {"ruff.toml": "-> other"})
    assert "ruff.toml" in change.head.entries()
    assert all("ruff.toml" not in pair.head.entries() for pair in pairs(change, Configured())[:1])


def test_what_ruff_reads_of_pyproject_alone_makes_a_second_pair(propose: Propose) -> None:
    base = {
        "a.py": "x = 1\n",
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\n[tool.ruff]\nline-length = 80\n',
    }
    change = propose(base, {"pyproject.toml": base["pyproject.toml"].replace('"1"', '"2"')})
    configuration = RuffConfiguration(change.policy_tree, change.head)
    assert len(pairs(change, configuration)) == 1
