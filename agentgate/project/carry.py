"""Ignored files that a project needs beside its sources: built extensions, version files, what policy names."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence

from agentgate.change import Repository, Tree
from agentgate.errors import CannotJudge
from agentgate.project.metadata import at, pyproject, strings, table
from agentgate.project.values import Package

_GENERATED = re.compile(r"^_?_?(version|version_info|version_tuple)_?_?\.py$")
_BUILT = (".so", ".pyd", ".dylib")


def carried(repository: Repository, package: Package, tree: Tree, configured: Sequence[str] = ()) -> tuple[str, ...]:
    """Paths (relative to the repository) of ignored files to copy into each checkout.

    By itself only: extensions and version files that lie beside tracked sources, compiled translations (.mo) beside
    their tracked .po, and the version file that the build backend's configuration names. Raises `CannotJudge` for a
    configured glob that leads out of the repository.
    """
    ignored = repository.git("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--full-name").out.split(
        "\0"
    )
    sources = {os.path.dirname(path) for path in tree.entries() if path.endswith(".py")}
    entries, named = tree.entries(), _named_by_backend(tree, package)
    found = []
    for path in filter(None, ignored):
        name = os.path.basename(path)
        beside = os.path.dirname(path) in sources and package.owns(path)
        translated = name.endswith(".mo") and f"{path[:-3]}.po" in entries
        wanted = (beside and is_generated(name)) or translated
        wanted = wanted or path in named or any(fnmatch.fnmatchcase(path, glob) for glob in configured)
        if wanted and path not in entries and not path.endswith("/"):  # a repository within this one is no file
            found.append(path)
    for path in found:
        _check_inside(repository, path)
    return tuple(sorted(found))


def is_generated(name: str) -> bool:
    """Whether a file name is that of a built extension or of a version file that a build backend writes."""
    return name.endswith(_BUILT) or _GENERATED.match(name) is not None


def _check_inside(repository: Repository, path: str) -> None:
    real = os.path.realpath(os.path.join(repository.root, path))
    if not real.startswith(os.path.realpath(repository.root) + os.sep):
        raise CannotJudge(
            f"{path!r} leads out of the repository and is not carried", "remove that link, or narrow carry in gate.toml"
        )


def _named_by_backend(tree: Tree, package: Package) -> set[str]:
    """Version files as setuptools_scm, hatch-vcs and pdm name them."""
    toml = pyproject(tree, package.root)
    tool = table(toml, "tool")
    values: list[str] = []
    for keys in (("setuptools_scm",), ("hatch", "build", "hooks", "vcs"), ("pdm", "version")):
        section = table(tool, *keys)
        for key in ("version_file", "write_to", "version-file"):
            values += strings(section.get(key))
    return {at(package.root, value.removeprefix("./")) for value in values}
