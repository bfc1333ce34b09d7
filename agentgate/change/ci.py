"""What a CI event says is to be judged. An event that names no change is never guessed at.

Sources: GitHub's webhook payloads (`pull_request`, `merge_group`, `push`) and GitLab's predefined variables. In GitHub
Actions the commit that is checked out for a `pull_request` is a synthetic merge, so the ids come from the event file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from agentgate.errors import CannotJudge

ZEROS = frozenset({"0" * 40, "0" * 64})


@dataclass(frozen=True, slots=True)
class Event:
    """A change as CI names it. `base`: a commit whose merge base with head counts, "" for that with `target`."""

    head: str
    base: str
    target: str  # branch name without remote, "" where the event has none
    exact: bool = False  # base is the base itself (a push's `before`), not to be merged with head


def event(environ: Mapping[str, str]) -> Event | None:
    """The event of this CI job; None outside the CI systems we know. Raises `CannotJudge` for one that is no change."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    return None


def _github(environ: Mapping[str, str]) -> Event | None:
    name = environ.get("GITHUB_EVENT_NAME", "")
    if name not in ("pull_request", "pull_request_target", "merge_group", "push"):
        return None
    payload = _payload(environ.get("GITHUB_EVENT_PATH", ""))
    if name == "merge_group":
        return Event(
            _text(payload, name, "head_sha"),
            _text(payload, name, "base_sha"),
            _branch(_text(payload, name, "base_ref")),
        )
    if name == "push":
        before = _text(payload, "before")
        default = _text(payload, "repository", "default_branch")
        if before in ZEROS:
            return Event(_text(payload, "after"), "", default)
        return Event(_text(payload, "after"), before, _branch(_text(payload, "ref")), exact=True)
    pull = "pull_request"
    return Event(
        _text(payload, pull, "head", "sha"), _text(payload, pull, "base", "sha"), _text(payload, pull, "base", "ref")
    )


def _payload(path: str) -> object:
    try:
        with open(path, encoding="utf-8") as file:
            payload: object = json.load(file)
    except (OSError, ValueError) as error:
        raise CannotJudge(
            f"GITHUB_EVENT_PATH {path!r} cannot be read: {error}",
            "run in a GitHub Actions job, or unset GITHUB_ACTIONS",
        ) from error
    return payload


def _text(payload: object, *keys: str) -> str:
    value = payload
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value:
        raise CannotJudge(f"the GitHub event has no {'.'.join(keys)}", "pass --target and --head")
    return value


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/")


def _gitlab(environ: Mapping[str, str]) -> Event | None:
    base = environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
    target = environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "")
    # in a pipeline of merged results the checked-out commit is a synthetic merge, and this variable names the real one
    head = environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environ.get("CI_COMMIT_SHA", "")
    if base and head:
        return Event(head, base, target)
    before = environ.get("CI_COMMIT_BEFORE_SHA", "")
    if environ.get("CI_PIPELINE_SOURCE") == "push" and head and before:
        default = environ.get("CI_DEFAULT_BRANCH", "")
        if before in ZEROS:
            return Event(head, "", default)
        return Event(head, before, environ.get("CI_COMMIT_BRANCH", "") or default, exact=True)
    return None
