"""The layer `integrity`: was the bar lowered? What only reading shows, of base against head; one rule per file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from pydantic import Field

from agentgate.errors import ConfigError
from agentgate.layers import Case, Layer, Strings
from agentgate.layers.integrity import suppressions, weakened_tests
from agentgate.layers.integrity.allowed import allowed
from agentgate.layers.integrity.sides import PYTHON, Sides, sides
from agentgate.layers.integrity.snapshots import SNAPSHOTS
from agentgate.verdict import Finding, LayerResult, Severity, State, state_of


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule reads, as ends of paths, and what it finds."""

    reads: tuple[str, ...]
    find: Callable[[Sides], Iterable[Finding]]


RULES: Mapping[str, Rule] = {
    suppressions.RULE: Rule(PYTHON, suppressions.find),
    weakened_tests.RULE: Rule((*PYTHON, *SNAPSHOTS), weakened_tests.find),
}


class Integrity(Layer):
    """`[integrity]` of gate.toml."""

    name: ClassVar[str] = "integrity"
    after: ClassVar[tuple[str, ...]] = ("tests",)

    warn: Strings = Field(default=(), description="Rules that only warn, by name.")

    def judge(self, case: Case, earlier: Mapping[str, LayerResult]) -> LayerResult:
        """Every rule's findings; one that the change allows with a reason is a person's to decide."""
        self._check()
        read = tuple({end for rule in RULES.values() for end in rule.reads})
        if not any(path.endswith(read) for file in case.change.files for path in (file.path, file.base_path)):
            return LayerResult(self.name, State.NOT_APPLICABLE, reason="the change touches nothing that a rule reads")
        both = sides(case, earlier)
        found = [self._weighed(name, finding) for name, rule in RULES.items() for finding in rule.find(both)]
        return self._answer(found, functools.cache(lambda path: case.change.head.read_text(path) or ""))

    def _check(self) -> None:
        for name in self.warn:
            if name not in RULES:
                raise ConfigError(
                    f"gate.toml: integrity.warn: {name!r} is not a rule; allowed: {', '.join(RULES)}",
                    "mend integrity.warn in gate.toml",
                )

    def _weighed(self, rule: str, finding: Finding) -> Finding:
        warns = rule in self.warn and finding.severity is Severity.ERROR
        return replace(finding, severity=Severity.WARNING) if warns else finding

    def _answer(self, found: Iterable[Finding], read: Callable[[str], str]) -> LayerResult:
        """The findings as an answer: those that the change gives a reason for refuse nothing, and nothing passes."""
        told: list[Finding] = []
        given: list[str] = []
        for finding in found:
            reason, why_not = allowed(finding, read) if finding.severity is Severity.ERROR else ("", "")
            if reason:
                given.append(f"{finding.rule} is allowed because {reason}")
                told.append(replace(finding, severity=Severity.WARNING, message=f"{finding.message}; {given[-1]}"))
            else:
                told.append(replace(finding, remedy=f"{why_not}; {finding.remedy}") if why_not else finding)
        findings = tuple(told)
        state = state_of(findings)
        if state is State.REFUSED:
            refused = dict.fromkeys(f.rule.partition("/")[2] for f in findings if f.severity is Severity.ERROR)
            return LayerResult(self.name, state, findings, ", ".join(refused))
        if given:
            remedy = "let a person who maintains this decide whether the bar may be lowered here"
            return LayerResult(self.name, State.NEEDS_HUMAN, findings, "; ".join(given), remedy)
        return LayerResult(self.name, state, findings)
