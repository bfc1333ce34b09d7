"""Finds the packages of a tree."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Sequence

from agentgate.change import Tree
from agentgate.errors import CannotJudge
from agentgate.project import layout, metadata
from agentgate.project.metadata import Metadata, at, strings, table
from agentgate.project.runner import CONFIGURATION, option, runner
from agentgate.project.values import TEST_DIRECTORIES, TEST_FILES, Package, Project, below

MARKERS = ("pyproject.toml", "setup.py", "setup.cfg")
LOCKS = (("uv.lock", "uv"), ("poetry.lock", "poetry"), ("pdm.lock", "pdm"))
_READ = (*MARKERS, *CONFIGURATION, "noxfile.py")


def read(tree: Tree, *, roots: Sequence[str] = ()) -> Project:
    """The packages of a tree; `roots` names them where a policy does, and those that the tree lacks are left out.

    Raises `CannotJudge` for a package whose pyproject.toml cannot be read.
    """
    python = [path for path in tree.entries() if path.endswith((".py", ".pyi"))]
    tree.read_many(path for path in tree.entries() if posixpath.basename(path) in _READ)  # one call of git for them all
    named = dict.fromkeys(posixpath.normpath(root) for root in roots)
    found = [root for root in named if holds(tree, root)] if roots else _roots(tree, python)
    return Project(tuple(_package(tree, root, found, python) for root in found))


def holds(tree: Tree, directory: str) -> bool:
    """Whether the tree has a directory of this name ("." is its root)."""
    directory = posixpath.normpath(directory)
    return any(path != directory and below(path, (directory,)) for path in tree.entries())


def _roots(tree: Tree, python: Sequence[str]) -> list[str]:
    if not python:
        return []
    marked = sorted({posixpath.dirname(path) or "." for path in tree.entries() if posixpath.basename(path) in MARKERS})
    members, excluded = _members(tree)
    nested = [root for root in marked if root != "." and not layout.NOT_PRODUCT.intersection(root.split("/"))]
    if members:
        nested = [root for root in nested if _matches(root, members) and not _matches(root, excluded)]
    elif "." in marked and metadata.read(tree, ".").installable:
        nested = []
    nested = [root for root in nested if _is_installable(tree, root)]
    if "." in marked or not nested or any(_is_of_the_root(path, nested) for path in python):
        return [".", *nested]
    return nested


def _is_installable(tree: Tree, root: str) -> bool:
    try:
        return metadata.read(tree, root).installable
    except CannotJudge:  # nobody says that this directory is a member: it may be the data of a test
        return False


def _is_of_the_root(path: str, nested: Sequence[str]) -> bool:
    """Whether a Python file belongs to no member and is no mere script: then the root is a package, too."""
    first, slash, _ = path.partition("/")
    if below(path, nested):
        return False
    if not slash:
        return not any(fnmatch.fnmatch(first, pattern) for pattern in layout.NOT_MODULES)
    return first in TEST_DIRECTORIES or first not in layout.NOT_PRODUCT


def _members(tree: Tree) -> tuple[list[str], list[str]]:
    """Globs of the members that a workspace names (uv, rye, hatch), and of those that it excludes."""
    tool = table(metadata.pyproject(tree, "."), "tool")
    workspaces = [table(tool, "uv", "workspace"), table(tool, "rye", "workspace"), table(tool, "hatch", "workspace")]
    workspaces += [table(environment, "workspace") for environment in table(tool, "hatch", "envs").values()]
    members, excluded = (
        [glob.rstrip("/").removeprefix("./") for workspace in workspaces for glob in strings(workspace.get(key))]
        for key in ("members", "exclude")
    )
    return members, excluded


def _matches(root: str, globs: Sequence[str]) -> bool:
    """A `*` stays within one directory, `**` does not."""
    return any(fnmatch.fnmatchcase(root, glob) for glob in globs if "**" in glob or glob.count("/") == root.count("/"))


def _package(tree: Tree, root: str, roots: Sequence[str], python: Sequence[str]) -> Package:
    said = metadata.read(tree, root)
    inner = [other for other in roots if other not in (root, ".") and below(other, (root,))]
    own = [path for path in python if below(path, (root,)) and not below(path, inner)]
    patterns = tuple(dict.fromkeys((*TEST_FILES, *option(tree, root, said, "python_files"))))
    tests = layout.tests(root, option(tree, root, said, "testpaths"), own)
    where = layout.source_roots(root, said, own)
    source = layout.source(root, said, where, own, tests, alone=not inner)
    modules = tuple(sorted({posixpath.basename(path).removesuffix(".py").removesuffix(".pyi") for path in source}))
    name = said.name or (posixpath.basename(root) if root != "." else "".join(modules[:1]) or "project")
    draft = Package(root, name, source=source, tests=tests, test_patterns=patterns)
    test_files = [path for path in own if draft.is_test(path)]
    return Package(
        root=root,
        name=name,
        source_roots=where,
        modules=modules,
        source=source,
        tests=(*tests, *(p for p in test_files if not below(p, tests) and posixpath.basename(p) != "conftest.py")),
        test_patterns=patterns,
        installable=said.installable,
        requires=said.requires,
        declared=said.declared,
        extras=said.extras,
        groups=said.groups,
        runner=runner(tree, root, said, test_files),
        lock=_lock(tree, root, said),
    )


def _lock(tree: Tree, root: str, said: Metadata) -> str:
    for base in dict.fromkeys((root, ".")):
        for file, name in LOCKS:
            if at(base, file) in tree.entries():
                return name
    if table(said.pyproject, "tool", "rye").get("managed"):
        return "rye"
    return "hatch" if table(said.pyproject, "tool", "hatch").get("envs") else ""
