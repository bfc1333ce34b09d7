"""The target's habits, of its Python files alone."""

from __future__ import annotations

from agentgate.layers.integrity.habits import bare_habits
from tests.layers.conftest import Files, Propose


def habits(propose: Propose, files: Files) -> frozenset[str]:
    return bare_habits(propose(files, {"z": "z"}).base)


def test_three_that_are_half_of_all_make_a_habit(propose: Propose) -> None:
    bare, coded = "import a  # noqa\n", "import a  # noqa: F401\n"
    assert habits(propose, {"a.py": bare * 3, "b.pyi": coded * 3}) == {"lint"}
    assert habits(propose, {"a.py": bare * 3 + coded * 4}) == frozenset()
    assert habits(propose, {"a.py": bare * 2}) == frozenset()
    assert habits(propose, {"a.md": bare * 3, "a.py": "x\n"}) == frozenset()


def test_the_tools_of_one_family_count_together(propose: Propose) -> None:
    text = "x  # type: ignore\nx  # pyright: ignore\nx  # ty: ignore\nx  # nosec\nx  # pragma: no cover\n"
    assert habits(propose, {"a.py": text}) == {"types"}
