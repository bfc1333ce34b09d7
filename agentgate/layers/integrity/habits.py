"""How the target's own project silences its checkers: a change is not asked to be better than all that is there."""

from __future__ import annotations

from collections import Counter

from agentgate.change import Tree
from agentgate.layers.integrity.directives import Directive, Reach, mentioned
from agentgate.layers.integrity.sides import PYTHON

HABIT = 3  # bare directives of a family that make a habit, where they are half of the family or more


def bare_habits(base: Tree) -> frozenset[str]:
    """The families of directives that a tree's Python files leave without codes as a rule. One call of git.

    Read as text: a quotation counts too, and is too rare to matter among what is counted.
    """
    found = base.repository.git(
        "grep", "--no-color", "-z", "-a", "-i", "-E", "-e", "(ignore|noqa|nosec)", base.id, check=False,
    )  # fmt: skip
    counts: Counter[tuple[str, bool]] = Counter()
    for record in found.out.split("\n") if found.returncode == 0 else ():
        path, _, line = record.partition("\0")
        if path.endswith(PYTHON):
            counts.update((d.family, bool(codes)) for d, _, codes in mentioned(line) if _can_be_limited(d))
    return frozenset(
        family for (family, coded), n in counts.items() if not coded and n >= HABIT and n >= counts[family, True]
    )


def _can_be_limited(directive: Directive) -> bool:
    return directive.reach is Reach.LINE and not directive.is_plain
