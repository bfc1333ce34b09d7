"""What a reading of the two sides found, compared as multisets: what only moved is nothing new.

Two passes over the whole change, each linear: the same fact about the same piece of code, wherever that stands now; then
the same fact in the same function or class of the same file, whose line was edited. N old facts excuse at most N.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a side has: a suppression, an assertion, an option."""

    kind: str  # what it is: "noqa"
    argument: str  # and of what: "E501"
    near: str  # the piece of code it speaks of, without white space around it
    symbol: str  # the function or class that holds it, "" for none
    path: str
    line: int  # 1-based


def net_new(base: Iterable[Fact], head: Iterable[Fact], renames: Mapping[str, str]) -> tuple[Fact, ...]:
    """The facts of `head` that the change brings, in their order; `renames` is base path -> head path."""
    return difference(base, head, renames)[1]


def difference(
    base: Iterable[Fact], head: Iterable[Fact], renames: Mapping[str, str]
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The facts that are gone, and those that are new."""

    def place(fact: Fact) -> Hashable:
        return fact.kind, fact.argument, renames.get(fact.path, fact.path), fact.symbol

    gone, new = tuple(base), tuple(head)
    gone, new = cancelled(gone, new, _piece, _piece)
    return cancelled(gone, new, place, lambda fact: (fact.kind, fact.argument, fact.path, fact.symbol))


def cancelled(
    base: Iterable[Fact],
    head: Iterable[Fact],
    base_key: Callable[[Fact], Hashable],
    head_key: Callable[[Fact], Hashable],
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What is left of each side, in order, after equal keys have cancelled one for one."""
    waiting: defaultdict[Hashable, list[Fact]] = defaultdict(list)
    for fact in base:
        waiting[base_key(fact)].append(fact)
    for rest in waiting.values():
        rest.reverse()  # the first of equals cancels first
    left = []
    for fact in head:
        same = waiting.get(head_key(fact))
        if same:
            same.pop()
        else:
            left.append(fact)
    gone = {id(fact) for rest in waiting.values() for fact in rest}
    return tuple(fact for fact in base if id(fact) in gone), tuple(left)


def _piece(fact: Fact) -> Hashable:
    return fact.kind, fact.argument, fact.near
