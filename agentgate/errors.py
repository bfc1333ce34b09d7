"""What is raised when we cannot judge.

An answer ("refused") is a value; inability is one of these, caught at one door (`agentgate.__main__`, `gate`). Each
says what is wrong in one sentence and, in `remedy`, the one thing to do about it.
"""

from __future__ import annotations


class CannotJudge(Exception):
    """Nothing can be said about the change: exit 3, never "passed"."""

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        """`message`: one sentence, what is wrong and where; `remedy`: what to type or edit, or empty."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """Message and remedy on two lines."""
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class ConfigError(CannotJudge):
    """The user's input is wrong (gate.toml, an option): names the file, the key, the value, what is allowed. Exit 2."""

    exit_code = 2


class ToolError(CannotJudge):
    """A program that a layer asked crashed, hung, is missing, or answered what cannot be read."""


class GitError(CannotJudge):
    """git failed, or the repository is not in a state that can be judged."""


class ForgeError(CannotJudge):
    """The forge did not answer, or answered what cannot be read."""
