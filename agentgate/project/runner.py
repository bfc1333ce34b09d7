"""Which test runner a package uses, and what it tells pytest."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Sequence

from agentgate.change import Tree
from agentgate.project.metadata import Metadata, at, strings, table

PYTEST_FILES = ("test_*.py", "*_test.py")  # pytest's own default of python_files
#: Files that may hold pytest's configuration besides pyproject.toml, in pytest's order.
CONFIGURATION = ("pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg")


def option(tree: Tree, root: str, said: Metadata, name: str) -> list[str]:
    """A pytest option that is a list of words, from whichever file the package keeps it in."""
    for file in CONFIGURATION[:2]:
        if at(root, file) in tree.entries():
            return _in_ini(tree.read_text(at(root, file)), name) or []
    for section in (table(said.pyproject, "tool", "pytest"), table(said.pyproject, "tool", "pytest", "ini_options")):
        value = section.get(name)
        if value is not None:
            return strings(value) if isinstance(value, list) else " ".join(strings(value)).split()
    for file in CONFIGURATION[2:]:
        found = _in_ini(tree.read_text(at(root, file)), name)
        if found is not None:
            return found
    return []


def _in_ini(text: str | None, name: str) -> list[str] | None:
    found = re.search(rf"^{name}\s*=\s*(.*(?:\n[ \t]+.*)*)", text or "", re.MULTILINE)
    return found[1].split() if found else None


def runner(tree: Tree, root: str, said: Metadata, test_files: Sequence[str]) -> str:
    """Its name: "pytest", "unittest", or "" where there is nothing to run."""
    modules = [path for path in test_files if posixpath.basename(path) != "conftest.py"]
    if not modules:
        doctests = any(word.startswith("--doctest-") for word in option(tree, root, said, "addopts"))
        return "pytest" if doctests else ""
    if _is_configured(tree, root, said, test_files) or (_is_named(tree, root, said) and _is_collected(modules)):
        return "pytest"
    texts = [content.decode("utf-8", "replace") for content in tree.read_many(modules).values()]
    for pattern, name in (
        (r"^\s*(import|from) pytest\b", "pytest"),
        (r"^\s*(import|from) unittest\b", "unittest"),
        (r"^\s*(async )?def test", "pytest"),
    ):
        if any(re.search(pattern, text, re.MULTILINE) for text in texts):
            return name
    return ""


def _is_configured(tree: Tree, root: str, said: Metadata, test_files: Sequence[str]) -> bool:
    section = re.compile(r"^\[(tool:)?pytest\]", re.MULTILINE)
    return (
        bool(table(said.pyproject, "tool", "pytest"))
        or any(posixpath.basename(path) == "conftest.py" for path in test_files)
        or any(at(root, file) in tree.entries() for file in CONFIGURATION[:2])
        or any(section.search(tree.read_text(at(root, file)) or "") for file in CONFIGURATION[2:])
    )


def _is_named(tree: Tree, root: str, said: Metadata) -> bool:
    files = (*CONFIGURATION, "noxfile.py")
    return "pytest" in said.declared or any("pytest" in (tree.read_text(at(root, file)) or "") for file in files)


def _is_collected(modules: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(posixpath.basename(path), glob) for path in modules for glob in PYTEST_FILES)
