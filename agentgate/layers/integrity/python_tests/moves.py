"""Every way to weaken a test: what it is called in a message, whether it refuses, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """`verb` follows the test's name; `refuses` comes from measurement (docs/measured.md)."""

    verb: str
    remedy: str
    refuses: bool = False


_BACK = "put the assertion back, or say why in the change"
_WHY = "say why in the change, or put it back"
MOVES = {
    "emptied": Move("no longer asserts anything", "put the assertions back", refuses=True),
    "voided": Move("asserts what cannot fail it any more", "let the assertion fail the test again", refuses=True),
    "silenced": Move("no longer has to pass", "let it run, and mend what it shows", refuses=True),
    "removed": Move("lost assertions", _BACK),
    "loosened": Move("asserts less", "compare with the value that is expected"),
    "wider": Move("allows more", "keep the bound, or say why in the change"),
    "broader": Move("expects a broader exception", "name the exception that must come"),
    "unmatched": Move("no longer looks at the message of the exception", "match the message again"),
    "grown": Move("expects the exception from more code", "keep only the statement that must raise in the block"),
    "expected": Move("expects another value", "see that the new value is the right one, not only the current one"),
    "cases": Move("lost cases", _WHY),
    "patience": Move("waits longer or tries more often", "wait for the event instead of a time, or say why"),
}
