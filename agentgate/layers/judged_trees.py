"""The trees that linters and type checkers judge: the change's sources under the target's configuration.

Both sides get the target's configuration files, wherever in the tree they lie, so that a change cannot disarm its
judges. When the change edits a configuration by value, both sides are judged under head's as well, and either refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from agentgate.change import Change, Entry, Tree


class Configuration(Protocol):
    """What is configuration of one judge."""

    def is_file(self, path: str) -> bool:
        """Whether the judge might read its configuration from this path."""
        ...

    def value(self, path: str, text: str) -> object:
        """What the file says to the judge, comparable; None for nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """Base and head under one configuration: "target" or "head"."""

    base: Tree
    head: Tree
    under: str


def pairs(change: Change, configuration: Configuration) -> tuple[Pair, ...]:
    """The pairs to judge: under the target's configuration, and under head's where the change edits it."""
    theirs = _files(change.policy_tree, configuration)
    first = Pair(_under(change.base, theirs, configuration), _under(change.head, theirs, configuration), "target")
    if _values(change.base, configuration) == _values(change.head, configuration):
        return (first,)
    own = _files(change.head, configuration)
    return first, Pair(_under(change.base, own, configuration), change.head, "head")


def _files(tree: Tree, configuration: Configuration) -> dict[str, Entry]:
    return {path: entry for path, entry in tree.entries().items() if entry.is_file and configuration.is_file(path)}


def _under(tree: Tree, files: Mapping[str, Entry], configuration: Configuration) -> Tree:
    """`tree` with exactly these configuration files."""
    present = {path for path in tree.entries() if configuration.is_file(path)}
    replacing: dict[str, bytes | Entry | None] = {path: None for path in present if path not in files}
    replacing.update(files)
    return tree.replaced(replacing)


def _values(tree: Tree, configuration: Configuration) -> dict[str, object]:
    said = {path: configuration.value(path, tree.read_text(path) or "") for path in _files(tree, configuration)}
    return {path: value for path, value in said.items() if value is not None}
