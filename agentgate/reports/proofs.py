"""The argument that the tests prove a change, in a line and in five. Safe to show, as all of `wording`."""

from __future__ import annotations

from agentgate.evidence import Proof
from agentgate.reports import escaping
from agentgate.verdict import LayerResult

_SHOWN = 3  # tests by name


def line(proof: Proof) -> str:
    """The argument in one line."""
    said = [f"{escaping.line(proof.kind)}: {escaping.line(proof.reason)}"]
    return "; ".join([*said, *(text for _, text in _measured(proof))])


def lines(proof: Proof) -> list[tuple[str, str]]:
    """(label, text) of at most five lines: the class, the tests that prove it, before and now, lines, bodies."""
    found = [("class", f"{escaping.line(proof.kind)}: {escaping.line(proof.reason)}")]
    if proof.proving:
        named = ", ".join(escaping.line(name) for name in proof.proving[:_SHOWN])
        more = f" and {len(proof.proving) - _SHOWN} more" if len(proof.proving) > _SHOWN else ""
        found.append(("proven by", f"{named}{more}"))
        found.append(("before, now", f"{len(proof.proving)} failing with the source put back, passing with it"))
    return found + _measured(proof)


def of(result: LayerResult) -> list[Proof]:
    """The proofs of a layer that say anything."""
    return [proof for proof in result.evidence.proofs if proof.kind]


def _measured(proof: Proof) -> list[tuple[str, str]]:
    found = []
    if proof.statements:
        ways = f", {proof.branches_covered} of {proof.branches} ways of conditions" if proof.branches else ""
        own = f", {proof.covered_by_own} by its own tests" if proof.covered_by_own else ""
        found.append(("covered", f"{proof.covered} of {proof.statements} changed statements run{own}{ways}"))
    noticed = [f"{proof.bodies_missed} of {proof.bodies} hollow bodies noticed"] if proof.bodies else []
    noticed += [f"{proof.mutants_killed} of {proof.mutants} mutants killed"] if proof.mutants else []
    return [*found, ("tried out", ", ".join(noticed))] if noticed else found
