"""How git is called: by nobody's environment, running nobody's code, writing nothing of the user's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from agentgate.change import Checkouts, Repository, Tree
from agentgate.errors import GitError
from tests.change.conftest import Reader
from tests.conftest import Sandbox


def test_outside_a_repository_the_remedy_makes_one(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not in a git repository") as raised:
        Repository.find(str(tmp_path))
    assert raised.value.remedy.startswith("git init")


def test_a_bare_repository_has_no_work_to_judge(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    with pytest.raises(GitError, match="bare repository") as raised:
        Repository.find(str(tmp_path / "bare"))
    assert raised.value.remedy.startswith("git worktree add")


def test_inside_the_git_directory_there_is_no_work_tree(sandbox: Sandbox) -> None:
    with pytest.raises(GitError, match="inside a git directory"):
        Repository.find(str(sandbox.root / ".git" / "objects"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to another user")
def test_a_repository_of_another_user_names_the_command_that_trusts_it(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    os.chown(sandbox.root / ".git", 12345, 12345)
    os.chown(sandbox.root, 12345, 12345)
    with pytest.raises(GitError, match="another user") as raised:
        Repository.find(str(sandbox.root))
    (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {raised.value.remedy.split()[-1]}\n")
    assert Repository.find(str(sandbox.root)).root == str(sandbox.root.resolve())


def test_a_subdirectory_and_a_path_through_a_link_find_the_same_root(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit({"deep/er/a": "1\n"})
    (tmp_path / "link").symlink_to(sandbox.root)
    found = {Repository.find(str(p)).root for p in (sandbox.root / "deep" / "er", tmp_path / "link" / "deep")}
    assert found == {str(sandbox.root.resolve())}


def test_without_git_the_remedy_is_to_install_it(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(GitError) as raised:
        Repository.find(str(sandbox.root))
    assert raised.value.remedy == "install git and put it on PATH"


def test_temporary_files_never_go_into_the_work_tree(
    sandbox: Sandbox, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.commit({"tmp/a": "1\n"})
    monkeypatch.setattr(tempfile, "tempdir", str(sandbox.root / "tmp"))
    with pytest.raises(GitError, match="inside the repository") as raised:
        Checkouts(reader.repository(sandbox.root))
    assert raised.value.remedy == "unset TMPDIR"


def test_inherited_git_variables_are_not_seen(
    sandbox: Sandbox, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Sandbox(tmp_path / "other")
    other.commit({"other": "1\n"})
    sandbox.commit({"a": "1\n"})
    sandbox.write({"a": "2\n"})
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare=true'")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    change = reader.change(sandbox.root)
    assert reader.opened[0].root == str(sandbox.root.resolve())
    assert [file.path for file in change.files] == ["a"]


def test_no_program_of_the_configuration_runs(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    spy = f"touch {ran}; cat; exit 1 #"
    sandbox.commit({".gitattributes": "* filter=spy diff=spy\n*.txt filter=other\n", "a.py": "one\n", "b.txt": "one\n"})
    hooks = sandbox.root / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "pre-commit"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / hook).chmod(0o755)
    for key, value in {
        "filter.spy.clean": spy,
        "filter.spy.smudge": spy,
        "filter.spy.required": "true",
        "filter.other.process": spy,
        "diff.spy.textconv": spy,
        "diff.spy.command": spy,
        "diff.external": spy,
        "core.fsmonitor": spy,
        "core.pager": spy,
    }.items():
        sandbox.git("config", key, value)
    sandbox.write({"a.py": "two\n", "b.txt": "two\n"})
    change = reader.change(sandbox.root)
    assert {file.path: change.head.read(file.path) for file in change.files} == {"a.py": b"two\n", "b.txt": b"two\n"}
    assert [len(file.hunks) for file in change.files] == [1, 1]
    assert not ran.exists()


def test_a_filter_that_cannot_be_switched_off_is_refused(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("config", "filter.a=b.clean", "cat")
    with pytest.raises(GitError, match="content filter"):
        reader.change(sandbox.root)


def test_replace_refs_and_grafts_do_not_rewrite_history(sandbox: Sandbox, reader: Reader) -> None:
    first = sandbox.commit({"a": "1\n"})
    second = sandbox.commit({"a": "2\n"})
    sandbox.git("switch", "-qc", "work")
    third = sandbox.commit({"a": "3\n"})
    sandbox.git("replace", "-f", third, first)
    (sandbox.root / ".git" / "info" / "grafts").write_text(f"{third} {first}\n")
    change = reader.change(sandbox.root, head="work")
    assert change.base.commit == second
    assert change.head.read("a") == b"3\n"


def test_a_revision_cannot_be_an_option(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    repository = reader.repository(sandbox.root)
    assert repository.resolve("--output=x") is None
    assert repository.resolve("HEAD") is not None


def test_many_blobs_come_in_one_call_and_each_is_itself(sandbox: Sandbox, reader: Reader) -> None:
    contents = {f"f{n}": (b"\0" if n % 2 else b"\n") * n for n in range(50)}
    commit = sandbox.commit(contents)
    tree = Tree(reader.repository(sandbox.root), f"{commit}^{{tree}}")
    assert tree.read_many(contents) == contents


def test_a_missing_blob_names_the_command_that_fills_the_clone(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    with pytest.raises(GitError, match="is missing") as raised:
        reader.repository(sandbox.root).blobs(["1" * 40])
    assert raised.value.remedy.startswith("git fetch --refetch")


def test_an_empty_blob_is_a_blob(sandbox: Sandbox, reader: Reader) -> None:
    repository = reader.repository(sandbox.root)
    assert repository.blobs([repository.write_blob(b"")]) == {"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391": b""}


def test_what_we_store_is_gone_when_the_repository_is_closed(sandbox: Sandbox) -> None:
    sandbox.commit({"a": "1\n"})
    repository = Repository.find(str(sandbox.root))
    repository.write_blob(b"new")
    private = repository.objects
    assert any(files for _, _, files in os.walk(private))
    repository.close()
    assert not os.path.exists(private)
