"""Quarantine: old tests known to be flaky, listed in the target's policy with an owner and an end.

They run and are reported all the same, they prove nothing, and an entry that has ended refuses until it is taken out or
renewed by its owner. A change cannot add the entry that excuses it: the policy is the target's.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agentgate.errors import ConfigError
from agentgate.verdict import Finding, Severity

MOST_DAYS = 14


class Quarantined(BaseModel):
    """One entry: `[[tests.quarantine]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    test: str = Field(min_length=1, description="The test function as reports name it.")
    owner: str = Field(min_length=1, description="Who mends it.")
    issue: str = Field(min_length=1, description="Where that is tracked.")
    until: datetime.date = Field(description="The last day of the entry, 14 days ahead at most.")


#: A TOML array of tables.
Quarantine = Annotated[tuple[Quarantined, ...], Field(strict=False)]


def check(entries: Sequence[Quarantined], today: datetime.date) -> None:
    """Raises `ConfigError` for an entry that lasts longer than MOST_DAYS from today."""
    for entry in entries:
        if (entry.until - today).days > MOST_DAYS:
            raise ConfigError(
                f"gate.toml: tests.quarantine: {entry.test!r} until {entry.until}: at most {MOST_DAYS} days ahead",
                f"name a day up to {today + datetime.timedelta(MOST_DAYS)}",
            )


def applied(found: Sequence[Finding], entries: Sequence[Quarantined], today: datetime.date) -> list[Finding]:
    """The findings, those of quarantined tests as notes; and one for each entry that has ended."""
    current = {entry.test: entry for entry in entries if entry.until >= today}
    kept = [_note(finding, current) for finding in found]
    return [*kept, *(_ended(entry) for entry in entries if entry.until < today)]


def _note(finding: Finding, current: dict[str, Quarantined]) -> Finding:
    named = next((test for test in current if finding.message.startswith(f"{test} ")), "")
    if not named or finding.rule not in ("tests/regression", "tests/flaky"):
        return finding
    entry = current[named]
    message = f"{finding.message} (in quarantine until {entry.until}, {entry.owner}, {entry.issue})"
    return Finding(
        "tests/quarantined", Severity.NOTE, message, finding.location, finding.excerpt, package=finding.package
    )


def _ended(entry: Quarantined) -> Finding:
    message = f"the quarantine of {entry.test} ended on {entry.until} ({entry.owner}, {entry.issue})"
    return Finding(
        "tests/quarantine-ended", Severity.ERROR, message, remedy="mend the test, or renew the entry on the target"
    )
