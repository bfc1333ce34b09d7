"""How the claims of two versions of one function differ."""

from __future__ import annotations

import builtins
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agentgate.layers.integrity.python_tests.claims import Claim
from agentgate.layers.integrity.python_tests.tolerance import wider

_ALIKE = 0.6
#: Equality with one of these says no more than truth, or its absence.
_PLAIN = frozenset({"True", "False", "None", "[]", "()", "{}", "0", "''", "b''", "set()"})


@dataclass(frozen=True, slots=True)
class Weakening:
    """One way in which a function says less: the move, and its claim before and now ("" for none)."""

    move: str
    before: str
    now: str
    line: int  # of head; 0 where nothing is left
    how: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Claims of base with their successors; those of base without one; those of head that succeed none."""

    pairs: tuple[tuple[Claim, Claim], ...]
    gone: tuple[Claim, ...]
    fresh: tuple[Claim, ...]


def words(*texts: str) -> frozenset[str]:
    """The words of pieces of code: names, numbers, what strings say."""
    return frozenset(word for text in texts for word in re.findall(r"\w+", text)) - {"self", "cls"}


def match(before: Sequence[Claim], now: Sequence[Claim]) -> Matched:
    """Successors: the same claim, then one about the same subject that says most, then one alike."""
    pairs: list[tuple[Claim, Claim]] = []
    gone, fresh = list(before), sorted(now, key=lambda claim: bool(claim.void))
    for alike in (_is_same, _is_same_kind, _is_same_subject, _expects_the_same, _is_alike):
        gone, fresh = _take(gone, fresh, alike, pairs)
    return Matched(tuple(pairs), tuple(gone), tuple(fresh))


def _take(
    gone: Iterable[Claim],
    fresh: list[Claim],
    alike: Callable[[Claim, Claim], bool],
    pairs: list[tuple[Claim, Claim]],
) -> tuple[list[Claim], list[Claim]]:
    left: list[Claim] = []
    for claim in gone:
        other = next((one for one in fresh if alike(claim, one)), None)
        if other is None:
            left.append(claim)
        else:
            fresh.remove(other)
            pairs.append((claim, other))
    return left, fresh


def _is_same(one: Claim, other: Claim) -> bool:
    return one.key == other.key


def _is_same_kind(one: Claim, other: Claim) -> bool:
    return one.kind == other.kind and one.subject == other.subject


def _is_same_subject(one: Claim, other: Claim) -> bool:
    return one.subject == other.subject and bool(one.rank) == bool(other.rank)


def _expects_the_same(one: Claim, other: Claim) -> bool:
    return bool(one.exceptions) and one.kind == other.kind and one.exceptions == other.exceptions


def _is_alike(one: Claim, other: Claim) -> bool:
    if bool(one.rank) != bool(other.rank) or bool(one.block) != bool(other.block):
        return False
    texts = one.subject[:500], other.subject[:500]
    ratio = difflib.SequenceMatcher(None, *texts, autojunk=False)
    return ratio.real_quick_ratio() >= _ALIKE and ratio.ratio() >= _ALIKE


def weakened(matched: Matched) -> list[Weakening]:
    """What pairs of claims show: void now, loosened, wider, broader, another value expected."""
    found: list[Weakening] = []
    spare = [claim for claim in matched.fresh if not claim.void]
    for before, now in matched.pairs:
        move, how = _move(before, now)
        if move == "loosened" and _made_up_for(before, spare):
            continue
        if move:
            found.append(Weakening(move, before.text, now.text, now.line, how))
    return found


def _move(before: Claim, now: Claim) -> tuple[str, str]:
    if before.void or now.void:
        return ("", "") if before.void else ("voided", now.void)
    if before.block:
        return _of_expecting(before, now)
    same_subject = before.subject == now.subject
    if same_subject and (how := wider(before.tolerances, now.tolerances)):
        return "wider", how
    if before.rank > now.rank > 0 and not _says_the_same(before, now):
        return "loosened", ""
    literal = before.kind == now.kind == "equal" and before.is_literal and now.is_literal
    return ("expected" if same_subject and literal and before.expected != now.expected else ""), ""


def _says_the_same(before: Claim, now: Claim) -> bool:
    """`x == []` and `not x`, `x is True` and `x`, `len(x) == 0` and `not x`."""
    return before.kind == "equal" and now.kind == "true" and before.expected in _PLAIN


def _made_up_for(before: Claim, spare: list[Claim]) -> bool:
    """Whether a new claim says as much of the same subject, in its parts; it is used up by that."""
    subject = words(before.subject)
    for claim in spare:
        if claim.rank >= before.rank and subject and subject <= words(claim.subject, claim.expected):
            spare.remove(claim)
            return True
    return False


def _of_expecting(before: Claim, now: Claim) -> tuple[str, str]:
    if is_broader(before.exceptions, now.exceptions):
        return "broader", ""
    if before.match and not now.match:
        return "unmatched", ""
    if len(now.block) > len(before.block) and set(before.block) < set(now.block):
        return "grown", f"its block had {len(before.block)} statement(s) and has {len(now.block)}"
    return "", ""


def is_broader(before: frozenset[str], now: frozenset[str]) -> bool:
    """Whether exceptions let more pass: more of them, or a builtin parent of one."""
    if not before or not now or before == now:
        return False
    return before < now or any(_is_parent(new, old) for new in now - before for old in before)


def _is_parent(new: str, old: str) -> bool:
    parent, child = getattr(builtins, new, None), getattr(builtins, old, None)
    if not isinstance(parent, type) or parent is child:
        return False
    if isinstance(child, type):
        return issubclass(child, parent)
    return parent in (Exception, BaseException, Warning)
