"""Writes files of a tree to disk, with a git directory in which nothing is configured."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from agentgate.change import lfs
from agentgate.change.git import quoted
from agentgate.change.tree import Tree, nul_joined

#: Neither filters nor hooks nor attributes of anybody but the tree itself.
_CONFIG = """[core]
\trepositoryFormatVersion = {version}
\tbare = false
\tlogAllRefUpdates = false
\tattributesFile = /dev/null
{extension}"""
_ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}


def write(tree: Tree, into: str, paths: Collection[str] | None = None, *, index: str = "") -> None:
    """Write the tree's files (or only `paths`) into the empty directory `into`; `index`: where git's index is to go.

    LFS pointers become their content. What a program left in another checkout has no part in it. Raises `GitError` for
    objects that are missing.
    """
    repository = tree.repository
    with tempfile.TemporaryDirectory(dir=os.path.dirname(into), prefix="git-") as git_dir:
        lay_out(git_dir, len(tree.id))
        env = {
            **_ENVIRONMENT,
            "GIT_DIR": git_dir,
            "GIT_WORK_TREE": into,
            "GIT_INDEX_FILE": os.path.join(git_dir, "index"),
        }
        repository.git("read-tree", tree.id, env=env, cwd=into)
        if paths is None:
            repository.git("checkout-index", "--all", "-u", "--quiet", env=env, cwd=into)
        else:
            repository.git("checkout-index", "-z", "--stdin", "--quiet", stdin=nul_joined(paths), env=env, cwd=into)
        _write_large(tree, into, tree.entries() if paths is None else paths, env)
        if index:
            shutil.copyfile(env["GIT_INDEX_FILE"], index)


def _write_large(tree: Tree, into: str, paths: Collection[str], env: dict[str, str]) -> None:
    names = [path for path in tree.entries() if path.rpartition("/")[2] == ".gitattributes"]
    files = [path for path in paths if tree.entries()[path].is_file]
    tracked = lfs.tracked(tree.repository, files, tree.read_many(names).values(), env)
    for path, content in tree.read_many(tracked).items():
        stored = lfs.stored(tree.repository, path, content)
        if stored:
            shutil.copyfile(stored, os.path.join(into, path))


def lay_out(git_dir: str, id_length: int) -> None:
    """The least that git takes for a git directory, for ids of 40 or 64 digits."""
    for name in ("objects/info", "refs/heads", "refs/tags"):
        Path(git_dir, name).mkdir(parents=True)
    sha256 = id_length == 64
    extension = "[extensions]\n\tobjectFormat = sha256\n" if sha256 else ""
    Path(git_dir, "config").write_text(_CONFIG.format(version=int(sha256), extension=extension), encoding="utf-8")
    Path(git_dir, "HEAD").write_text("ref: refs/heads/agentgate\n", encoding="utf-8")


def furnish(git_dir: str, tree: Tree) -> None:
    """Make a laid-out git directory the tree's own repository: HEAD at its commit, history and tags, no remotes.

    A tree without a commit gets one on top of its parent, so that what asks for versions finds tags.
    """
    repository = tree.repository
    alternates = "".join(f"{quoted(path)}\n" for path in (repository.objects, repository.user_objects))
    _put(git_dir, "objects/info/alternates", alternates)
    on_top = ("-p", tree.parent) if tree.parent else ()
    head = tree.commit or repository.git("commit-tree", tree.id, *on_top, "-m", "agentgate").out.strip()
    _put(git_dir, "HEAD", f"{head}\n")
    tags = repository.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/tags").out
    if tags:
        _put(git_dir, "packed-refs", f"# pack-refs with: sorted \n{tags}")
    shallow = os.path.join(repository.common_dir, "shallow")
    if os.path.exists(shallow):
        shutil.copyfile(shallow, os.path.join(git_dir, "shallow"))


def _put(git_dir: str, name: str, text: str) -> None:
    Path(git_dir, name).write_text(text, encoding="utf-8", errors="surrogateescape")
