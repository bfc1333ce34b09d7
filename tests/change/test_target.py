"""Which branch a change is for: found where it is certain, asked for where it is not."""

from __future__ import annotations

import pytest

from agentgate.change import target
from agentgate.errors import GitError
from tests.change.conftest import Reader
from tests.conftest import Sandbox


def remote_branch(sandbox: Sandbox, *names: str) -> None:
    """Remote-tracking branches at HEAD, and the remotes themselves."""
    for name in names:
        remote = name.split("/")[0]
        if remote not in sandbox.git("remote").split():
            sandbox.git("remote", "add", remote, "/nowhere")
        sandbox.git("update-ref", f"refs/remotes/{name}", "HEAD")


def found(sandbox: Sandbox, reader: Reader) -> str:
    """The ref found without being named."""
    return target.found(reader.repository(sandbox.root))


def test_the_remotes_own_head_comes_first(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "origin/main", "origin/develop")
    assert found(sandbox, reader) == "refs/remotes/origin/main"
    sandbox.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop")
    assert found(sandbox, reader) == "refs/remotes/origin/develop"


def test_a_remote_head_that_points_nowhere_is_not_followed(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "origin/master")
    sandbox.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    assert found(sandbox, reader) == "refs/remotes/origin/master"


def test_the_upstreams_remote_comes_before_origin(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "origin/main", "fork/master")
    assert found(sandbox, reader) == "refs/remotes/origin/main"
    sandbox.git("config", "branch.main.remote", "fork")
    sandbox.git("config", "branch.main.merge", "refs/heads/whatever")
    assert found(sandbox, reader) == "refs/remotes/fork/master"


def test_a_local_upstream_is_no_remote(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "origin/main", "fork/main")
    sandbox.git("switch", "-qc", "work", "--track", "main")
    assert found(sandbox, reader) == "refs/remotes/origin/main"


def test_the_only_remote_counts_whatever_its_name(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "upstream/master")
    assert found(sandbox, reader) == "refs/remotes/upstream/master"


def test_several_remotes_and_none_of_ours_is_not_guessed(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "ada/main", "bob/main")
    with pytest.raises(GitError, match="several remotes") as raised:
        found(sandbox, reader)
    assert "--target" in raised.value.remedy


@pytest.mark.parametrize("branches", [("origin/main", "origin/master"), ("origin/develop",)])
def test_both_or_none_of_main_and_master_is_not_guessed(
    sandbox: Sandbox, reader: Reader, branches: tuple[str, ...]
) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, *branches)
    with pytest.raises(GitError, match="the target branch is not known") as raised:
        found(sandbox, reader)
    assert raised.value.remedy.startswith("agentgate check --target origin/BRANCH")


def test_without_a_remote_the_default_branch_that_exists_counts(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    assert found(sandbox, reader) == "refs/heads/main"
    sandbox.git("branch", "trunk")
    sandbox.git("config", "init.defaultBranch", "trunk")
    assert found(sandbox, reader) == "refs/heads/trunk"
    sandbox.git("config", "init.defaultBranch", "absent")
    assert found(sandbox, reader) == "refs/heads/main"


def test_without_anything_the_target_is_asked_for(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("branch", "-m", "only")
    with pytest.raises(GitError) as raised:
        found(sandbox, reader)
    assert raised.value.remedy == "agentgate check --target BRANCH"


def test_a_named_target_is_the_remotes_before_the_local_one(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    repository = reader.repository(sandbox.root)
    assert target.named(repository, "main") == "refs/heads/main"
    remote_branch(sandbox, "origin/main")
    repository = reader.repository(sandbox.root)
    assert target.named(repository, "main") == "refs/remotes/origin/main"
    assert target.named(repository, "origin/main") == "origin/main"


def test_an_unknown_target_names_the_fetch(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    remote_branch(sandbox, "origin/main")
    with pytest.raises(GitError, match="'v9' is not in this clone") as raised:
        target.named(reader.repository(sandbox.root), "v9")
    assert raised.value.remedy == "git fetch origin v9"
