"""Finds the explanation of a rule: a heading in docs/rules/<layer>.md, which the wheel carries as reports/rules/."""

from __future__ import annotations

import functools
import os
import re

_HERE = os.path.dirname(os.path.abspath(__file__))
_PLACES = (os.path.join(_HERE, "rules"), os.path.join(_HERE, "..", "..", "docs", "rules"))
_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def explain(rule: str) -> str | None:
    """Why the rule exists, a bad and a good example, how to mend, as Markdown; None for a rule that has no heading.

    A rule without one of its own (`lint/F401`) has its family's (`lint/*`).
    """
    layer, slash, name = rule.partition("/")
    sections = _sections(layer) if _NAME.fullmatch(layer) else {}
    if not slash or not name:
        return sections.get(f"{layer}/*")
    return sections.get(rule) or sections.get(f"{layer}/*")


def rules() -> list[str]:
    """Every rule and family that has a heading."""
    folder = _folder()
    files = sorted(name for name in os.listdir(folder) if name.endswith(".md")) if folder else []
    return [rule for name in files for rule in _sections(name.removesuffix(".md"))]


def _folder() -> str:
    return next((place for place in _PLACES if os.path.isdir(place)), "")


@functools.cache
def _sections(layer: str) -> dict[str, str]:
    """Heading -> its text, heading included, of one layer's page; empty where there is none."""
    try:
        with open(os.path.join(_folder(), f"{layer}.md"), encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return {}
    parts = re.split(r"^## +(\S+)[ ]*\n", text, flags=re.MULTILINE)
    return {heading: f"## {heading}\n{body.rstrip()}\n" for heading, body in zip(parts[1::2], parts[2::2], strict=True)}
