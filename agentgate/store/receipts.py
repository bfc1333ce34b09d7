"""Receipts: verdicts kept for the trees they judged, so that an unchanged tree is answered at once.

A receipt is found by everything that went into the verdict: the trees of base, head and policy, the target's name and
tip, the base commit (its history tells a revert), our version and the variables that choose an environment; and it
holds while everything it saw on this machine (`seen`: interpreter, environment, judges, carried files) still looks the
same. ERRORED and partial verdicts leave none.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agentgate.store import MOST_ENTRIES, Store, digest, prune, write
from agentgate.store.values import Value, from_json, to_json
from agentgate.verdict import ChangeIdentity, State, Verdict

#: Variables that decide which environment is found.
ENVIRONMENT = ("VIRTUAL_ENV", "CONDA_PREFIX", "UV_PROJECT_ENVIRONMENT", "PATH")

_STORED = frozenset({State.PASSED, State.REFUSED, State.NEEDS_HUMAN, State.NOT_APPLICABLE})


@dataclass(frozen=True, slots=True)
class Receipt:
    """A kept verdict and what it saw: (path, signature) pairs."""

    verdict: Verdict
    seen: tuple[tuple[str, str], ...]


def key(version: str, identity: ChangeIdentity, policy_tree: str, environ: Mapping[str, str], options: str = "") -> str:
    """The name of the receipt for exactly this question. What the head is called, or who committed it, is no part."""
    variables = [f"{name}={environ.get(name, '')}" for name in ENVIRONMENT]
    commits = (identity.target, identity.target_commit, identity.base_commit)
    return digest(version, options, *commits, identity.base_tree, identity.head_tree, policy_tree, *variables)


def may_keep(verdict: Verdict) -> bool:
    """Whether the verdict is a whole one that was really reached."""
    whole = not verdict.only and not verdict.not_for_submission and not verdict.silent
    return whole and bool(verdict.results) and all(r.state in _STORED for r in verdict.results)


def keep(store: Store, name: str, receipt: Receipt) -> None:
    """Store a receipt under its key; a disk that is full or read-only costs time later, nothing else."""
    path = _receipt(store, name)
    if store.root:
        with contextlib.suppress(OSError):
            write(path, json.dumps(to_json(receipt)).encode())
            prune(path.parent, MOST_ENTRIES)


def find(store: Store, name: str, signature: Callable[[str], str]) -> Verdict | None:
    """The verdict kept under this key if all it saw still has the same `signature`; an unreadable one is none."""
    receipt = _read(Receipt, store, _receipt(store, name))
    if receipt is None or any(signature(path) != seen for path, seen in receipt.seen):
        return None
    return receipt.verdict


def keep_last(store: Store, worktree: str, verdict: Verdict) -> None:
    """Remember the last verdict of this worktree, whatever it was, for `agentgate show`."""
    if store.root:
        with contextlib.suppress(OSError):
            write(_last(store, worktree), json.dumps(to_json(verdict)).encode())
            prune(_last(store, worktree).parent, MOST_ENTRIES)


def keep_last_receipt(store: Store, worktree: str, name: str) -> None:
    """The same for a verdict that was answered from the receipt `name`: a link, as the quick way has no time."""
    if store.root:
        with contextlib.suppress(OSError):
            write(_last(store, worktree), json.dumps({"receipt": name}).encode())


def last(store: Store, worktree: str) -> Verdict | None:
    """The last verdict of this worktree, or None."""
    link = _read(_Link, store, _last(store, worktree))
    if link is None:
        return _read(Verdict, store, _last(store, worktree))
    receipt = _read(Receipt, store, _receipt(store, os.path.basename(link.receipt)))
    return receipt.verdict if receipt else None


@dataclass(frozen=True, slots=True)
class _Link:
    """The receipt that a last verdict is kept in."""

    receipt: str


def _read(kind: type[Value], store: Store, path: Path) -> Value | None:
    if not store.root:
        return None
    try:
        return from_json(kind, json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return None


def _receipt(store: Store, name: str) -> Path:
    return Path(store.root, "receipts", f"{name}.json")


def _last(store: Store, worktree: str) -> Path:
    return Path(store.root, "last", f"{digest(os.path.realpath(worktree))}.json")
