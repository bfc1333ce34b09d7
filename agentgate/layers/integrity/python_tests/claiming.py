"""What each changed function of the tests claimed on base and no longer claims."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agentgate.layers.integrity.python_tests.asserting import asserting, imported
from agentgate.layers.integrity.python_tests.claims import Claim, claims
from agentgate.layers.integrity.python_tests.compare import Matched, match, weakened, words
from agentgate.layers.integrity.python_tests.elsewhere import Elsewhere, leftover, repeats, without_matched_messages
from agentgate.layers.integrity.python_tests.reach import SKIPPED
from agentgate.layers.integrity.python_tests.units import Pair, Paired, units


@dataclass(frozen=True, slots=True)
class Said:
    """One part of a message, and its line of head (0: none)."""

    text: str
    line: int = 0


Found = tuple[Pair, str, list[Said]]


@dataclass(frozen=True, slots=True)
class _Compared:
    pair: Pair
    before: list[Claim]
    now: list[Claim]
    matched: Matched


def found(files: Sequence[tuple[str, str, str, str]], pairs: Paired, removed: frozenset[str]) -> Iterator[Found]:
    """(pair, move, what was and is said) of the functions that claim less."""
    helpers = _helpers(files)
    compared = [one for pair in pairs.changed if (one := _compare(pair, helpers)) is not None]
    fresh = [(one.pair.now.name, claim) for one in compared for claim in one.matched.fresh]
    elsewhere = Elsewhere(pairs.new, fresh)
    for one in compared:
        yield from _of(one, elsewhere, removed)


def _helpers(files: Sequence[tuple[str, str, str, str]]) -> dict[str, str]:
    """Name -> "call" of a helper that asserts, "maybe" of one that stands in a file that is not looked at."""
    texts = [(path, text) for old, base, new, head in files for path, text in ((old, base), (new, head))]
    names = asserting(unit for path, text in texts for unit in units(path, text).values())
    perhaps = frozenset[str]().union(*(imported(text) for _, text in texts))
    return {**dict.fromkeys(perhaps, "maybe"), **dict.fromkeys(names, "call")}


def _compare(pair: Pair, helpers: Mapping[str, str]) -> _Compared | None:
    old, new = pair.before.node, pair.now.node
    if isinstance(old, ast.ClassDef) or isinstance(new, ast.ClassDef):
        return None
    before = [claim for claim in claims(old, helpers) if not claim.void]
    now = claims(new, helpers)
    return _Compared(pair, before, now, match(before, now)) if before else None


def _of(one: _Compared, elsewhere: Elsewhere, removed: frozenset[str]) -> Iterator[Found]:
    skipped = any(claim.void == SKIPPED for claim in one.now)  # `silenced` says that
    weaker = [w for w in weakened(one.matched) if w.how != SKIPPED]
    gone = [c for c in one.matched.gone if c.kind != "maybe" and not words(c.text) & removed]
    gone = without_matched_messages(gone, one.matched)
    lost = [claim for claim in gone if not elsewhere.holds(one.pair.now.name, claim)]
    lost = leftover(lost, one.matched.fresh)
    more = repeats(one.pair.now.node) - repeats(one.pair.before.node)
    lost = lost[max(0, more - 1) :] if more > 0 else lost
    is_empty = not any(not claim.void for claim in one.now)
    if is_empty and not skipped and (lost or weaker):
        reasons = [Said(f"`{w.before}` is `{w.now}` now, {w.how}", w.line) for w in weaker if w.move == "voided"]
        yield one.pair, "emptied", [*reasons, *(Said(f"`{claim.text}` is gone") for claim in lost)]
        return
    for move in dict.fromkeys(w.move for w in weaker):
        yield one.pair, move, [Said(_shown(w.before, w.now, w.how), w.line) for w in weaker if w.move == move]
    if lost and not skipped:
        yield one.pair, "removed", [Said(f"`{claim.text}` is gone") for claim in lost]


def _shown(before: str, now: str, how: str) -> str:
    how = f", {how}" if how else ""
    return f"`{before}`{how}" if before == now else f"`{before}` is `{now}` now{how}"
