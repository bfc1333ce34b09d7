"""A directive in the place of one that said at least as much: a narrower one, or another tool's. Neither is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentgate.layers.integrity.directives import Silence
from agentgate.layers.integrity.facts import Fact, cancelled


def without_replacements(
    gone: Iterable[Fact], new: Iterable[Fact], silences: Mapping[Fact, Silence], renames: Mapping[str, str]
) -> tuple[Fact, ...]:
    """Those of `new` that replace none of `gone`; `renames` is base path -> head path. Linear."""

    def of_family(fact: Fact) -> tuple[str, bool]:
        return silences[fact].family, silences[fact].is_file

    def at_base(fact: Fact) -> tuple[object, ...]:
        return of_family(fact), renames.get(fact.path, fact.path), fact.symbol

    def at_head(fact: Fact) -> tuple[object, ...]:
        return of_family(fact), fact.path, fact.symbol

    def line(fact: Fact) -> tuple[object, ...]:
        return of_family(fact), fact.near

    bare = [fact for fact in gone if silences[fact].is_bare]
    coded = [fact for fact in gone if not silences[fact].is_bare]
    _, left = cancelled(bare, new, at_base, at_head)
    for kind in dict.fromkeys(fact.kind for fact in coded):
        another = {fact for fact in left if fact.kind != kind and not silences[fact].is_bare}
        replaced = [fact for fact in coded if fact.kind == kind]
        _, rest = cancelled(replaced, [fact for fact in left if fact in another], line, line)
        still = frozenset(rest)
        left = tuple(fact for fact in left if fact not in another or fact in still)
    return left
