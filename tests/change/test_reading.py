"""The change from end to end: target, base, head, policy; and everything that is not certain, with what mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentgate.change import NothingToJudge
from agentgate.errors import CannotJudge, ConfigError, GitError
from tests.change.conftest import Reader
from tests.conftest import Sandbox


def cloned(sandbox: Sandbox, root: Path, *options: str) -> Sandbox:
    """A clone of the sandbox, by file:// so that depth and filters count."""
    sandbox.git("config", "uploadpack.allowFilter", "true")
    sandbox.git("config", "uploadpack.allowAnySHA1InWant", "true")
    sandbox.git("clone", "-q", *options, f"file://{sandbox.root}", str(root))
    return Sandbox.at(root)


def event_of(tmp_path: Path, name: str, payload: object) -> dict[str, str]:
    """The environment of a GitHub Actions job."""
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(payload))
    return {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}


def mended(clone: Sandbox, error: CannotJudge) -> None:
    """Type the remedy as it is printed."""
    command = error.remedy.split("  #")[0].split()
    assert command[0] == "git", error.remedy
    clone.git(*command[1:])


def test_the_work_is_compared_with_the_merge_base(sandbox: Sandbox, reader: Reader) -> None:
    base = sandbox.commit({"a": "1\n", "b": "1\n"})
    sandbox.git("switch", "-qc", "work")
    sandbox.commit({"a": "2\n"})
    sandbox.git("switch", "-q", "main")
    tip = sandbox.commit({"b": "2\n"})
    sandbox.git("switch", "-q", "work")
    sandbox.write({"c": "1\n"})
    change = reader.change(sandbox.root)
    assert [file.path for file in change.files] == ["a", "c"]
    assert (change.target, change.target_commit, change.base.commit) == ("main", tip, base)
    assert (change.head_name, change.head.commit, change.not_for_submission) == ("working tree", "", "")
    assert change.policy_tree.commit == tip


def test_a_commit_is_judged_without_the_work_on_top_of_it(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-qc", "work")
    head = sandbox.commit({"a": "2\n"})
    sandbox.write({"a": "3\n"})
    change = reader.change(sandbox.root, head="work")
    assert (change.head.commit, change.head_name, change.head.read("a")) == (head, "work", b"2\n")


def test_head_and_staged_together_are_a_mistake(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    with pytest.raises(ConfigError):
        reader.change(sandbox.root, head="HEAD", staged=True)


def test_a_detached_head_is_as_good_as_a_branch(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-q", "--detach")
    sandbox.commit({"a": "2\n"})
    assert [file.path for file in reader.change(sandbox.root).files] == ["a"]


def test_a_given_base_is_not_for_submission(sandbox: Sandbox, reader: Reader) -> None:
    first = sandbox.commit({"a": "1\n"})
    sandbox.commit({"a": "2\n"})
    sandbox.commit({"b": "1\n"})
    change = reader.change(sandbox.root, base="HEAD~2")
    assert (change.base.commit, [f.path for f in change.files]) == (first, ["a", "b"])
    assert change.not_for_submission == "--base was given"


def test_the_policy_is_the_targets_unless_the_target_contains_head(sandbox: Sandbox, reader: Reader) -> None:
    first = sandbox.commit({"a": "1\n"})
    sandbox.commit({"a": "2\n", "gate.toml": "weak\n"})
    tip = sandbox.commit({"gate.toml": "strong\n"})
    contained = reader.change(sandbox.root, head="HEAD~1", base="HEAD~2")
    assert contained.policy_tree.commit == first
    sandbox.git("switch", "-qc", "work", first)
    sandbox.commit({"gate.toml": "none of mine\n"})
    assert reader.change(sandbox.root).policy_tree.commit == tip


def test_uncommitted_work_on_the_target_branch_is_a_change(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.write({"a": "2\n"})
    change = reader.change(sandbox.root)
    assert ([f.path for f in change.files], change.base.commit) == (["a"], change.target_commit)


def test_an_unborn_branch_has_nothing_to_compare_with(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.write({"a": "1\n"})
    with pytest.raises(GitError, match="no commit yet") as raised:
        reader.change(sandbox.root)
    assert raised.value.remedy.startswith("git add -A && git commit")


def test_an_empty_change_of_the_targets_own_tip_without_remote_cannot_be_judged(
    sandbox: Sandbox, reader: Reader
) -> None:
    base = sandbox.commit({"a": "1\n"})
    with pytest.raises(CannotJudge, match=base[:12]) as raised:
        reader.change(sandbox.root)
    assert raised.value.remedy.startswith("agentgate check --base HEAD~1")


def test_an_empty_change_elsewhere_is_nobodys_mistake_but_in_ci(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-qc", "work")
    sandbox.commit()
    with pytest.raises(NothingToJudge):
        reader.change(sandbox.root)
    with pytest.raises(CannotJudge):
        reader.change(sandbox.root, environ={"CI": "true"})


def test_unrelated_histories_have_no_base(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-q", "--orphan", "island")
    sandbox.commit({"b": "1\n"})
    with pytest.raises(GitError, match="no common ancestor") as raised:
        reader.change(sandbox.root)
    assert raised.value.remedy.startswith("agentgate check --base")


def test_an_unknown_revision_is_told(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    with pytest.raises(GitError, match="--head 'nowhere' is not a commit"):
        reader.change(sandbox.root, head="nowhere")
    with pytest.raises(GitError, match="--base 'nowhere' is not a commit"):
        reader.change(sandbox.root, base="nowhere")


def test_a_shallow_clone_is_refused_until_it_is_deep(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    base = sandbox.commit({"a": "1\n"})
    sandbox.git("branch", "old")
    sandbox.commit({"a": "2\n"})
    sandbox.git("switch", "-q", "old")
    sandbox.commit({"b": "1\n"})
    clone = cloned(sandbox, tmp_path / "shallow", "--depth=1", "--no-single-branch", "--branch=old")
    with pytest.raises(GitError, match="shallow") as raised:
        reader.change(clone.root, target="main")
    mended(clone, raised.value)
    assert reader.change(clone.root, target="main").base.commit == base


def test_a_base_outside_a_shallow_clone_names_the_fetch(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    base = sandbox.commit({"a": "1\n"})
    sandbox.commit({"a": "2\n"})
    clone = cloned(sandbox, tmp_path / "shallow", "--depth=1")
    with pytest.raises(GitError, match="shallow clone") as raised:
        reader.change(clone.root, base=base)
    mended(clone, raised.value)
    assert reader.change(clone.root, base=base).base.commit == base


def test_a_partial_clone_is_never_filled_behind_our_back(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"a": "old\n", "kept": "1\n"})
    sandbox.commit({"a": "2\n"})
    clone = cloned(sandbox, tmp_path / "partial", "--filter=blob:none")
    clone.write({"new": "1\n"})
    assert [f.path for f in reader.change(clone.root).files] == ["new"]
    with pytest.raises(GitError, match="objects are missing") as raised:
        reader.change(clone.root, base="HEAD~1")
    assert clone.git("rev-list", "--objects", "--all", "--missing=print").count("?") == 1
    mended(clone, raised.value)
    assert [f.path for f in reader.change(clone.root, base="HEAD~1").files] == ["a", "new"]


def test_a_sparse_partial_clone_reads_its_work(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"in/a": "1\n", "out/b": "unique\n"})
    clone = cloned(sandbox, tmp_path / "partial", "--filter=blob:none", "--sparse")
    clone.git("sparse-checkout", "set", "in")
    clone.write({"in/a": "2\n"})
    assert [f.path for f in reader.change(clone.root).files] == ["in/a"]


def test_a_pull_request_is_judged_by_its_event_not_by_the_merge_that_is_checked_out(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    base = sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-qc", "work")
    head = sandbox.commit({"b": "1\n"})
    sandbox.git("switch", "-q", "main")
    tip = sandbox.commit({"c": "1\n"})
    sandbox.git("switch", "-q", "--detach")
    sandbox.git("merge", "-q", "--no-edit", "work")
    payload = {"pull_request": {"head": {"sha": head}, "base": {"sha": tip, "ref": "main"}}}
    for name, target in (("pull_request", None), ("pull_request", "main")):
        change = reader.change(sandbox.root, target=target, environ=event_of(tmp_path, name, payload))
        assert (change.head.commit, change.base.commit, change.target) == (head, base, "main")
        assert ([f.path for f in change.files], change.policy_tree.commit) == (["b"], tip)


def test_a_push_is_judged_from_before_to_after_under_the_policy_of_before(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    before = sandbox.commit({"a": "1\n"})
    sandbox.commit({"a": "2\n"})
    after = sandbox.commit({"gate.toml": "x\n"})
    payload = {
        "before": before, "after": after, "ref": "refs/heads/main", "repository": {"default_branch": "main"},
    }  # fmt: skip
    change = reader.change(sandbox.root, environ=event_of(tmp_path, "push", payload))
    assert [f.path for f in change.files] == ["a", "gate.toml"]
    assert (change.base.commit, change.policy_tree.commit, change.not_for_submission) == (before, before, "")


def test_the_first_push_of_a_branch_is_judged_from_the_merge_base(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    base = sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-qc", "work")
    after = sandbox.commit({"b": "1\n"})
    payload = {
        "before": "0" * 40, "after": after, "ref": "refs/heads/work", "repository": {"default_branch": "main"},
    }  # fmt: skip
    change = reader.change(sandbox.root, environ=event_of(tmp_path, "push", payload))
    assert (change.base.commit, change.target) == (base, "main")


def test_an_event_whose_commits_are_not_in_the_clone_names_the_fetch(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    sandbox.commit({"a": "1\n"})
    clone = cloned(sandbox, tmp_path / "clone")
    head = sandbox.commit({"a": "2\n"})
    tip = clone.git("rev-parse", "HEAD")
    payload = {"pull_request": {"head": {"sha": head}, "base": {"sha": tip, "ref": "main"}}}
    environ = event_of(tmp_path, "pull_request", payload)
    with pytest.raises(GitError, match="the event's head") as raised:
        reader.change(clone.root, environ=environ)
    assert raised.value.remedy == f"git fetch origin {head}"
    mended(clone, raised.value)
    assert reader.change(clone.root, environ=environ).head.commit == head


def test_a_linked_worktree_is_judged_by_its_own_work(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("worktree", "add", "-q", "-b", "work", str(tmp_path / "linked"))
    sandbox.write({"a": "edited in the main one\n"})
    (tmp_path / "linked" / "b").write_text("1\n")
    change = reader.change(tmp_path / "linked")
    assert [f.path for f in change.files] == ["b"]
    assert reader.opened[0].common_dir == str((sandbox.root / ".git").resolve())


def test_objects_of_a_clone_that_borrows_them_are_found(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("clone", "-q", "--shared", ".", str(tmp_path / "one"))
    sandbox.git("clone", "-q", "--shared", str(tmp_path / "one"), str(tmp_path / "two"))
    (tmp_path / "two" / "a").write_text("2\n")
    change = reader.change(tmp_path / "two")
    assert (change.base.read("a"), change.head.read("a")) == (b"1\n", b"2\n")
