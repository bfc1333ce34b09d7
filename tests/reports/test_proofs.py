"""The argument in a line and in five."""

from __future__ import annotations

from agentgate.evidence import Evidence, Proof
from agentgate.reports import markdown, plain, proofs, terminal
from tests.reports import verdicts as v

PROOF = Proof(
    ".", "behaviour change", "4 test(s) fail with the source put back", ("a::b", "a::c", "a::d", "a::e"),
    statements=7, covered=7, covered_by_own=6, bodies=2, bodies_missed=2, mutants=5, mutants_killed=4,
    branches=4, branches_covered=3,
)  # fmt: skip


def test_five_lines_say_what_proves_it() -> None:
    assert proofs.lines(PROOF) == [
        ("class", "behaviour change: 4 test(s) fail with the source put back"),
        ("proven by", "a::b, a::c, a::d and 1 more"),
        ("before, now", "4 failing with the source put back, passing with it"),
        ("covered", "7 of 7 changed statements run, 6 by its own tests, 3 of 4 ways of conditions"),
        ("tried out", "2 of 2 hollow bodies noticed, 4 of 5 mutants killed"),
    ]


def test_what_was_not_measured_is_not_said() -> None:
    assert proofs.line(Proof(".", "revert", "as in abc")) == "revert: as in abc"


def test_a_person_sees_the_lines_and_a_program_one() -> None:
    verdict = v.verdict(v.tests(evidence=Evidence(proofs=(PROOF,))))
    assert "proven by" in markdown.render(verdict)
    said = plain.render(verdict)
    assert "note: tests: behaviour change: 4 test(s) fail" in said
    assert "proven by" not in said
    assert "2 of 2 hollow bodies noticed" in terminal.render(verdict)
