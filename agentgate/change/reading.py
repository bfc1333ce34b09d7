"""Reads the change: target, base, head, files. Whatever is not certain is a `GitError` with the mending command."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from agentgate.change import ci, diff, worktree
from agentgate.change import target as targets
from agentgate.change.git import Repository, short
from agentgate.change.tree import Tree, tree_of
from agentgate.change.values import Change
from agentgate.errors import CannotJudge, ConfigError, GitError

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class NothingToJudge(Exception):
    """The change is empty where that is nobody's mistake: exit 0, no verdict, no receipt."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The commits concerned, before anything is compared."""

    target_ref: str
    target_commit: str
    base_commit: str
    head_commit: str  # the commit to be judged, or the one that the work stands on
    not_for_submission: str = ""


def read(
    repository: Repository,
    *,
    target: str | None = None,
    head: str | None = None,
    staged: bool = False,
    base: str | None = None,
    environ: Mapping[str, str] = os.environ,
    compared: bool = True,
) -> Change:
    """The change of the work as it stands, of the index (`staged`) or of the commit `head`, for the branch `target`.

    `base` compares with that commit instead of the merge base; such a change is not for submission. `compared=False`
    leaves the files out: who only looks for a receipt needs none. Raises `GitError` and its kin for what is not
    certain, `NothingToJudge` for a change that is empty.
    """
    if staged and head:
        raise ConfigError("--staged and --head name two different things", "give one of them")
    event = None if (head or staged or base) else ci.event(environ)
    if event is not None:
        head = _commit(repository, event.head, "the event's head")
        wanted = _of_options(repository, target, head, None) if target else _of_event(repository, event, head)
    else:
        wanted = _of_options(repository, target, head, base)
    left_out: tuple[str, ...] = ()
    if head:
        head_tree, head_name = tree_of(repository, wanted.head_commit), head
    elif staged:
        head_tree, head_name = worktree.index_tree(repository, wanted.head_commit), "index"
    else:
        taken = worktree.snapshot(repository, wanted.head_commit)
        head_tree, head_name, left_out = taken.tree, "working tree", taken.left_out
    base_tree = tree_of(repository, wanted.base_commit)
    if base_tree.id == head_tree.id:
        _empty(repository, wanted, environ)
    contained = wanted.head_commit if head else ""
    policy = _policy_tree(repository, wanted, base_tree, contained)
    return Change(
        target=short(wanted.target_ref),
        target_commit=wanted.target_commit,
        base=base_tree,
        head=head_tree,
        head_name=head_name,
        files=diff.compare(repository, base_tree, head_tree) if compared else (),
        policy_tree=policy,
        not_for_submission=wanted.not_for_submission,
        left_out=left_out,
    )


def _of_event(repository: Repository, event: ci.Event, head: str) -> _Wanted:
    if event.base:
        base = _commit(repository, event.base, "the event's base")
        merge_base = base if event.exact else _merge_base(repository, base, head, event.target or event.base)
        # the tip may not be fetched in a shallow or single-branch clone; the event's base is on the target branch
        ref = _known_target(repository, event.target) or base
        return _Wanted(event.target or ref, repository.resolve(ref) or base, merge_base, head)
    ref = targets.named(repository, event.target)
    tip = repository.resolve(ref) or ""
    return _Wanted(ref, tip, _merge_base(repository, tip, head, ref), head)


def _known_target(repository: Repository, name: str) -> str:
    try:
        return targets.named(repository, name) if name else ""
    except GitError:
        return ""


def _of_options(repository: Repository, wanted_target: str | None, head: str | None, base: str | None) -> _Wanted:
    if head:
        head_commit = _commit(repository, head, "--head")
    else:
        head_commit = repository.resolve("HEAD") or ""
        if not head_commit:
            raise GitError(
                "this branch has no commit yet: there is nothing to compare with", "git add -A && git commit -m 'first'"
            )
    if base:
        base_commit = _commit(repository, base, "--base")
        ref = _target_for_base(repository, wanted_target) or base
        tip = repository.resolve(ref) or base_commit
        return _Wanted(ref, tip, base_commit, head_commit, "--base was given")
    ref = targets.named(repository, wanted_target) if wanted_target else targets.found(repository)
    tip = repository.resolve(ref) or ""
    return _Wanted(ref, tip, _merge_base(repository, tip, head_commit, ref), head_commit)


def _target_for_base(repository: Repository, wanted: str | None) -> str:
    """With `--base` the target only names the policy: an unknown one is no obstacle unless it was asked for."""
    if wanted:
        return targets.named(repository, wanted)
    try:
        return targets.found(repository)
    except GitError:
        return ""


def _commit(repository: Repository, revision: str, what: str) -> str:
    commit = repository.resolve(revision)
    if commit is None:
        if _is_shallow(repository):
            raise GitError(f"{what} {revision!r} is not in this shallow clone", "git fetch --unshallow")
        remotes = repository.remotes
        raise GitError(
            f"{what} {revision!r} is not a commit in this clone",
            f"git fetch {remotes[0]} {revision}" if remotes and _ID.fullmatch(revision) else "git log --oneline --all",
        )
    return commit


def _is_shallow(repository: Repository) -> bool:
    return repository.git("rev-parse", "--is-shallow-repository").out.strip() == "true"


def _merge_base(repository: Repository, tip: str, head: str, name: str) -> str:
    """The merge base. In a shallow clone git may name a wrong one with exit 0, so there it is refused."""
    if tip == head:
        return head
    if _is_shallow(repository):
        raise GitError(
            "this clone is shallow: its merge base may be a wrong one",
            "git fetch --unshallow  # in GitHub Actions: actions/checkout with fetch-depth: 0; in GitLab: GIT_DEPTH: 0",
        )
    done = repository.git("merge-base", tip, head, check=False)
    if done.returncode == 1:
        raise GitError(
            f"head and {short(name)} have no common ancestor",
            "agentgate check --base REV  # or git rebase onto the target",
        )
    if done.returncode:
        raise GitError(f"git merge-base failed: {done.err.strip()}", "git fsck  # the repository may be damaged")
    return done.out.split()[0]


def _policy_tree(repository: Repository, wanted: _Wanted, base: Tree, head: str) -> Tree:
    """The target's tip; the base where head is a commit that the target already contains (or has left behind)."""
    if wanted.target_commit == wanted.base_commit:
        return base
    if head and _is_ancestor(repository, head, wanted.target_commit):
        return base
    if not _is_ancestor(repository, wanted.base_commit, wanted.target_commit):
        return base
    return tree_of(repository, wanted.target_commit)


def _is_ancestor(repository: Repository, older: str, newer: str) -> bool:
    return repository.git("merge-base", "--is-ancestor", older, newer, check=False).returncode == 0


def _empty(repository: Repository, wanted: _Wanted, environ: Mapping[str, str]) -> None:
    own_tip = wanted.head_commit == wanted.target_commit
    remotes = repository.remotes
    message = (
        f"nothing to judge: head and base {wanted.base_commit[:12]} (of {short(wanted.target_ref)}) have the same tree"
    )
    if environ.get("CI") or (own_tip and not remotes):
        raise CannotJudge(message, "agentgate check --base HEAD~1  # to judge the last commit")
    raise NothingToJudge(message)
