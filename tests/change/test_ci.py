"""What CI events say, by the payloads that GitHub and the variables that GitLab document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentgate.change.ci import Event, event
from agentgate.errors import CannotJudge

HEAD, BASE, ZEROS = "a" * 40, "b" * 40, "0" * 40


def github(tmp_path: Path, name: str, payload: object) -> dict[str, str]:
    """The variables of a GitHub Actions job."""
    path = tmp_path / "event.json"
    path.write_text(json.dumps(payload))
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path), "GITHUB_SHA": "c" * 40}


def test_a_pull_request_is_its_own_head_and_base_never_the_synthetic_merge(tmp_path: Path) -> None:
    payload = {"pull_request": {"head": {"sha": HEAD}, "base": {"sha": BASE, "ref": "release/2"}}}
    for name in ("pull_request", "pull_request_target"):
        assert event(github(tmp_path, name, payload)) == Event(HEAD, BASE, "release/2")


def test_a_merge_group_names_its_base(tmp_path: Path) -> None:
    payload = {"merge_group": {"head_sha": HEAD, "base_sha": BASE, "base_ref": "refs/heads/main"}}
    assert event(github(tmp_path, "merge_group", payload)) == Event(HEAD, BASE, "main")


def test_a_push_is_compared_with_what_was_there_before(tmp_path: Path) -> None:
    payload = {"before": BASE, "after": HEAD, "ref": "refs/heads/dev", "repository": {"default_branch": "main"}}
    assert event(github(tmp_path, "push", payload)) == Event(HEAD, BASE, "dev", exact=True)


def test_a_new_branch_is_compared_with_the_default_branch(tmp_path: Path) -> None:
    payload = {"before": ZEROS, "after": HEAD, "ref": "refs/heads/dev", "repository": {"default_branch": "trunk"}}
    assert event(github(tmp_path, "push", payload)) == Event(HEAD, "", "trunk")


def test_an_event_of_another_kind_is_no_change(tmp_path: Path) -> None:
    assert event(github(tmp_path, "schedule", {})) is None
    assert event({"CI": "true"}) is None


@pytest.mark.parametrize("payload", [{}, [], {"pull_request": None}, {"pull_request": {"head": {"sha": 7}}}])
def test_an_incomplete_event_is_never_guessed_at(tmp_path: Path, payload: object) -> None:
    with pytest.raises(CannotJudge, match=r"has no pull_request\.head\.sha") as raised:
        event(github(tmp_path, "pull_request", payload))
    assert "--target" in raised.value.remedy


@pytest.mark.parametrize("content", [None, "{"])
def test_an_event_file_that_cannot_be_read_is_told(tmp_path: Path, content: str | None) -> None:
    environ = github(tmp_path, "push", {})
    path = Path(environ["GITHUB_EVENT_PATH"])
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    with pytest.raises(CannotJudge, match="GITHUB_EVENT_PATH"):
        event(environ)


def test_gitlab_names_a_merge_requests_base_and_its_real_head() -> None:
    environ = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": HEAD,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": BASE,
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    assert event(environ) == Event(HEAD, BASE, "main")
    merged = {**environ, "CI_COMMIT_SHA": "c" * 40, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD}
    assert event(merged) == Event(HEAD, BASE, "main")


def test_gitlab_pushes_are_compared_with_what_was_there_before() -> None:
    environ = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_SHA": HEAD,
        "CI_COMMIT_BEFORE_SHA": BASE,
        "CI_COMMIT_BRANCH": "dev",
        "CI_DEFAULT_BRANCH": "main",
    }
    assert event(environ) == Event(HEAD, BASE, "dev", exact=True)
    assert event({**environ, "CI_COMMIT_BEFORE_SHA": ZEROS}) == Event(HEAD, "", "main")
    assert event({**environ, "CI_PIPELINE_SOURCE": "schedule"}) is None
