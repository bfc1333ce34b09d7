"""How much one test function is another under a new name."""

from __future__ import annotations

import ast
import difflib
import re

from agentgate.tools.python_source import names_used, parse

ALIKE = 0.7


def likeness(before: str, after: str) -> float:
    """How much one test function is another under a new name, 0 to 1: their code, and what it mentions, must agree.

    0 where they share less than 0.7 of their text or of the names they use (a short test resembles any other by text),
    unless they assert the very same and have names alike.
    """
    old, new = _nameless(before), _nameless(after)
    if old == new:
        return 1.0
    names = [names_used(tree) if (tree := parse(code)) else frozenset() for code in (old, new)]
    shared = len(names[0] & names[1]) / max(1, len(names[0] | names[1]))
    text = difflib.SequenceMatcher(None, old, new, autojunk=False).ratio()
    if min(text, shared) < ALIKE and _asserted(before) and _asserted(before) == _asserted(after):
        old_name, new_name = (re.sub(r"(?s).*?\bdef (\w+).*", r"\1", code) for code in (before, after))
        alike = difflib.SequenceMatcher(None, old_name, new_name, autojunk=False).ratio() >= ALIKE
        return ALIKE if alike else 0.0
    return min(text, shared) if min(text, shared) >= ALIKE else 0.0


def shares_names(before: ast.AST, after: ast.AST) -> bool:
    """Whether two tests may be alike at all: they share names, and are not of quite different length."""
    old, new = names_used(before), names_used(after)
    return bool(old & new) and len(old & new) >= ALIKE * len(old | new) / 2


def _asserted(code: str) -> list[str]:
    tree = parse(code)
    return sorted(ast.dump(n) for n in ast.walk(tree) if isinstance(n, ast.Assert)) if tree is not None else []


def _nameless(code: str) -> str:
    return re.sub(r"^(\s*(?:async )?def )\w+", r"\1_", code, count=1, flags=re.MULTILINE)
