"""What is proposed: base, head, target, files, hunks; disposable checkouts of its trees."""

from __future__ import annotations

from agentgate.change.checkout import Checkout
from agentgate.change.checkouts import Checkouts
from agentgate.change.git import Repository
from agentgate.change.reading import NothingToJudge, read
from agentgate.change.tree import Entry, Tree
from agentgate.change.values import Change, FileChange, FileStatus, Hunk

__all__ = [
    "Change",
    "Checkout",
    "Checkouts",
    "Entry",
    "FileChange",
    "FileStatus",
    "Hunk",
    "NothingToJudge",
    "Repository",
    "Tree",
    "read",
]
