"""Trees: read in batches, compared by id, and made anew with some paths replaced."""

from __future__ import annotations

import os

import pytest

from agentgate.change import Entry, Tree
from agentgate.change.tree import ancestors, blob_id
from tests.change.conftest import Reader
from tests.conftest import Sandbox


@pytest.fixture
def tree(sandbox: Sandbox, reader: Reader) -> Tree:
    """Three files, one executable, and a link."""
    sandbox.write({"a": "1\n", "dir/b": "2\n", "run.sh": "#!/bin/sh\n"})
    (sandbox.root / "run.sh").chmod(0o755)
    os.symlink("a", sandbox.root / "link")
    commit = sandbox.commit()
    return Tree(reader.repository(sandbox.root), sandbox.git("rev-parse", "HEAD^{tree}"), commit)


def test_only_regular_files_are_read(tree: Tree) -> None:
    assert tree.read_many(["a", "dir/b", "dir", "link", "absent"]) == {"a": b"1\n", "dir/b": b"2\n"}
    assert (tree.read("absent"), tree.read("link"), tree.read_text("a")) == (None, None, "1\n")
    assert tree.entries()["link"].mode == "120000"


def test_undecodable_text_survives(tree: Tree) -> None:
    text = tree.replaced({"a": b"\xff\n"}).read_text("a")
    assert text is not None
    assert text.encode("utf-8", "surrogateescape") == b"\xff\n"


def test_paths_are_set_removed_and_kept(tree: Tree) -> None:
    other = tree.replaced({"a": b"new\n", "dir/b": None, "run.sh": b"exit\n", "dir/c/d": b"", "absent": None})
    assert sorted(other.entries()) == ["a", "dir/c/d", "link", "run.sh"]
    assert other.read("a") == b"new\n"
    assert other.entries()["run.sh"].mode == "100755"
    assert (other.commit, other.parent) == ("", tree.commit)
    assert tree.read("a") == b"1\n"


def test_an_entry_of_another_tree_is_taken_as_it_is(tree: Tree) -> None:
    entry = tree.entries()["run.sh"]
    assert tree.replaced({"a": entry}).entries()["a"] == entry


def test_a_file_can_take_the_place_of_a_directory(tree: Tree) -> None:
    assert sorted(tree.replaced({"dir": b"file\n"}).entries()) == ["a", "dir", "link", "run.sh"]


def test_nothing_replaced_is_the_same_tree(tree: Tree) -> None:
    assert tree.replaced({"a": b"1\n", "absent": None, "dir/b": tree.entries()["dir/b"]}) is tree
    assert tree.replaced({"a": b"2\n"}).replaced({"a": b"1\n"}) == tree
    assert len({tree, tree.replaced({"a": b"2\n"}), Tree(tree.repository, tree.id)}) == 2


def test_ancestors_come_from_the_outside_in() -> None:
    assert ancestors("a/b/c") == ["a", "a/b"]
    assert ancestors("a") == []


def test_a_blobs_id_is_gits(sandbox: Sandbox) -> None:
    sandbox.commit({"a": "text\n"})
    assert blob_id(b"text\n", 40) == sandbox.git("rev-parse", "HEAD:a")
    assert len(blob_id(b"text\n", 64)) == 64


def test_an_entry_knows_whether_it_is_a_file() -> None:
    assert [Entry(mode, "").is_file for mode in ("100644", "100755", "120000", "160000")] == [True, True, False, False]
