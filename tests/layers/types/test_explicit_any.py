"""Explicit Any in new annotations: bare ones give up a type, others only mention it."""

from __future__ import annotations

import pytest

from agentgate.layers.types.explicit_any import annotated, brought
from tests.layers.conftest import Propose

IMPORT = "from typing import Any\nimport typing as t\nfrom typing import Any as Anything, Optional, Union\n"

SIGNATURES = {
    "def f(x: Any): ...": [("parameter x", True)],
    "def f(x: Anything): ...": [("parameter x", True)],
    "def f(x: t.Any): ...": [("parameter x", True)],
    "def f(x: 'Any'): ...": [("parameter x", True)],
    "def f(x: 'list[Any]'): ...": [("parameter x", False)],
    "def f() -> Any: ...": [("return value", True)],
    "async def f(*, x: Any) -> Any: ...": [("parameter x", True), ("return value", True)],
    "def f(x: Any | None): ...": [("parameter x", True)],
    "def f(x: Optional[Any]): ...": [("parameter x", True)],
    "def f(x: Union[int, Any]): ...": [("parameter x", True)],
    "def f(x: dict[str, Any]): ...": [("parameter x", False)],
    "def f(*args: Any, **kwargs: Any): ...": [("parameter *args", False), ("parameter *kwargs", False)],
    "def __getattr__(name: str) -> Any: ...": [("return value", False)],
    "def __init__(self, x: Any): ...": [("parameter x", True)],
    "x: Any = 1": [("x", True)],
    "def f(x: int) -> str: ...": [],
    "def f(x: other.Any): ...": [],
    "x = Any": [],
    "def f(x: 'not ( python'): ...": [],
}


@pytest.mark.parametrize(("code", "expected"), SIGNATURES.items(), ids=SIGNATURES)
def test_what_an_annotation_gives_up(code: str, expected: list[tuple[str, bool]]) -> None:
    assert [(found.what, found.bare) for found in annotated("a.py", IMPORT + code + "\n")] == expected


def test_an_any_of_their_own_is_none() -> None:
    assert list(annotated("a.py", "from shop import Any\ndef f(x: Any): ...\n")) == []


def test_what_cannot_be_parsed_has_none() -> None:
    assert list(annotated("a.py", IMPORT + "def f(x: Any:\n")) == []


def test_a_place_is_named_by_line_and_symbol() -> None:
    (found,) = annotated("a.py", IMPORT + "class A:\n    def f(self, x: Any): ...\n")
    assert (found.line, found.symbol) == (5, "A.f")


OLD = IMPORT + "def f(x: Any): ...\n"


def new(propose: Propose, base: dict[str, str], head: dict[str, str | None]) -> list[tuple[str, bool]]:
    change = propose(base, head)
    paths = [file.path for file in change.files if file.head_blob]
    return [(found.symbol, found.bare) for found in brought(change, paths)]


def test_only_what_the_change_brings_counts(propose: Propose) -> None:
    assert new(propose, {"a.py": OLD}, {"a.py": OLD + "def g(x: Any): ...\n"}) == [("g", True)]
    assert new(propose, {"a.py": OLD}, {"a.py": "# why\n" + OLD}) == []


def test_code_that_moves_brings_none(propose: Propose) -> None:
    assert new(propose, {"a.py": OLD}, {"a.py": None, "b.py": OLD + "# longer\n" * 40}) == []


def test_another_parameter_of_the_same_function_is_new(propose: Propose) -> None:
    assert new(propose, {"a.py": OLD}, {"a.py": OLD.replace("x: Any", "x: Any, y: Any")}) == [("f", True)]


def test_a_file_that_has_the_habit_is_only_told(propose: Propose) -> None:
    habit = IMPORT + "".join(f"def f{n}(x: Any): ...\n" for n in range(3))
    assert new(propose, {"a.py": habit}, {"a.py": habit + "def g(x: Any): ...\n"}) == [("g", False)]
    assert new(propose, {"a.py": habit}, {"a.py": habit + "def g() -> Any: ...\n"}) == [("g", True)]
