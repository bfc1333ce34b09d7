"""The layer: states, the section of gate.toml, and that a rule's crash is nobody's pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentgate.errors import ConfigError
from agentgate.evidence import ChangeKind, Evidence
from agentgate.layers import integrity
from agentgate.layers.integrity import RULES, Integrity, Rule
from agentgate.layers.integrity.sides import Sides
from agentgate.verdict import Finding, LayerResult, Severity, State
from tests.layers.conftest import Propose
from tests.layers.integrity.judging import judge

BARE = {"a.py": "import b  # type: ignore\n"}


def test_what_no_rule_reads_is_not_applicable(propose: Propose) -> None:
    result = judge(propose({"a.md": "a"}, {"a.md": "# noqa\n"}))
    assert (result.state, result.reason) == (State.NOT_APPLICABLE, "the change touches nothing that a rule reads")


def test_without_findings_it_passes(propose: Propose) -> None:
    assert judge(propose({"a.py": "a = 1\n"}, {"a.py": "a = 2\n"})).state is State.PASSED
    assert judge(propose({"a.py": "a = 1\n"}, {"a.py": None})).state is State.PASSED


def test_one_error_refuses_and_the_reason_names_the_rule(propose: Propose) -> None:
    result = judge(propose({"a.py": "import b\n"}, BARE))
    assert (result.state, result.reason) == (State.REFUSED, "suppression")
    (finding,) = result.findings
    assert (finding.rule, finding.excerpt) == ("integrity/suppression", "import b  # type: ignore")


def test_the_policy_lets_a_rule_only_warn(propose: Propose) -> None:
    result = judge(propose({"a.py": "import b\n"}, BARE), Integrity(warn=("integrity/suppression",)))
    assert (result.state, [f.severity for f in result.findings]) == (State.PASSED, [Severity.WARNING])


def test_an_unknown_rule_in_the_policy_lists_what_there_is(propose: Propose) -> None:
    with pytest.raises(ConfigError, match=r"integrity\.warn: 'all' is not a rule; allowed: integrity/suppression"):
        judge(propose({"a.md": "a"}, {"a.md": "b"}), Integrity(warn=("all",)))


def test_a_rule_sees_what_the_tests_layer_witnessed(propose: Propose, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Evidence] = []

    def find(sides: Sides) -> Iterator[Finding]:
        seen.append(sides.evidence)
        yield from ()

    monkeypatch.setattr(integrity, "RULES", {"integrity/x": Rule((".py",), find)})
    change = propose({"a.py": "a = 1\n"}, {"a.py": "a = 2\n"})
    evidence = Evidence(ChangeKind("source", ""))
    judge(change)
    judge(change, earlier={"tests": LayerResult("tests", State.PASSED, evidence=evidence)})
    assert seen == [Evidence(), evidence]


def test_a_rule_that_raises_is_a_crash(propose: Propose, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(sides: Sides) -> Iterator[Finding]:
        raise ZeroDivisionError(sides)

    monkeypatch.setattr(integrity, "RULES", {"integrity/x": Rule((".py",), find)})
    with pytest.raises(ZeroDivisionError):
        judge(propose({"a.py": "a = 1\n"}, {"a.py": "a = 2\n"}))


def test_rules_are_named_after_the_layer() -> None:
    assert all(name.startswith("integrity/") for name in RULES)
