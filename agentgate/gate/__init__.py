"""The heart: puts one change to every layer and to the budget, in their order, and folds the answers into a verdict."""

from __future__ import annotations

from agentgate.gate.check import Audience, Question, check
from agentgate.gate.graph import Crash, judge

__all__ = ["Audience", "Crash", "Question", "check", "judge"]
