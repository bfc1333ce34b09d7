"""Variations of arguments, and when two answers are the same; the module travels, so it is loaded by path."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from agentgate.tools.witnessed import INSIDE


@pytest.fixture(scope="module")
def differing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("differing", INSIDE / "differing.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("value", [3, -1, 2.5, "text", b"bytes", True, [1, 2], (1, "a"), {"a": 1}])
def test_variations_are_other_values_of_the_same_type(differing: ModuleType, value: object) -> None:
    found = list(differing.near(value))
    assert any(other != value for other in found)
    assert {type(other) for other in found} == {type(value)}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_have_variations_too(differing: ModuleType, value: float) -> None:
    assert len(list(differing.near(value))) > 3


def test_one_argument_varies_at_a_time_and_self_never(differing: ModuleType) -> None:
    found = list(differing.variations({"self": 1, "a": 2, "b": 3}))
    assert found[0] == {"self": 1, "a": 2, "b": 3}
    assert all(one["self"] == 1 for one in found)
    assert all((one["a"] == 2) or (one["b"] == 3) for one in found)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("returned", 1), ("returned", 1), True),
        (("returned", 1), ("returned", 2), False),
        (("returned", 1), ("returned", True), False),
        (("returned", 1), ("raised", "ValueError"), False),
        (("raised", "KeyError"), ("raised", "ValueError"), True),
        (("returned", object()), ("returned", object()), True),
        (("returned", float("nan")), ("returned", float("nan")), True),
        (("returned", [1, {"a": (2,)}]), ("returned", [1, {"a": (3,)}]), False),
    ],
)
def test_answers_are_the_same_where_nothing_plain_differs(
    differing: ModuleType, one: tuple[str, object], other: tuple[str, object], same: bool
) -> None:
    assert differing.same(one, other) is same


def test_the_first_difference_holds_twice_and_what_is_random_is_none(differing: ModuleType) -> None:
    import random

    difference, tried = differing.first_difference(lambda a: a // 2, lambda a: round(a / 2), [{"a": 4}])
    assert difference is not None
    assert tried > 0
    assert (
        differing.first_difference(lambda a: a + random.random(), lambda a: a - random.random(), [{"a": 4}])[0] is None
    )


def test_base_code_that_needs_what_is_gone_cannot_be_compared(differing: ModuleType) -> None:
    def base(a: int) -> int:
        return gone(a)  # type: ignore[name-defined,no-any-return] # noqa: F821 - what base had and head has not

    assert differing.first_difference(lambda a: a, base, [{"a": 1}]) == (None, 0)


def test_a_call_that_never_ends_is_left_out(differing: ModuleType) -> None:
    def endless(a: int) -> None:
        while a:
            pass

    with pytest.raises(differing.Slow):
        differing.answer(endless, {"a": 1})
