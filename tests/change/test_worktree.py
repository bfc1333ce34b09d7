"""The work as it stands, and the index, as trees: what git itself would commit, and nothing is hidden."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from agentgate.change.worktree import index_tree, snapshot
from agentgate.errors import GitError
from tests.change.conftest import Reader
from tests.conftest import Sandbox


def taken(reader: Reader, root: Path) -> dict[str, tuple[str, str]]:
    """Path -> (mode, blob) of the snapshot."""
    tree = snapshot(reader.repository(root), "").tree
    return {path: (entry.mode, entry.blob) for path, entry in tree.entries().items()}


def committed_by_git(sandbox: Sandbox) -> dict[str, tuple[str, str]]:
    """What `git add --all` would commit in a copy of the sandbox."""
    copy = Sandbox.at(sandbox.root.with_name("copy"))
    shutil.copytree(sandbox.root, copy.root, symlinks=True)
    copy.git("add", "--all")
    found = {}
    for line in copy.git("ls-tree", "-r", "-z", copy.git("write-tree")).split("\0"):
        meta, _, path = line.partition("\t")
        if path:
            mode, _, blob = meta.split(" ")
            found[path] = (mode, blob)
    shutil.rmtree(copy.root)
    return found


def test_the_tree_is_what_git_add_all_would_commit(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({
        "kept": "1\n", "edited": "1\n", "gone": "1\n", "run.sh": "#!/bin/sh\n", "to-link": "1\n", "to-dir": "1\n",
        "dir/to-file": "1\n", "with space": "1\n", "new\nline": "1\n", "tab\there": "1\n", "latin-\udce9": "1\n",
        ".gitignore": "*.log\n", "tracked.py": "1\n",
    })  # fmt: skip
    os.symlink("kept", sandbox.root / "link")
    sandbox.commit()
    sandbox.write({"edited": "2\n", "gone": None, "new": "new\n", "sub/new \udcff": "\0\1", "out.log": "ignored\n"})
    (sandbox.root / "run.sh").chmod(0o755)
    sandbox.write({"to-link": None, "to-dir": None, "dir/to-file": None})
    (sandbox.root / "dir").rmdir()
    os.symlink("/etc/passwd", sandbox.root / "to-link")
    sandbox.write({"to-dir/inner": "1\n", "dir": "now a file\n"})
    (sandbox.root / "link").unlink()
    os.symlink("elsewhere", sandbox.root / "link")
    ours = taken(reader, sandbox.root)
    assert ours == committed_by_git(sandbox)
    assert {"sub/new \udcff", "new\nline", "latin-\udce9", "to-dir/inner"} < set(ours)
    assert ours["to-link"][0] == "120000"
    assert "out.log" not in ours


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_index_flags_hide_no_edit(sandbox: Sandbox, reader: Reader, flag: str) -> None:
    sandbox.commit({"a": "1\n", "b": "1\n"})
    sandbox.git("update-index", flag, "a", "b")
    sandbox.write({"a": "2\n", "b": None})
    change = reader.change(sandbox.root)
    assert [(file.path, file.status) for file in change.files] == [("a", "modified"), ("b", "deleted")]


def test_an_edit_of_the_same_size_and_times_is_seen(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("config", "core.trustctime", "false")
    sandbox.git("config", "core.checkStat", "minimal")
    before = (sandbox.root / "a").stat()
    sandbox.git("update-index", "--refresh")
    sandbox.write({"a": "2\n"})
    os.utime(sandbox.root / "a", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [file.path for file in reader.change(sandbox.root).files] == ["a"]


def test_nothing_behind_a_symbolic_link_is_taken(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"pkg/secret": "1\n", "kept": "1\n"})
    shutil.move(sandbox.root / "pkg", tmp_path / "pkg")
    os.symlink(tmp_path / "pkg", sandbox.root / "pkg")
    assert {path: mode for path, (mode, _) in taken(reader, sandbox.root).items()} == {
        "pkg": "120000",
        "kept": "100644",
    }


def test_a_pipe_in_the_place_of_a_file_is_a_deletion_and_holds_nobody(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n", "b": "1\n"})
    (sandbox.root / "a").unlink()
    os.mkfifo(sandbox.root / "a")
    assert [(f.path, f.status) for f in reader.change(sandbox.root).files] == [("a", "deleted")]


def test_environments_and_caches_are_left_out_and_named(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a.py": "1\n"})
    sandbox.write({
        "env/pyvenv.cfg": "", "env/lib/x.py": "1\n", "web/node_modules/x/index.js": "1\n", "pkg/__pycache__/a.pyc": "1",
        "a.egg-info/PKG-INFO": "1\n", ".mypy_cache/x": "1\n", "new.py": "1\n",
    })  # fmt: skip
    nested = Sandbox(sandbox.root / "vendor" / "clone")
    nested.commit({"x": "1\n"})
    change = reader.change(sandbox.root)
    assert [file.path for file in change.files] == ["new.py"]
    assert set(change.left_out) == {
        "env/", "web/node_modules/", "pkg/__pycache__/", "a.egg-info/", ".mypy_cache/", "vendor/clone/",
    }  # fmt: skip


def test_a_pyvenv_cfg_beside_tracked_files_hides_nothing(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"src/a.py": "1\n"})
    sandbox.write({"src/pyvenv.cfg": "", "src/hidden.py": "1\n"})
    change = reader.change(sandbox.root)
    assert [file.path for file in change.files] == ["src/hidden.py", "src/pyvenv.cfg"]
    assert change.left_out == ()


@pytest.mark.parametrize(
    ("attributes", "autocrlf"),
    [
        ("", "true"),
        ("", "input"),
        ("* text=auto\n", "false"),
        ("*.py text eol=crlf\n", "false"),
        ("*.py -text\n", "true"),
    ],
)
@pytest.mark.parametrize("stored", [b"a\nb\n", b"a\r\nb\r\n"])
def test_line_endings_are_normalised_as_git_does(
    sandbox: Sandbox, reader: Reader, attributes: str, autocrlf: str, stored: bytes
) -> None:
    sandbox.commit({"a.py": stored, "kept.py": stored})
    if attributes:
        sandbox.commit({".gitattributes": attributes})
    sandbox.git("config", "core.autocrlf", autocrlf)
    sandbox.write({"kept.py": b"a\r\nb\r\n", "a.py": b"a\r\nc\r\n", "new.py": b"x\r\n"})
    assert taken(reader, sandbox.root) == committed_by_git(sandbox)


def test_a_crlf_file_under_autocrlf_is_no_change(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"lf.py": "a\nb\nc\n", "crlf.py": b"a\r\nb\r\nc\r\n", "work.py": "1\n"})
    sandbox.git("config", "core.autocrlf", "true")
    sandbox.write({"lf.py": b"a\r\nX\r\nc\r\n", "crlf.py": b"a\r\nb\r\nc\r\n", "work.py": b"1\r\n"})
    (file,) = reader.change(sandbox.root).files
    assert (file.path, [(h.head_start, h.head_count) for h in file.hunks]) == ("lf.py", [(2, 1)])


def test_attributes_of_the_user_count_as_in_git(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"a.py": "a\nb\n", "b.py": "1\n"})
    (tmp_path / "attributes").write_text("* text=auto\n")
    sandbox.git("config", "core.attributesFile", str(tmp_path / "attributes"))
    sandbox.write({"a.py": b"a\r\nb\r\n", "b.py": "2\n"})
    assert [file.path for file in reader.change(sandbox.root).files] == ["b.py"]


def test_where_modes_do_not_count_the_committed_ones_stay(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.write({"run.sh": "#!/bin/sh\n", "a": "1\n"})
    (sandbox.root / "run.sh").chmod(0o755)
    sandbox.commit()
    sandbox.git("config", "core.fileMode", "false")
    (sandbox.root / "run.sh").chmod(0o644)
    sandbox.write({"run.sh": "#!/bin/sh\nexit\n"})
    (file,) = reader.change(sandbox.root).files
    assert (file.path, file.head_mode) == ("run.sh", "100755")


def test_a_conflict_is_to_be_resolved_first(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("switch", "-qc", "other")
    sandbox.commit({"a": "2\n"})
    sandbox.git("switch", "-q", "main")
    sandbox.commit({"a": "3\n"})
    sandbox.git("merge", "-q", "other", check=False)
    for staged in (False, True):
        with pytest.raises(GitError, match="'a' is in conflict") as raised:
            reader.change(sandbox.root, staged=staged)
        assert "git status" in raised.value.remedy


def test_intent_to_add_is_work_but_not_staged(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.write({"new": "1\n", "a": "2\n"})
    sandbox.git("add", "--intent-to-add", "new")
    sandbox.git("add", "a")
    assert {f.path for f in reader.change(sandbox.root).files} == {"a", "new"}
    assert {f.path for f in reader.change(sandbox.root, staged=True).files} == {"a"}


def test_the_index_is_judged_without_what_is_not_staged(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n", "b": "1\n"})
    sandbox.write({"a": "2\n"})
    sandbox.git("add", "a")
    sandbox.write({"a": "3\n", "b": "2\n", "c": "1\n"})
    change = reader.change(sandbox.root, staged=True)
    assert (change.head_name, {f.path: change.head.read(f.path) for f in change.files}) == ("index", {"a": b"2\n"})
    assert index_tree(reader.opened[0], "").id == sandbox.git("write-tree")


def test_an_unreadable_file_is_named(unprivileged: Path, reader: Reader) -> None:
    sandbox = Sandbox(unprivileged / "repo")
    sandbox.commit({"a": "1\n", "secret.txt": "1\n"})
    sandbox.write({"secret.txt": "2\n"})
    (sandbox.root / "secret.txt").chmod(0)
    with pytest.raises(GitError, match=r"secret\.txt.*Permission denied") as raised:
        reader.change(sandbox.root)
    assert "ignore that file" in raised.value.remedy


def test_a_sparse_clone_is_not_a_deletion_of_what_it_leaves_out(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"in/a": "1\n", "out/b": "1\n", "c": "1\n"})
    sandbox.git("sparse-checkout", "set", "in")
    assert not (sandbox.root / "out").exists()
    sandbox.write({"in/a": "2\n", "out/b": "edited all the same\n"})
    assert [f.path for f in reader.change(sandbox.root).files] == ["in/a", "out/b"]
    shutil.rmtree(sandbox.root / "out")
    assert [f.path for f in reader.change(sandbox.root).files] == ["in/a"]


def test_a_submodule_bump_and_its_removal_are_changes(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    library = Sandbox(tmp_path / "library")
    library.commit({"x": "1\n"})
    sandbox.commit({"a": "1\n"})
    sandbox.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "lib")
    sandbox.commit()
    inside = Sandbox.at(sandbox.root / "lib")
    assert "lib" in taken(reader, sandbox.root)
    new = inside.commit({"x": "2\n"})
    (bump,) = reader.change(sandbox.root).files
    assert (bump.path, bump.head_blob, bump.head_mode, bump.is_regular) == ("lib", new, "160000", False)
    shutil.rmtree(inside.root)
    sandbox.write({"lib": "a file now\n"})
    (replaced,) = reader.change(sandbox.root).files
    assert (replaced.path, replaced.head_mode) == ("lib", "100644")


def test_a_sha256_repository_is_read(tmp_path: Path, reader: Reader) -> None:
    sandbox = Sandbox.at(tmp_path / "sha256")
    sandbox.root.mkdir()
    sandbox.git("init", "-q", "-b", "main", "--object-format=sha256")
    sandbox.commit({"a": "1\n"})
    sandbox.write({"a": "2\n"})
    change = reader.change(sandbox.root)
    assert len(change.head.id) == 64
    assert change.head.replaced({"b": b"x"}).read("b") == b"x"
    assert change.head.replaced({"a": None}).entries() == {}
