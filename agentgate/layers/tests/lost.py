"""`tests/lost`: what passed on base and at head is skipped, xfailed or gone. Functions first, then their cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from agentgate.evidence import Outcome, TestOutcome
from agentgate.layers.tests import edited
from agentgate.layers.tests.assertions import assertions
from agentgate.layers.tests.compare import FAILING, HELD, Comparison, qualified
from agentgate.tools.python_likeness import likeness
from agentgate.verdict import Finding, Location, Severity

_SILENT = frozenset({Outcome.SKIPPED, Outcome.XFAILED})


def lost(compared: Comparison) -> list[Finding]:
    """The findings; a module that cannot be collected is reported as that, and its tests are not counted again."""
    now = _by_function(compared.head.outcomes)
    before = _by_function(o for o in compared.base.outcomes if o.outcome in HELD)
    broken = {error.path for error in compared.head.collect_errors if not compared.is_known(error)}
    found: list[Finding] = []
    gone: list[TestOutcome] = []
    for function, outcomes in before.items():
        present = now.get(compared.head_id(function), [])
        if not present:
            gone.append(outcomes[0])
        elif not any(o.outcome in HELD or o.outcome in FAILING for o in present):
            found.append(_silenced(compared, present[0]))
        else:
            found += _cases(compared, outcomes, present)
    return found + _gone(compared, [o for o in gone if compared.head_path(o.path) not in broken])


def _by_function(outcomes: Iterable[TestOutcome]) -> dict[str, list[TestOutcome]]:
    found: defaultdict[str, list[TestOutcome]] = defaultdict(list)
    for outcome in outcomes:
        found[outcome.function].append(outcome)
    return found


def _silenced(compared: Comparison, outcome: TestOutcome) -> Finding:
    how = "xfailed" if outcome.outcome is Outcome.XFAILED else "skipped"
    message = f"{outcome.function} passed on base and is {how} now"
    return compared.finding("tests/lost", Severity.ERROR, message, outcome, "let it run, and mend what it shows")


def _cases(compared: Comparison, before: Sequence[TestOutcome], now: Sequence[TestOutcome]) -> list[Finding]:
    head = {o.id: o for o in now}
    kept = [o for b in before if (o := head.get(compared.head_id(b.id))) is not None]
    silenced = [o for o in kept if o.outcome in _SILENT]
    if silenced:
        return [_silenced(compared, o) for o in silenced]
    if len(now) < len(before):
        message = f"{now[0].function} has {len(now)} case(s) and had {len(before)}"
        remedy = "say why in the change, or keep the cases"
        return [compared.finding("tests/lost", Severity.WARNING, message, now[0], remedy)]
    return []


def _gone(compared: Comparison, gone: Sequence[TestOutcome]) -> list[Finding]:
    """Functions that no longer run: those renamed or moved, and those whose subject the change deletes, may."""
    sources = {o.path: (compared.change.base.read_text(o.path) or "") if o.path else "" for o in gone}
    codes = {o.id: edited.tests_of(sources[o.path]).get(qualified(o), "") for o in gone}
    renamed = _renamed(codes, _new_tests(compared))
    removed = edited.removed_names(compared.change, (compared.package,))
    found = []
    for outcome in gone:
        subject_gone = edited.used_by(sources[outcome.path], qualified(outcome)) & removed
        if outcome.id in renamed or subject_gone:
            continue
        merged = _merged_into(compared, outcome, edited.used_by(sources[outcome.path], qualified(outcome)))
        found.append(_merged(compared, outcome, merged) if merged else _vanished(compared, outcome))
    return found


def _merged_into(compared: Comparison, outcome: TestOutcome, names: frozenset[str]) -> str:
    """A test of the same file that seems to hold what the lost one did, "" for none.

    An edited one that gained an assertion, or a new one with no fewer of them; it mentions all names of the lost one,
    and a new one most of its strings (cases that became rows of a table).
    """
    path, lost_name = compared.head_path(outcome.path), qualified(outcome)
    before, after = compared.change.base.read_text(outcome.path) or "", compared.change.head.read_text(path) or ""
    for identity in sorted(compared.edited | compared.new) if names else ():
        file, _, name = identity.partition("::")
        dotted = name.replace("::", ".")
        if file != path or not names <= edited.used_by(after, dotted):
            continue
        if identity in compared.edited:
            held = assertions(after, dotted) > assertions(before, dotted)
        else:
            held = assertions(after, dotted) >= assertions(before, lost_name)
            strings = edited.strings_of(before, lost_name)
            held = held and len(strings & edited.strings_of(after, dotted)) >= 0.7 * len(strings)
        if held:
            return dotted
    return ""


def _merged(compared: Comparison, outcome: TestOutcome, into: str) -> Finding:
    return Finding(
        "tests/lost",
        Severity.WARNING,
        f"{outcome.function} is gone, and {into} seems to hold it now",
        Location(compared.head_path(outcome.path), outcome.line),
        remedy="see that nothing it asserted is lost",
        package=compared.shown_package,
    )


def _vanished(compared: Comparison, outcome: TestOutcome) -> Finding:
    return Finding(
        "tests/lost",
        Severity.ERROR,
        f"{outcome.function} passed on base and does not run any more",
        Location(compared.head_path(outcome.path), outcome.line) if outcome.path else None,
        remedy="bring it back, or the selection that hides it",
        package=compared.shown_package,
    )


def _renamed(codes: dict[str, str], fresh: Sequence[str]) -> set[str]:
    """The lost tests that a new one replaces, the most alike first; a new test replaces at most one."""
    pairs = [
        (likeness(code, other), lost_id, n) for lost_id, code in codes.items() if code for n, other in enumerate(fresh)
    ]
    found: set[str] = set()
    used: set[int] = set()
    for how_alike, lost_id, number in sorted(pairs, reverse=True):
        if how_alike > 0 and lost_id not in found and number not in used:
            found.add(lost_id)
            used.add(number)
    return found


def _new_tests(compared: Comparison) -> list[str]:
    """The code of test functions that only head has."""
    found = []
    for identity in sorted(compared.new):
        path, _, name = identity.partition("::")
        code = edited.tests_of(compared.change.head.read_text(path) or "").get(name.replace("::", "."))
        if code:
            found.append(code)
    return found
