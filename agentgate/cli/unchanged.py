"""The kept verdict of an unchanged tree. Loads neither typer nor rich nor pydantic."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace

from agentgate import __version__
from agentgate.change import NothingToJudge, Repository, read
from agentgate.change.identity import identify
from agentgate.errors import CannotJudge
from agentgate.project import signature
from agentgate.store import Store, receipts
from agentgate.verdict import Verdict


def kept(target: str | None) -> Verdict | None:
    """The verdict kept for the work as it stands, or None: then it must be judged (and errors are told there)."""
    started = time.monotonic()
    with contextlib.suppress(CannotJudge, NothingToJudge):
        repository = Repository.find(os.getcwd())
        with contextlib.closing(repository):
            change = read(repository, target=target, compared=False)
            store = Store.of(repository.common_dir, repository.root)
            identity = identify(change)
            key = receipts.key(__version__, identity, change.policy_tree.id, os.environ)
            verdict = receipts.find(store, key, signature)
            if verdict is not None and not change.not_for_submission:
                receipts.keep_last_receipt(store, repository.root, key)
                judged = replace(verdict.change, head=identity.head, head_commit=identity.head_commit)
                return replace(verdict, change=judged, cached=True, seconds=time.monotonic() - started)
    return None
