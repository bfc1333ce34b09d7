"""Where a package keeps its sources and its tests: src or flat, packages, namespaces, or loose scripts."""

from __future__ import annotations

import fnmatch
import functools
import posixpath
from collections.abc import Callable, Iterable, Sequence

from agentgate.project.metadata import Metadata, at, normalised
from agentgate.project.values import TEST_DIRECTORIES, TEST_FILES, below

#: Scripts that a repository keeps beside its product; the product itself where there is nothing else.
_SCRIPTS = frozenset({"scripts", "script", "tools", "bin"})
#: Directories whose own projects are examples or data, not members; and that hold none of the product's modules.
NOT_PRODUCT = frozenset({
    "docs", "doc", "examples", "example", "fixtures", "testdata", "data", "templates", "vendor", "vendored",
    "benchmarks", "benchmark", "bench", "ci", "misc", "downstream", "typing_tests", "build", "dist", "samples", "demo",
    "demos", "notebooks", "changelog", "changelog.d", "requirements", "node_modules", "testing",
    "third_party",
}) | TEST_DIRECTORIES | _SCRIPTS  # fmt: skip
NOT_MODULES = (
    "setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "dodo.py", "versioneer.py", "manage.py",
    *TEST_FILES,
)  # fmt: skip


#: Whether a top-level directory, given one path below it, is wanted.
_Wanted = Callable[[str, str], bool]


_HELD = ("test_*.py", "*_test.py", "tests.py")


def source_roots(root: str, said: Metadata, own: Sequence[str]) -> tuple[str, ...]:
    """The directories that an import starts from: those that the package names and has, else src, else its root."""
    named = [posixpath.normpath(at(root, name)) for name in said.where]
    existing = [path for path in dict.fromkeys(named) if path == root or any(below(p, (path,)) for p in own)]
    if existing:
        return tuple(existing)
    usual = at(root, "src")
    return (usual,) if any(below(p, (usual,)) for p in own) else (root,)


def tests(root: str, configured: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
    """Directories that hold tests: the usual ones, and of the configured ones (testpaths) those that look like it.

    A `testpaths` that names the product's own directory (for its doctests) makes no tests of the product.
    """
    named = [posixpath.normpath(at(root, path)) for path in configured]
    usual = [at(root, name) for name in sorted(TEST_DIRECTORIES)]
    found = []
    for path in dict.fromkeys((*named, *usual)):
        files = [p for p in own if below(p, (path,)) and posixpath.basename(p) != "__init__.py"]
        named_so = [p for p in files if path in usual or _is_named_test(p, path)]
        if path not in (".", root) and files and 2 * len(named_so) >= len(files):
            found.append(path)
    return (*found, *(path for path in _inner(root, own) if not below(path, found)))


def _inner(root: str, own: Sequence[str]) -> list[str]:
    """Directories called tests or test, below the root, in which there is a test: a name alone makes none."""
    found: dict[str, None] = {}
    for path in own:
        if any(fnmatch.fnmatch(posixpath.basename(path), pattern) for pattern in _HELD):
            parts = path.split("/")[:-1]
            inner = [depth for depth, name in enumerate(parts) if name in TEST_DIRECTORIES]
            if inner and "/".join(parts[: inner[0] + 1]) != root:
                found["/".join(parts[: inner[0] + 1])] = None
    return list(found)


def _is_named_test(path: str, directory: str) -> bool:
    *parts, name = path.split("/")
    among = TEST_DIRECTORIES.intersection(parts[directory.count("/") :])
    return bool(among) or any(fnmatch.fnmatch(name, pattern) for pattern in TEST_FILES)


def source(
    root: str, said: Metadata, roots: Sequence[str], own: Sequence[str], held: Sequence[str], *, alone: bool
) -> tuple[str, ...]:
    """Files and directories of the product's modules. `held`: the tests' directories; `alone`: no member lies within.

    In a flat layout a directory is the product's if it is a package or the distribution's namespace; where nothing is
    installable (an application, a folder of scripts), any directory with Python in it that has no other usual role.
    """
    found: set[str] = set()
    for base in roots:
        loose = base != root or (not said.installable and alone)
        found.update(_modules(base, own, held, functools.partial(_is_product, said, loose)))
    if not found and alone:
        found.update(_modules(root, own, held, lambda first, _: first in _SCRIPTS or first not in NOT_PRODUCT))
    return tuple(sorted(found))


def _modules(base: str, own: Iterable[str], held: Sequence[str], wanted: _Wanted) -> Iterable[str]:
    prefix = "" if base == "." else base + "/"
    for path in own:
        if not path.startswith(prefix):
            continue
        first, slash, rest = path.removeprefix(prefix).partition("/")
        if slash:
            if first.isidentifier() and prefix + first not in held and wanted(first, rest):
                yield prefix + first
        elif not any(fnmatch.fnmatch(first, pattern) for pattern in NOT_MODULES):
            yield path


def _is_product(said: Metadata, loose: bool, first: str, rest: str) -> bool:
    own_name, name = normalised(said.name), normalised(first)
    if first in NOT_PRODUCT and name != own_name:
        return False
    return loose or rest in ("__init__.py", "__init__.pyi") or own_name.startswith(name + "-")
