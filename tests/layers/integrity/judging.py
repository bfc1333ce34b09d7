"""Judges a proposed change by the layer alone: it asks neither an environment nor a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from agentgate import project
from agentgate.change import Change, Checkouts
from agentgate.layers import Case
from agentgate.layers.integrity import Integrity
from agentgate.store import Cache
from agentgate.verdict import LayerResult


def case_of(change: Change) -> Case:
    """What the layer looks at."""
    read = project.read(change.head)
    return Case(change.head.repository, change, read, cast("Checkouts", None), cast("Cache", None), {})


def judge(
    change: Change, layer: Integrity | None = None, earlier: Mapping[str, LayerResult] | None = None
) -> LayerResult:
    """The layer's answer."""
    return (layer or Integrity()).judge(case_of(change), earlier or {})


def told(change: Change) -> list[tuple[str, int, str]]:
    """(severity, line, message) of each finding."""
    return [(f.severity.value, f.location.line if f.location else 0, f.message) for f in judge(change).findings]
