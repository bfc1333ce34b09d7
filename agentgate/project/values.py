"""What the repository is, as plain frozen values. Every path is relative to the repository's root."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass

TEST_DIRECTORIES = frozenset({"tests", "test"})
TEST_FILES = ("test_*.py", "*_test.py", "conftest.py", "tests.py", "test.py")


def below(path: str, roots: Iterable[str]) -> bool:
    """Whether `path` is one of `roots` or lies below one."""
    return any(root in (".", path) or path.startswith(root + "/") for root in roots)


@dataclass(frozen=True, slots=True)
class Package:
    """One installable or at least testable unit: the whole repository, or a member of a monorepo."""

    root: str  # "." or "libs/a"
    name: str  # the distribution's, else the directory's
    language: str = "python"
    source_roots: tuple[str, ...] = (".",)
    modules: tuple[str, ...] = ()  # top-level import names, tests excluded
    source: tuple[str, ...] = ()  # the files and directories of these modules
    tests: tuple[str, ...] = ()  # directories and files that hold tests
    test_patterns: tuple[str, ...] = TEST_FILES  # of file names
    installable: bool = False
    requires: tuple[str, ...] = ()  # required distributions, normalised names; conditional ones left out
    declared: tuple[str, ...] = ()  # every distribution named anywhere: extras, groups, conditional ones too
    extras: tuple[str, ...] = ()  # optional dependencies that tests need, by the usual names
    groups: tuple[str, ...] = ()  # dependency groups likewise
    runner: str = ""  # "pytest", "unittest", "" where there are no tests
    lock: str = ""  # "uv", "poetry", "pdm", "rye", "hatch" or ""

    def owns(self, path: str) -> bool:
        """Whether `path` lies below the package's root."""
        return below(path, (self.root,))

    def is_test(self, path: str) -> bool:
        """Whether the runner would look for tests in `path`, or it lies among the tests (helpers, data).

        Within the product's own directories only the usual names count: a `python_files = "*.py"` makes no test of it.
        """
        *directories, name = path.split("/")
        if below(path, self.tests):
            return True
        if TEST_DIRECTORIES.intersection(directories) and not below(path, self.source):
            return True
        patterns = TEST_FILES if below(path, self.source) else self.test_patterns
        return name.endswith(".py") and any(fnmatch.fnmatch(name, pattern) for pattern in patterns)

    def is_test_module(self, path: str) -> bool:
        """Whether the runner collects tests from `path` itself."""
        name = path.rpartition("/")[2]
        collected = any(fnmatch.fnmatch(name, pattern) for pattern in self.test_patterns)
        return self.is_test(path) and collected and name != "conftest.py"

    def is_source(self, path: str) -> bool:
        """Whether `path` is a Python file of the product."""
        return below(path, self.source) and path.endswith((".py", ".pyi")) and not self.is_test(path)


@dataclass(frozen=True, slots=True)
class Project:
    """All packages of a tree, the innermost owner of a path last."""

    packages: tuple[Package, ...]

    def owner(self, path: str) -> Package | None:
        """The innermost package that holds `path`."""
        owners = [package for package in self.packages if package.owns(path)]
        return max(owners, key=lambda package: len(package.root), default=None)
