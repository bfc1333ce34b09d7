"""What ruff reads as configuration in a tree, and which of its rules that configuration asks for."""

from __future__ import annotations

import posixpath
import tomllib
from collections.abc import Mapping

from agentgate.change import Tree
from agentgate.project.metadata import strings, table

NAMES = ("ruff.toml", ".ruff.toml", "pyproject.toml")
#: ruff's default rules up to 0.15 (https://docs.astral.sh/ruff/rules/). 0.16 made the set several times larger; no
#: project that never chose its rules has agreed to those (measured: 7 of 15 honest commits of one were refused).
CLASSIC = ("E4", "E7", "E9", "F", "syntax-error")


class RuffConfiguration:
    """ruff.toml, .ruff.toml, of pyproject.toml ruff's own table and requires-python; and what they extend."""

    def __init__(self, *trees: Tree) -> None:
        """`trees`: where files that a configuration extends are looked up."""
        self._extended = frozenset(path for tree in trees for path in _extended(tree))

    def is_file(self, path: str) -> bool:
        """Nested ones too: ruff takes the nearest."""
        return path.rpartition("/")[2] in NAMES or path in self._extended

    def value(self, path: str, text: str) -> object:
        """The parsed settings; the text itself where it is not TOML; None for nothing."""
        parsed = _parsed(text)
        if parsed is None:
            return text
        if not path.endswith("pyproject.toml"):
            return parsed
        settings = table(parsed, "tool").get("ruff")
        return (settings, table(parsed, "project").get("requires-python")) if settings is not None else None

    def chosen(self, tree: Tree) -> tuple[str, ...] | None:
        """Prefixes of the rules that a tree's project has agreed to; None where it names its own selection.

        Without a selection: ruff's classic default and what the configuration adds to it.
        """
        added: list[str] = []
        for path, text in _texts(tree, self).items():
            settings = _settings(path, text)
            for section in (settings, table(settings, "lint")):
                if "select" in section:
                    return None
                added += strings(section.get("extend-select"))
        return (*CLASSIC, *added)


def agreed(code: str, chosen: tuple[str, ...] | None) -> bool:
    """Whether a rule is among the `chosen`."""
    return chosen is None or "ALL" in chosen or code.startswith(chosen)


def claims_formatting(tree: Tree) -> bool:
    """Whether a tree's own configuration has a section for ruff's formatter."""
    configured = RuffConfiguration(tree)
    return any("format" in _settings(path, text) for path, text in _texts(tree, configured).items())


def _texts(tree: Tree, configuration: RuffConfiguration) -> dict[str, str]:
    paths = [path for path in tree.entries() if configuration.is_file(path)]
    return {path: content.decode("utf-8", "surrogateescape") for path, content in tree.read_many(paths).items()}


def _parsed(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _settings(path: str, text: str) -> Mapping[str, object]:
    """Ruff's table of a configuration file, empty where it has none or cannot be parsed."""
    parsed = _parsed(text) or {}
    return table(parsed, "tool", "ruff") if path.endswith("pyproject.toml") else parsed


def _extended(tree: Tree) -> set[str]:
    """The files that a tree's ruff configurations extend, and those extend in turn."""
    found: set[str] = set()
    waiting = [path for path in tree.entries() if path.rpartition("/")[2] in NAMES]
    while waiting:
        path = waiting.pop()
        extends = _settings(path, tree.read_text(path) or "").get("extend")
        if isinstance(extends, str):
            extended = posixpath.normpath(posixpath.join(posixpath.dirname(path), extends))
            if extended in tree.entries() and extended not in found:
                found.add(extended)
                waiting.append(extended)
    return found
