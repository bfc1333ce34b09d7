"""How the target's own project silences its checkers: a change is not asked to be better than all that is there."""

from __future__ import annotations

from agentgate.change import Tree
from agentgate.layers.integrity.directives import LINE_PATTERNS

HABIT = 3  # bare directives of a family that make a habit, where they are half of the family or more


def bare_habits(base: Tree) -> frozenset[str]:
    """The families of directives that a tree's Python files leave without codes as a rule. One call of git.

    Read as text: a quotation counts too, and is too rare to matter among what is counted.
    """
    found = base.repository.git(
        "grep", "--no-color", "-h", "-a", "-i", "-E", "-e", "(ignore|noqa|nosec|disable)", base.id,
        "--", "*.py", "*.pyi", check=False,
    )  # fmt: skip
    lines = found.out.split("\n") if found.returncode == 0 else []
    bare: dict[str, int] = {}
    coded: dict[str, int] = {}
    for line in lines:
        for directive, pattern in LINE_PATTERNS if "#" in line else ():
            for mark in pattern.finditer(line):
                count = coded if mark["codes"] else bare
                count[directive.family] = count.get(directive.family, 0) + 1
    return frozenset(family for family, n in bare.items() if n >= HABIT and n >= coded.get(family, 0))
