"""Disposable checkouts: what a program left behind is noticed, put back, and never followed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from agentgate.change import Checkout, Checkouts, Tree
from agentgate.errors import CannotJudge
from tests.change.conftest import Reader
from tests.conftest import Sandbox

FILES: dict[str, str | bytes | None] = {"a.py": "1\n", "pkg/b.py": "2\n", "pkg/deep/c.py": "3\n", "data.bin": b"\0\1"}


@pytest.fixture
def checkout(sandbox: Sandbox, checkouts: Checkouts, reader: Reader) -> Checkout:
    """A checkout of FILES, an executable and a link."""
    sandbox.write({**FILES, "run.sh": "#!/bin/sh\n"})
    (sandbox.root / "run.sh").chmod(0o755)
    os.symlink("a.py", sandbox.root / "link")
    return checkouts.get(head_of(sandbox, reader), "tests")


def head_of(sandbox: Sandbox, reader: Reader) -> Tree:
    """What lies in the sandbox, committed, as a tree."""
    commit = sandbox.commit()
    repository = reader.repository(sandbox.root)
    return Tree(repository, sandbox.git("rev-parse", "HEAD^{tree}"), commit)


@pytest.fixture
def users_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory whose git configuration counts."""
    home = tmp_path / "home"
    (home / ".config" / "git").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


def content(checkout: Checkout) -> dict[str, bytes]:
    """Every file of the checkout."""
    root = Path(checkout.path)
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if ".git" not in path.parts and path.is_file() and not path.is_symlink()
    }


ALL = {"a.py": b"1\n", "pkg/b.py": b"2\n", "pkg/deep/c.py": b"3\n", "data.bin": b"\0\1", "run.sh": b"#!/bin/sh\n"}


def test_it_holds_exactly_the_tree(checkout: Checkout) -> None:
    assert content(checkout) == ALL
    assert os.access(Path(checkout.path, "run.sh"), os.X_OK)
    assert os.readlink(Path(checkout.path, "link")) == "a.py"
    assert checkout.verify() == ()


def test_what_was_rewritten_is_put_back_and_told(checkout: Checkout) -> None:
    root = Path(checkout.path)
    (root / "a.py").write_text("evil\n")
    (root / "pkg" / "b.py").unlink()
    (root / "run.sh").chmod(0o644)
    (root / "link").unlink()
    (root / "link").symlink_to("/etc/passwd")
    (root / "data.bin").touch()
    assert set(checkout.verify()) == {"a.py", "pkg/b.py", "run.sh", "link"}
    assert content(checkout) == ALL
    assert (os.readlink(root / "link"), os.access(root / "run.sh", os.X_OK)) == ("a.py", True)
    assert checkout.verify() == ()


def test_a_rewrite_of_the_same_size_with_its_times_set_back_is_noticed(checkout: Checkout) -> None:
    path = Path(checkout.path, "a.py")
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"9\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_ino == before.st_ino
    assert checkout.verify() == ("a.py",)
    assert path.read_bytes() == b"1\n"


def test_a_file_that_became_a_directory_is_a_file_again(checkout: Checkout) -> None:
    path = Path(checkout.path, "a.py")
    path.unlink()
    (path / "full" / "of").mkdir(parents=True)
    (path / "full" / "x").write_text("x")
    assert checkout.verify() == ("a.py",)
    assert path.read_bytes() == b"1\n"


def test_a_directory_that_became_a_link_is_never_written_through(checkout: Checkout, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.py").write_text("mine\n")
    shutil.rmtree(Path(checkout.path, "pkg"))
    Path(checkout.path, "pkg").symlink_to(outside)
    assert set(checkout.verify()) == {"pkg/b.py", "pkg/deep/c.py"}
    assert (outside / "b.py").read_text() == "mine\n"
    assert content(checkout) == ALL


def test_a_directory_moved_away_and_linked_back_is_noticed(checkout: Checkout, tmp_path: Path) -> None:
    shutil.move(Path(checkout.path, "pkg"), tmp_path / "pkg")
    Path(checkout.path, "pkg").symlink_to(tmp_path / "pkg")
    checkout.verify()
    assert not Path(checkout.path, "pkg").is_symlink()
    assert content(checkout) == ALL


def test_a_pipe_in_the_place_of_a_file_holds_nobody(checkout: Checkout) -> None:
    path = Path(checkout.path, "a.py")
    path.unlink()
    os.mkfifo(path)
    assert checkout.verify() == ("a.py",)


def test_a_checkout_that_was_exchanged_for_something_else_cannot_be_judged(
    checkout: Checkout, sandbox: Sandbox
) -> None:
    shutil.rmtree(checkout.path)
    Path(checkout.path).symlink_to(sandbox.root)
    sandbox.write({"a.py": "the user's own edit\n"})
    with pytest.raises(CannotJudge, match="something else in the place"):
        checkout.verify()
    assert (sandbox.root / "a.py").read_text() == "the user's own edit\n"


def test_nothing_that_a_program_configured_in_the_checkout_runs(checkout: Checkout, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    root = Path(checkout.path)
    with (root / ".git" / "config").open("a") as file:
        file.write(f'[core]\n\tfsmonitor = "touch {ran}"\n[filter "x"]\n\tsmudge = "touch {ran}; cat"\n')
    (root / ".gitattributes").write_text("* filter=x text eol=crlf\n")
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "attributes").write_text("* filter=x\n")
    (root / ".git" / "index").write_bytes(b"")
    (root / "a.py").write_text("evil\n")
    assert checkout.verify() == ("a.py",)
    assert (root / "a.py").read_bytes() == b"1\n"
    assert not ran.exists()


def test_directories_and_files_made_unwritable_are_opened_again(unprivileged: Path, reader: Reader) -> None:
    sandbox = Sandbox(unprivileged / "repo")
    sandbox.write(FILES)
    tree = head_of(sandbox, reader)
    with Checkouts(tree.repository) as checkouts:
        checkout = checkouts.get(tree, "tests")
        root = Path(checkout.path)
        (root / "a.py").chmod(0)
        (root / "pkg" / "b.py").write_text("evil\n")
        (root / "pkg" / "deep").chmod(0)
        (root / "pkg").chmod(0o500)
        assert set(checkout.verify()) == {"a.py", "pkg/b.py"}
        assert (root / "pkg" / "deep" / "c.py").read_bytes() == b"3\n"
        (root / "left" / "behind").mkdir(parents=True)
        (root / "left" / "behind" / "x").write_text("x")
        (root / "left" / "behind").chmod(0)
        (root / "left").chmod(0o500)
    assert not os.path.exists(checkouts.root)


@pytest.mark.parametrize(
    ("attributes", "lines"), [("* text eol=crlf\n", b"1\r\n2\r\n"), ("* text=auto\n", b"1\n2\n"), ("", b"1\n2\n")]
)
def test_line_endings_follow_the_trees_attributes_not_the_users(
    sandbox: Sandbox, checkouts: Checkouts, reader: Reader, attributes: str, lines: bytes, users_home: Path
) -> None:
    sandbox.write({".gitattributes": attributes, "a": b"1\n2\n"})
    sandbox.git("config", "core.autocrlf", "true")
    (users_home / ".gitconfig").write_text("[core]\n\tautocrlf = true\n\teol = crlf\n")
    (users_home / ".config" / "git" / "attributes").write_text("* text eol=crlf\n")
    checkout = checkouts.get(head_of(sandbox, reader), "tests")
    path = Path(checkout.path, "a")
    assert path.read_bytes() == lines
    path.write_bytes(b"x")
    assert checkout.verify() == ("a",)
    assert path.read_bytes() == lines


def test_names_of_every_kind_are_written_and_put_back(sandbox: Sandbox, checkouts: Checkouts, reader: Reader) -> None:
    names = ["a b", "new\nline", "caf\udce9", "deep/-rf", ":(top)x"]
    sandbox.write(dict.fromkeys(names, "1\n"))
    checkout = checkouts.get(head_of(sandbox, reader), "tests")
    for name in names:
        path = os.path.join(checkout.path, name)
        os.unlink(path)
    assert set(checkout.verify()) == set(names)


def test_a_submodule_is_an_empty_directory_and_no_obstacle(
    sandbox: Sandbox, checkouts: Checkouts, reader: Reader, tmp_path: Path
) -> None:
    library = Sandbox(tmp_path / "library")
    library.commit({"x": "1\n"})
    sandbox.commit({"a": "1\n"})
    sandbox.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root), "lib")
    checkout = checkouts.get(head_of(sandbox, reader), "tests")
    assert os.listdir(Path(checkout.path, "lib")) == []
    Path(checkout.path, "lib", "built").write_text("x")
    assert checkout.verify() == ()


def test_it_is_a_repository_with_history_tags_and_a_clean_index(
    sandbox: Sandbox, checkouts: Checkouts, reader: Reader
) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("tag", "-a", "v1", "-m", "v1")
    sandbox.commit({"a": "2\n"})
    sandbox.write({"a": "3\n"})
    change = reader.change(sandbox.root, base="HEAD~1")
    for tree, described in ((change.head, "v1-2-g"), (change.base, "v1")):
        inside = Sandbox.at(Path(checkouts.get(tree, "tests").path))
        assert inside.git("diff-files", "--name-only") == ""  # plumbing that refreshes nothing, as build backends use
        assert inside.git("describe", "--tags").startswith(described)
        assert inside.git("status", "--porcelain") == ""
        assert inside.git("remote") == ""


def test_what_is_committed_in_it_does_not_reach_the_users_objects(
    sandbox: Sandbox, checkouts: Checkouts, reader: Reader
) -> None:
    sandbox.write({"a": "1\n"})
    inside = Sandbox.at(Path(checkouts.get(head_of(sandbox, reader), "tests").path))
    new = inside.commit({"b": "new\n"})
    inside.git("gc", "-q", "--prune=now")
    assert sandbox.git("cat-file", "-t", new, check=False) == ""


def test_a_sha256_repository_is_checked_out(tmp_path: Path, reader: Reader) -> None:
    sandbox = Sandbox.at(tmp_path / "sha256")
    sandbox.root.mkdir()
    sandbox.git("init", "-q", "-b", "main", "--object-format=sha256")
    sandbox.write(FILES)
    tree = head_of(sandbox, reader)
    with Checkouts(tree.repository) as checkouts:
        checkout = checkouts.get(tree, "tests")
        Path(checkout.path, "a.py").write_text("evil\n")
        assert checkout.verify() == ("a.py",)
        inside = Sandbox.at(Path(checkout.path))
        assert inside.git("status", "--porcelain") == ""


def test_a_clone_that_borrows_its_objects_is_checked_out_whatever_its_path(
    sandbox: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    sandbox.commit({"a": "1\n"})
    odd = tmp_path / 'a: "#odd" caf\udce9'
    sandbox.git("clone", "-q", "--shared", ".", str(tmp_path / "one"))
    sandbox.git("clone", "-q", "--shared", str(tmp_path / "one"), str(odd))
    (odd / "a").write_text("2\n")
    change = reader.change(odd)
    with Checkouts(change.head.repository) as checkouts:
        checkout = checkouts.get(change.head, "tests")
        assert Path(checkout.path, "a").read_bytes() == b"2\n"
        inside = Sandbox.at(Path(checkout.path))
        assert inside.git("show", "HEAD~1:a") == "1"


def test_a_linked_worktree_is_checked_out(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    (tmp_path / "linked" / "a").write_text("2\n")
    change = reader.change(tmp_path / "linked")
    with Checkouts(change.head.repository) as checkouts:
        assert Path(checkouts.get(change.head, "tests").path, "a").read_bytes() == b"2\n"


def test_a_shallow_clones_checkout_knows_where_history_ends(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    sandbox.commit({"a": "1\n"})
    sandbox.commit({"a": "2\n"})
    sandbox.git("clone", "-q", "--depth=1", f"file://{sandbox.root}", str(tmp_path / "shallow"))
    (tmp_path / "shallow" / "a").write_text("3\n")
    change = reader.change(tmp_path / "shallow")
    with Checkouts(change.head.repository) as checkouts:
        inside = Sandbox.at(Path(checkouts.get(change.head, "tests").path))
        assert len(inside.git("log", "--format=%H").splitlines()) == 2


def test_another_trees_files_are_put_in_and_out_again(checkout: Checkout) -> None:
    other = checkout.tree.replaced({"a.py": b"other\n", "pkg/deep/c.py": None, "old/d.py": b"4\n"})
    before = content(checkout)
    checkout.put(other, ["a.py", "pkg/deep/c.py", "old/d.py"])
    assert Path(checkout.path, "a.py").read_text() == "other\n"
    assert Path(checkout.path, "old/d.py").read_text() == "4\n"
    assert not Path(checkout.path, "pkg/deep").exists()  # it would be importable as a namespace package
    checkout.verify()
    assert content(checkout) == before


@pytest.mark.parametrize("directory", ["pkg", "pkg/deep", "old"])
def test_nothing_outside_is_reached_through_a_link_when_another_tree_is_put_in(
    checkout: Checkout, tmp_path: Path, directory: str
) -> None:
    outside = tmp_path / "outside"
    names = ["pkg/b.py", "pkg/deep/c.py", "old/d.py"]
    for name in ("b.py", "c.py", "d.py", "deep/c.py"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text("the user's\n")
    place = Path(checkout.path, directory)
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(outside)
    other = checkout.tree.replaced({"pkg/b.py": None, "pkg/deep/c.py": b"other\n", "old/d.py": b"4\n"})
    checkout.put(other, names)
    place = Path(checkout.path, directory)
    if not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(outside)
    checkout.verify()
    assert {path.read_text() for path in outside.rglob("*.py")} == {"the user's\n"}
    assert len(list(outside.rglob("*.py"))) == 4
