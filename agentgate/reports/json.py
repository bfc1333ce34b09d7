"""The verdict as strict JSON for programs; `report.schema.json` beside this file is the contract, version 1.

Everything in the verdict but the tools' raw output; of the evidence the kind of change, tests by name, runs by number.
"""

from __future__ import annotations

import json
import os

from agentgate.evidence import Evidence, Outcome, Proof, TestRun
from agentgate.reports import escaping, wording
from agentgate.verdict import Finding, LayerResult, Location, Verdict

SCHEMA_VERSION = 1


def render(verdict: Verdict) -> str:
    """One object that `schema()` describes."""
    return escaping.as_json(_verdict(verdict))


def schema() -> dict[str, object]:
    """The published JSON schema (draft 2020-12) of what `--format json` prints, with a verdict or without one."""
    path = os.path.join(os.path.dirname(__file__), "report.schema.json")
    with open(path, encoding="utf-8") as file:
        loaded: object = json.load(file)
    if not isinstance(loaded, dict):
        raise TypeError(f"{path} holds no object")
    return loaded


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": verdict.headline,
        "passed": verdict.passed,
        "exit_code": verdict.exit_code,
        "mode": verdict.mode.value,
        "change": {name: getattr(verdict.change, name) for name in type(verdict.change).__dataclass_fields__},
        "policy": {"source": verdict.policy.source, "commit": verdict.policy.commit, "digest": verdict.policy.digest},
        "named": list(verdict.named),
        "only": list(verdict.only),
        "silent": list(verdict.silent),
        "not_for_submission": verdict.not_for_submission,
        "needs_human": verdict.needs_human,
        "cached": verdict.cached,
        "notices": list(verdict.notices),
        "seconds": wording.seconds(verdict.seconds),
        "next": wording.next_step(verdict),
        "version": verdict.version,
        "results": [_result(result) for result in verdict.results],
    }


def _result(result: LayerResult) -> dict[str, object]:
    return {
        "layer": result.layer,
        "state": result.state.value,
        "reason": result.reason,
        "remedy": result.remedy,
        "seconds": wording.seconds(result.seconds),
        "notices": list(result.notices),
        "tools": [{"name": t.name, "version": t.version, "source": t.source} for t in result.tools],
        "findings": [_finding(finding) for finding in result.findings],
        "evidence": _evidence(result.evidence),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "location": _location(finding.location) if finding.location else None,
        "excerpt": finding.excerpt,
        "remedy": finding.remedy,
        "diff": finding.diff,
        "package": finding.package,
        "occurrence": finding.occurrence,
    }


def _location(place: Location) -> dict[str, object]:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _evidence(evidence: Evidence) -> dict[str, object]:
    kind = evidence.kind
    return {
        "kind": {"name": kind.name, "reason": kind.reason, "source": list(kind.source), "tests": list(kind.tests)}
        if kind
        else None,
        "new_tests": list(evidence.new_tests),
        "edited_tests": list(evidence.edited_tests),
        "runs": [_run(run) for run in evidence.runs],
        "proofs": [_proof(proof) for proof in evidence.proofs],
    }


def _proof(proof: Proof) -> dict[str, object]:
    return {
        "package": proof.package,
        "kind": proof.kind,
        "reason": proof.reason,
        "proving": list(proof.proving),
        "statements": proof.statements,
        "covered": proof.covered,
        "covered_by_own": proof.covered_by_own,
        "branches": proof.branches,
        "branches_covered": proof.branches_covered,
        "bodies": proof.bodies,
        "bodies_missed": proof.bodies_missed,
        "mutants": proof.mutants,
        "mutants_killed": proof.mutants_killed,
        "survivors": [
            {"path": s.path, "line": s.line, "symbol": s.symbol, "what": s.what, "diff": s.diff}
            for s in proof.survivors
        ],
    }


def _run(run: TestRun) -> dict[str, object]:
    outcomes = [test.outcome for test in run.outcomes]
    return {
        "side": run.side,
        "package": run.package,
        "runner": run.runner,
        "interpreter": run.interpreter,
        "exit_status": run.exit_status,
        "seconds": wording.seconds(run.seconds),
        "counts": {outcome.value: outcomes.count(outcome) for outcome in Outcome},
        "collect_errors": [error.path for error in run.collect_errors],
        "rewritten": list(run.rewritten),
    }
