"""Where claims may have gone: into other tests of the change, into rows of a table."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from agentgate.layers.integrity.python_tests.claims import Claim
from agentgate.layers.integrity.python_tests.compare import Matched, words
from agentgate.layers.integrity.python_tests.units import Unit

#: How much of a claim's words another place must say to hold it.
_ENOUGH = 0.75


class Elsewhere:
    """What the change adds to tests: functions that base has not, and claims that are new in others."""

    def __init__(self, new: Iterable[Unit], fresh: Iterable[tuple[str, Claim]]) -> None:
        self._new = [words(unit.text) for unit in new if not unit.is_class]
        self._fresh = [(owner, words(claim.subject, claim.expected)) for owner, claim in fresh if not claim.void]

    def holds(self, owner: str, claim: Claim) -> bool:
        """Whether another function than `owner` seems to say now what `claim` said; a claim is used up by that."""
        said = words(claim.subject, claim.expected)
        if any(len(said & all_words) >= _ENOUGH * len(said) for all_words in self._new):
            return True
        for place in self._fresh:
            if place[0] != owner and len(said & place[1]) >= _ENOUGH * len(said | place[1]):
                self._fresh.remove(place)
                return True
        return False


def repeats(node: ast.AST) -> int:
    """How often a function says what it says: the rows of its tables and of its loops over what is written out."""
    found = 0
    for part in ast.walk(node):
        if isinstance(part, (ast.For, ast.comprehension)) and isinstance(part.iter, (ast.List, ast.Tuple, ast.Set)):
            found += len(part.iter.elts)
        elif isinstance(part, (ast.For, ast.comprehension)):
            found += 2  # over what only a run knows
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "parametrize" and len(part.args) > 1:
            found += len(part.args[1].elts) if isinstance(part.args[1], (ast.List, ast.Tuple)) else 2
    return found


def leftover(gone: Sequence[Claim], fresh: Sequence[Claim]) -> list[Claim]:
    """Of the claims without successor those that no new claim of the same function can stand for."""
    effective = [claim for claim in gone if not claim.void]
    return effective[sum(not claim.void for claim in fresh) :]


def without_matched_messages(gone: Sequence[Claim], matched: Matched) -> list[Claim]:
    """Without claims about an exception's text, one for each expected exception that got a `match` instead."""
    gained = sum(bool(now.match and not before.match) for before, now in matched.pairs)
    gained += sum(bool(claim.match) for claim in matched.fresh)
    about = [claim for claim in gone if words(claim.subject, claim.expected) & {"value", "exception", "args", "str"}]
    spared = [id(claim) for claim in about[:gained]]
    return [claim for claim in gone if id(claim) not in spared]
