"""A change of tests alone: nothing is to be proven, but its tests must be repeatable and assert something.

What they add is reported: a test whose every line of the product is run by other tests adds no coverage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agentgate.errors import CannotJudge
from agentgate.evidence import Proof, TestOutcome
from agentgate.layers.tests.asked import Asked
from agentgate.layers.tests.assertions import asserts_nothing
from agentgate.layers.tests.compare import FAILING, HELD, Comparison, qualified
from agentgate.tools.ports import NOTHING, Watch
from agentgate.verdict import Finding, Severity

SEEDS = (1, 2)  # of the further runs, in fresh processes
MOST_OWN = 100  # test functions: more are run once more only
MOST_FILES = 300  # of the product: more are not traced
MOST_FINDINGS = 5
KIND = "tests only"
Lines = Mapping[str, frozenset[int]]


class TestsOnly:
    """From the change's own tests, alone and with other hash seeds, to what they add to the suite."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self._again: list[dict[str, TestOutcome]] = []
        self._unable: CannotJudge | None = None
        self.watch: Watch = NOTHING  # of the whole run: the functions that the change's tests run

    def open(self) -> None:
        """Run the change's tests twice more; the first time with an eye on the whole product."""
        trial = self.asked.trial
        if not self.asked.selection or not self.asked.own:
            return
        try:
            often = SEEDS if len(self.asked.own) <= MOST_OWN else SEEDS[:1]
            for seed, watch in zip(often, (self._product(), NOTHING), strict=False):
                run = trial.run("head", self.asked.selection, seed, watch)
                self._again.append({outcome.id: outcome for outcome in run.outcomes})
        except CannotJudge as error:
            self._unable = error
            return
        ran = _lines(self._again[0].values())
        self.watch = {path: [(min(lines), max(lines))] for path, lines in ran.items() if lines}

    def go_on(self) -> None:
        """Nothing meanwhile."""

    def close(self, compared: Comparison) -> tuple[list[Finding], Proof]:
        """The findings, and what the tests add. Raises `CannotJudge` where they cannot be run by themselves."""
        own = [o for o in compared.head.outcomes if compared.is_own(o) and o.outcome in HELD]
        proof = Proof(self.asked.shown_package or ".", KIND, self._added(compared, own) or "only tests change")
        if self._unable is not None and own:
            raise self._unable
        return [*self._flaky(compared, own), *self._silent(compared, own)], proof

    def _product(self) -> Watch:
        """All of the package's own source."""
        trial = self.asked.trial
        paths = [path for path in trial.case.change.head.entries() if path.endswith(".py")]
        sources = [path for path in paths if trial.package.owns(path) and trial.package.is_source(path)]
        return {path: [(1, 1 << 30)] for path in sources} if len(sources) <= MOST_FILES else NOTHING

    def _flaky(self, compared: Comparison, own: Sequence[TestOutcome]) -> list[Finding]:
        """Those that passed in the whole run and fail by themselves or with another hash seed, and not always."""
        found = []
        for outcome in own:
            ended = [run[outcome.id].outcome in FAILING for run in self._again if outcome.id in run]
            if any(ended):
                how = "by itself" if all(ended) else "only sometimes"
                message = f"{outcome.function} is of this change and fails {how}"
                remedy = "make it repeatable: no clock, no order, no network"
                found.append(compared.finding("tests/flaky", Severity.ERROR, message, outcome, remedy))
        return found[:MOST_FINDINGS]

    def _silent(self, compared: Comparison, own: Sequence[TestOutcome]) -> list[Finding]:
        """Those that assert nothing; where all do, it is refused."""
        texts = {o.path: compared.change.head.read_text(o.path) or "" for o in own}
        by_function = {o.function: o for o in own}.values()
        silent = [o for o in by_function if asserts_nothing(texts[o.path], qualified(o))]
        severity = Severity.ERROR if len(silent) == len(by_function) else Severity.WARNING
        message = "{} asserts nothing: it passes whatever the code does, unless it raises"
        remedy = "assert what the code returns or does"
        return [
            compared.finding("tests/proves-nothing", severity, message.format(o.function), o, remedy)
            for o in silent[:MOST_FINDINGS]
        ]

    def _added(self, compared: Comparison, own: Sequence[TestOutcome]) -> str:
        """What the tests of the change run that no other test does, in words; "" where nobody looked."""
        if not self._again or not self.watch:
            return ""
        names = {outcome.id for outcome in own}
        mine = _lines(o for o in self._again[0].values() if o.id in names)
        others = _lines(o for o in compared.head.outcomes if not compared.is_own(o))
        more = sum(len(lines - others.get(path, frozenset())) for path, lines in mine.items())
        return f"its tests run {more} line(s) that no other test runs" if more else "its tests run no new line"


def _lines(outcomes: Iterable[TestOutcome]) -> Lines:
    """All lines of some outcomes, by file."""
    found: dict[str, set[int]] = {}
    for outcome in outcomes:
        for path, lines in outcome.lines:
            found.setdefault(path, set()).update(lines)
    return {path: frozenset(lines) for path, lines in found.items()}
