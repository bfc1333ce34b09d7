"""Hollow bodies and the identity: what is put in the place of a function."""

from __future__ import annotations

import ast

from agentgate.tools.variants import RAISE, hollows, identity, places

SOURCE = '''\
import functools


@functools.cache
def outer(x):
    """Doc."""
    def inner(y):
        return x + y
    return inner(1)


class Till:
    def due(self, n): return n * 2

    def idle(self):
        """Nothing yet."""
        raise NotImplementedError
'''


def test_a_hollow_body_begins_with_the_statement_and_keeps_the_rest() -> None:
    by_kind = {v.kind: v for v in hollows("a.py", SOURCE, {"outer"})}
    assert by_kind["raise"].text.split("\n")[5] == f"    {RAISE}"
    assert by_kind["return"].text.split("\n")[5] == "    return"
    assert by_kind["return"].text.replace("    return\n", "", 1) == SOURCE
    assert by_kind["raise"].chain == (("outer", 4),)
    assert by_kind["raise"].span == (4, 9)


def test_a_body_on_the_line_of_its_def_is_made_hollow_too() -> None:
    text = next(v.text for v in hollows("a.py", SOURCE, {"Till.due"}) if v.kind == "return")
    assert "def due(self, n): return; return n * 2" in text
    ast.parse(text)


def test_a_function_within_another_is_found_through_it() -> None:
    place = next(p for p in places(SOURCE) if p.symbol == "outer.inner")
    assert place.chain == (("outer", 4), ("inner", 7))
    assert place.span == (7, 8)


def test_a_body_that_does_nothing_has_no_variant() -> None:
    assert hollows("a.py", SOURCE, {"Till.idle"}) == []


def test_the_identity_is_the_source_itself() -> None:
    assert [v.text for v in identity("a.py", SOURCE, {"outer", "Till.due"})] == [SOURCE]
    assert identity("a.py", SOURCE, set()) == []


def test_what_cannot_be_parsed_has_no_places() -> None:
    assert places("def (") == []
