"""A test that must fail, put beside the tests where the change edits a conftest.py: it must be seen to fail.

A hook works on the directory of its conftest.py, so the canary must sit in it (shared/reference/tests.md, 2.2).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Sequence

from agentgate.evidence import Outcome
from agentgate.layers.tests.trial import Trial
from agentgate.verdict import Finding, Location, Severity

TEXT = 'def test_canary():\n    assert False, "it must fail"\n'


def forged(trial: Trial, conftests: Sequence[str]) -> list[Finding]:
    """A finding for each directory of a changed conftest.py (paths at head) in which the canary does not fail.

    Raises `CannotJudge` where the run of the canary says nothing.
    """
    if trial.name != "pytest":
        return []
    checkout = trial.proving_ground()
    found = []
    for conftest in conftests:
        directory = os.path.dirname(conftest)
        name = f"test_{secrets.token_hex(8)}.py"
        path = os.path.join(checkout.path, directory, name)
        inside = os.path.relpath(os.path.join(directory, name), trial.package.root)
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write(TEXT)
            run = trial.within(checkout, "a canary", [inside])
        finally:
            checkout.verify()
            with contextlib.suppress(OSError):  # the run may have moved its directory away
                os.unlink(path)
        if not run.outcomes:
            found.append(_finding(conftest, "not run"))
        elif run.outcomes[0].outcome is not Outcome.FAILED or "forged outcome" in run.outcomes[0].signature:
            found.append(_finding(conftest, "not reported as failed"))
    return found


def _finding(conftest: str, said: str) -> Finding:
    message = f"a test that must fail is {said} beside {conftest}: it changes what tests end with"
    return Finding("tests/forged", Severity.ERROR, message, Location(conftest), remedy="leave outcomes to the tests")
