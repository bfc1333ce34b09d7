"""What kind of change it is: from the two trees alone, before any environment is needed. Inferred, never declared."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agentgate.change import Change, FileChange, Repository, Tree
from agentgate.evidence import ChangeKind
from agentgate.project import Package, Project
from agentgate.tools.python_effect import Effect, effect, moved_only
from agentgate.tools.python_imports import imports_only

_DOCUMENTS = (
    ".md",
    ".rst",
    ".txt",
    ".adoc",
    ".png",
    ".svg",
    ".jpg",
    ".jpeg",
    ".gif",
    ".ico",
    ".css",
    ".html",
    ".pdf",
    ".ipynb",
    ".bib",
    ".cff",
)
_DOCUMENT_NAMES = (
    "LICENSE*",
    "LICENCE*",
    "COPYING*",
    "AUTHORS*",
    "CONTRIBUTORS*",
    "NOTICE*",
    "CHANGELOG*",
    "CHANGES*",
    "README*",
    "NEWS*",
)
_DOCUMENT_DIRECTORIES = frozenset({"docs", "doc", "changelog", "changelog.d", "changes", "newsfragments", "news"})
#: Configuration that no test run reads.
_OUT_OF_REACH = re.compile(
    r"^(\.github/|\.gitlab|\.circleci/|\.devcontainer/|\.vscode/|\.idea/|\.claude/|\.cursor/|\.readthedocs|\.pre-commit|\.git(ignore|attributes|modules|-blame)"
    r"|\.editorconfig|\.codecov|codecov|\.coveragerc|\.mailmap|\.dockerignore|Dockerfile|\.azure|azure-pipelines|\.travis|appveyor|\.appveyor|tea\.yaml"
    r"|\.git_archival|\.prettier|\.markdownlint|\.zenodo|\.sourcery|CODEOWNERS|renovate|mkdocs\.ya?ml|\.flake8|\.pylintrc|ruff\.toml|\.ruff\.toml|mypy\.ini|\.gate\.toml|gate\.toml)"
)
_CONFIGURATION = (".toml", ".cfg", ".ini", ".yml", ".yaml", ".lock", ".json", ".in", ".sh", ".mk", ".env")
_CONFIGURATION_NAMES = (
    "requirements*",
    "Makefile",
    "justfile",
    "Justfile",
    "Pipfile*",
    "setup.py",
    "noxfile.py",
    "tasks.py",
    ".*",
)
OTHER_LANGUAGES = (
    ".js",
    ".ts",
    ".jsx",
    ".tsx",
    ".mjs",
    ".go",
    ".rs",
    ".c",
    ".h",
    ".cc",
    ".cpp",
    ".java",
    ".kt",
    ".rb",
    ".php",
    ".pyx",
    ".pxd",
    ".cs",
    ".swift",
)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The changed paths by role; a path stands in one role only."""

    source: tuple[FileChange, ...] = ()
    tests: tuple[FileChange, ...] = ()
    documents: tuple[FileChange, ...] = ()
    configuration: tuple[FileChange, ...] = ()  # what a test run may read
    out_of_reach: tuple[FileChange, ...] = ()
    other: tuple[FileChange, ...] = ()  # scripts, examples, data, other languages


def sort(change: Change, project: Project) -> Sorted:
    """Every changed file under its role."""
    roles: dict[str, list[FileChange]] = {}
    for file in change.files:
        roles.setdefault(_role(file.path, project), []).append(file)
    return Sorted(**{role: tuple(files) for role, files in roles.items()})


def _role(path: str, project: Project) -> str:
    """The first role whose description holds."""
    owner = project.owner(path)
    name = path.rpartition("/")[2]
    in_source = any(path.startswith(source + "/") for package in project.packages for source in package.source)
    descriptions = (
        ("tests", owner is not None and owner.is_test(path)),
        ("source", owner is not None and owner.is_source(path)),
        ("documents", not _DOCUMENT_DIRECTORIES.isdisjoint(path.split("/")[:-1]) or _matches(name, _DOCUMENT_NAMES)),
        ("out_of_reach", _OUT_OF_REACH.match(path) is not None),
        ("configuration", _matches(name, _CONFIGURATION_NAMES) or (name.endswith(_CONFIGURATION) and not in_source)),
        ("documents", name.endswith(_DOCUMENTS) and not in_source),
        ("other", True),
    )
    return next(role for role, holds in descriptions if holds)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def kind_of(change: Change, project: Project) -> ChangeKind:
    """The kind, its reason, the source paths whose behaviour may change and the test paths that were edited."""
    by_role = sort(change, project)
    effects = {file.path: _effect(change, file) for file in by_role.source}
    behaviour = tuple(path for path, found in effects.items() if found is Effect.BEHAVIOUR)
    tests = tuple(file.path for file in by_role.tests if not _is_same_code(change, file))
    if behaviour:
        return _of_behaviour(change, by_role, behaviour, tests)
    rows = _rows(by_role, max(effects.values(), default=Effect.NONE), tests)
    name, reason = next((name, reason) for holds, name, reason in rows if holds)
    return ChangeKind(name, reason, (), tests)


def _rows(by_role: Sorted, greatest: Effect, tests: tuple[str, ...]) -> list[tuple[bool, str, str]]:
    """(whether it holds, name, reason) of each kind without a change of behaviour; the first that holds is the kind."""
    foreign = [file for file in by_role.other if file.path.endswith(OTHER_LANGUAGES)]
    automated = bool(by_role.out_of_reach) and not by_role.documents
    return [
        (greatest is Effect.TYPING, "typing", "source: annotations only"),
        (greatest is Effect.DELETION, "deletion", "source: definitions are removed, nothing else changes"),
        (bool(tests), "tests", "only tests change"),
        (bool(by_role.configuration), "configuration", f"only configuration changes ({_first(by_role.configuration)})"),
        (bool(foreign), "other language", f"{_first(foreign)} is in a language whose tests are not judged yet"),
        (bool(by_role.other), "support", f"no source of the product changes ({_first(by_role.other)})"),
        (greatest is Effect.LIVE_DOCSTRINGS, "live docstrings", "only docstrings that may be run or shown change"),
        (greatest is Effect.VERSION, "version", "only version strings change"),
        (greatest is Effect.DOCSTRINGS, "docstrings", "only docstrings change"),
        (bool(by_role.source or by_role.tests), "comments", "only comments and formatting change"),
        (automated, "automation", f"only configuration that no test reads changes ({_first(by_role.out_of_reach)})"),
        (True, "documentation", "only documentation changes"),
    ]


def _first(files: Sequence[FileChange]) -> str:
    return files[0].path if files else ""


def _of_behaviour(change: Change, by_role: Sorted, behaviour: tuple[str, ...], tests: tuple[str, ...]) -> ChangeKind:
    edits = [
        (_text(change.base, f.base_path), _text(change.head, f.path if f.head_blob else "")) for f in by_role.source
    ]
    if moved_only(edits):
        return ChangeKind("move", "code moves between files unchanged", (), tests)
    if all(base is not None and head is not None and imports_only(base, head) for base, head in _changing(edits)):
        return ChangeKind("imports", "only imports are added, removed or moved", (), tests)
    return ChangeKind("source", f"the behaviour of {len(behaviour)} source file(s) may change", behaviour, tests)


def _changing(edits: Sequence[tuple[str | None, str | None]]) -> list[tuple[str | None, str | None]]:
    """Those edits that may change behaviour."""
    return [(base, head) for base, head in edits if effect(base, head) is Effect.BEHAVIOUR]


def source_of(change: Change, project: Project, package: Package) -> tuple[FileChange, ...]:
    """The part of the change that is put back to base for fail-to-pass: the package's sources and their data."""
    by_role = sort(change, project)
    data = [f for f in by_role.other if any(f.path.startswith(f"{source}/") for source in package.source)]
    return tuple(f for f in (*by_role.source, *data) if package.owns(f.path))


def selection_of(change: Change, package: Package, kind: ChangeKind) -> tuple[str, ...]:
    """The change's own tests as the runner takes them, none for all: test modules, else all that use what it edits."""
    modules = [path for path in kind.tests if package.owns(path) and package.is_test_module(path)]
    present = [path for path in modules if path in change.head.entries()]
    inside = [path if package.root == "." else path.removeprefix(package.root + "/") for path in present]
    if package.runner == "unittest":
        return tuple(path.removesuffix(".py").replace("/", ".") for path in inside)
    return tuple(inside)


def reverted_to(repository: Repository, change: Change, project: Project) -> str:
    """The ancestor whose state of sources and tests the change restores, "" for none (of the last 60 that touched)."""
    by_role = sort(change, project)
    files = [*by_role.source, *by_role.tests]
    paths = sorted({path for file in files for path in (file.path, file.base_path) if path})
    if not paths or not change.base.commit:
        return ""
    log = repository.git("log", "--format=%H", "-60", change.base.commit, "--", *paths).out.split()
    entries = change.head.entries()
    wanted = {path: entries[path].blob if path in entries else "" for path in paths}
    for commit in log[1:]:
        listed = repository.git("ls-tree", "-r", "-z", commit, "--", *paths).out
        state = dict.fromkeys(paths, "")
        for record in filter(None, listed.split("\0")):
            meta, _, path = record.partition("\t")
            state[path] = meta.split(" ")[2]
        if state == wanted:
            return commit
    return ""


def _effect(change: Change, file: FileChange) -> Effect:
    return effect(_text(change.base, file.base_path), _text(change.head, file.path if file.head_blob else ""))


def _is_same_code(change: Change, file: FileChange) -> bool:
    """Whether a test file runs the same as before: comments, formatting, docstrings, annotations aside."""
    if not file.path.endswith(".py"):
        return file.base_blob == file.head_blob
    return _effect(change, file) in (Effect.NONE, Effect.DOCSTRINGS, Effect.TYPING, Effect.VERSION)


def _text(tree: Tree, path: str) -> str | None:
    return tree.read_text(path) if path else None
