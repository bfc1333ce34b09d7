"""The change's names and ids, as a verdict records them."""

from __future__ import annotations

from agentgate.change.values import Change
from agentgate.verdict import ChangeIdentity


def identify(change: Change) -> ChangeIdentity:
    """What every report prints of a change."""
    hunks = [hunk for file in change.files for hunk in file.hunks]
    return ChangeIdentity(
        target=change.target,
        target_commit=change.target_commit,
        base_commit=change.base.commit,
        base_tree=change.base.id,
        head=change.head_name,
        head_commit=change.head.commit,
        head_tree=change.head.id,
        files=len(change.files),
        insertions=sum(hunk.head_count for hunk in hunks),
        deletions=sum(hunk.base_count for hunk in hunks),
    )
