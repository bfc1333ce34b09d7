"""Functions that only gain annotations."""

from __future__ import annotations

import pytest

from agentgate.layers.types.annotated import newly_annotated
from agentgate.layers.types.explicit_any import brought
from tests.layers.conftest import Propose

BASE = "class A:\n    def f(self, value):\n        return value + 1\n"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (BASE.replace("value):", "value: int) -> int:"), {"A.f"}),
        (BASE.replace("value):", "value: Any):"), {"A.f"}),
        (BASE.replace("value):", "value: int) -> int:").replace("+ 1", "+ 2"), set()),
        (BASE.replace("f(", "g("), set()),
        (BASE, set()),
    ],
)
def test_only_annotations_are_new(propose: Propose, head: str, found: set[str]) -> None:
    change = propose({"shop/a.py": BASE}, {"shop/a.py": head, "x": "1"})
    assert newly_annotated(change, "shop/a.py") == found


def test_any_where_nothing_was_written_gives_up_nothing(propose: Propose) -> None:
    head = "from typing import Any\n" + BASE.replace("value):", "value: Any) -> int:")
    (found,) = brought(propose({"shop/a.py": BASE}, {"shop/a.py": head}), ["shop/a.py"])
    assert not found.bare
    loosened = BASE.replace("value):", "value: int) -> int:")
    (found,) = brought(propose({"shop/a.py": loosened}, {"shop/a.py": head}), ["shop/a.py"])
    assert found.bare
