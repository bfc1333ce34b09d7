"""Whether two sources differ outside functions by names alone."""

from __future__ import annotations

import pytest

from agentgate.tools.python_renaming import renaming

BASE = "from shop import old, stays\n\nLOW = old.first\nHIGH = 2\nRATES = {'a': old.first, 'b': stays.last}\n"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (BASE, {}),
        (BASE.replace("old", "fresh"), {"old": "fresh"}),
        (BASE.replace("LOW", "LEAST"), {"LOW": "LEAST"}),
        (BASE + "\n\ndef f():\n    return 1\n", None),
        (BASE.replace("HIGH = 2", "HIGH = 3"), None),
        (BASE.replace("old.first, 'b'", "stays.first, 'b'"), None),
        (BASE.replace("LOW = old.first\nHIGH = 2", "LOW = 2\nHIGH = old.first"), None),
        (BASE.replace("old", "stays"), None),
        (BASE.replace("from shop", "from elsewhere"), None),
        ("def (", None),
    ],
)
def test_only_names_that_always_become_the_same_are_a_renaming(head: str, found: dict[str, str] | None) -> None:
    assert renaming(BASE, head) == found


def test_values_that_are_exchanged_are_none() -> None:
    assert renaming("A = x\nB = y\n", "A = y\nB = x\n") == {"x": "y", "y": "x"}
    assert renaming("A = 1\nB = 2\n", "A = 2\nB = 1\n") is None
