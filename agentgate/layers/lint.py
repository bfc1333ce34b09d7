"""The layer `lint`: is it clean? ruff's findings, formatting and hooks, of which only what the change brings counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from agentgate.change import Change, Checkouts, FileStatus, Repository, Tree
from agentgate.layers import Case, Layer
from agentgate.layers.answers import finding, judged, remembered, side_by_side
from agentgate.layers.judged_trees import Pair, pairs
from agentgate.layers.net_new import Texts, net_new
from agentgate.project import Environment, Project, environments
from agentgate.tools import judges, pre_commit
from agentgate.tools.ports import Diagnostic, ToolAnswer
from agentgate.tools.ruff import Ruff
from agentgate.tools.ruff_configuration import RuffConfiguration, agreed, claims_formatting
from agentgate.verdict import Finding, LayerResult, Location, Severity, State, state_of

READ = (".py", ".pyi", ".ipynb")
DIFF_LINES = 40
DIFF_LIMIT = 8_000  # characters kept of one file's diff

Answer = TypeVar("Answer")


class _Known:
    """The rules that the target's project has agreed to, by its configuration and by the version it pins."""

    def __init__(self, ruff: Ruff, chosen: tuple[str, ...] | None) -> None:
        self._chosen = None if ruff.judge.is_pinned else chosen
        self._younger = ruff.younger()

    def __contains__(self, code: str) -> bool:
        return agreed(code, self._chosen) and code not in self._younger


class Lint(Layer):
    """`[lint]` of gate.toml."""

    name: ClassVar[str] = "lint"

    format: Literal["auto", "always", "never"] = Field(
        default="auto", description="Judge formatting: auto where the target formats with ruff."
    )
    pre_commit: bool = Field(
        default=False, description="Also run the target's pre-commit hooks over the changed files."
    )

    def judge(self, case: Case, earlier: Mapping[str, LayerResult]) -> LayerResult:
        """New findings of ruff (and of pre-commit's hooks where wanted)."""
        del earlier
        configuration = RuffConfiguration(case.change.policy_tree, case.change.base, case.change.head)
        concerned = [f for f in case.change.files if f.path.endswith(READ) or configuration.is_file(f.path)]
        hooked = self.pre_commit and case.change.policy_tree.read(pre_commit.FILE) is not None
        if not concerned and not hooked:
            return LayerResult(self.name, State.NOT_APPLICABLE, reason="the change touches nothing that ruff reads")
        ruff = Ruff(judges.find("ruff", first_environment(case), judges.pins(case.change.policy_tree).get("ruff", "")))
        found: list[Finding] = []
        notices: list[str] = []
        raw = ""
        if concerned:
            case.say(self.name, "ruff on base and head")
            found, notices, raw = self._ruff(case, ruff, configuration)
        if hooked:
            case.say(self.name, "pre-commit hooks on base and head")
            found += pre_commit.findings(case.change, case.checkouts, case.cache, first_environment(case))
        state = state_of(tuple(found))
        reason = f"{sum(f.severity is Severity.ERROR for f in found)} new finding(s)" if state is State.REFUSED else ""
        return LayerResult(
            self.name, state, tuple(found), reason, tools=(ruff.version,), raw=raw, notices=tuple(notices)
        )

    def _ruff(self, case: Case, ruff: Ruff, configuration: RuffConfiguration) -> tuple[list[Finding], list[str], str]:
        both = pairs(case.change, configuration)
        known = _Known(ruff, configuration.chosen(case.change.policy_tree))
        texts = Texts(case.change.head)
        found: dict[str, Finding] = {}
        raw = ""
        for pair in both:
            base, head = _both_sides(pair, partial(_check, case, ruff))
            raw = raw or head.raw
            brought = net_new(base.diagnostics, head.diagnostics, case.change)
            if len(both) > 1 and pair.under == "target":
                brought = _at_old_paths(case, ruff, pair, brought)
            for diagnostic in brought:
                severity = Severity.ERROR if diagnostic.code in known else Severity.WARNING
                one = finding(self.name, diagnostic, texts, severity=severity, remedy=_remedy(diagnostic))
                found.setdefault(one.id, one)
        formatting, notices = self._formatting(case, ruff, both[-1])
        return [*found.values(), *formatting], notices, raw

    def _formatting(self, case: Case, ruff: Ruff, pair: Pair) -> tuple[list[Finding], list[str]]:
        """Files that the change leaves unformatted, under head's configuration where it edits that."""
        if self.format == "never":
            return [], []
        base, head = _both_sides(pair, partial(_unformatted, case, ruff))
        claimed = self.format == "always" or formats(case.change.policy_tree)
        python = any(path.endswith(READ) for path in case.change.base.entries())
        if not claimed and (base or not python):
            return [], []
        old = {case.change.renames.get(path, path) for path in base}
        severity = Severity.WARNING if base else Severity.ERROR
        new = {path: diff for path, diff in head.items() if path not in old and _changed(case.change, path)}
        notices = []
        if base and new:
            notices.append(
                f"formatting only warns: {len(base)} file(s) of the target are not as {ruff.version.version} formats"
            )
        found = [_format_finding(self.name, path, severity, diff) for path, diff in new.items()]
        return found, notices


def first_environment(case: Case) -> Environment | None:
    """The first environment of the first package, if any: a linter can do without."""
    return environment_of(case.repository, case.project, case.python, case.environ)


def environment_of(
    repository: Repository, project: Project, python: str, environ: Mapping[str, str]
) -> Environment | None:
    """The same, for `fix`."""
    for package in project.packages[:1]:
        return next(iter(environments(repository.root, package, python, environ)), None)
    return None


def formats(tree: Tree) -> bool:
    """Whether a tree says that it formats with ruff: a section for it, or a ruff-format hook."""
    configured = judges.hooks(tree.read_text(pre_commit.FILE) or "")
    return claims_formatting(tree) or any("ruff-format" in ids for _, _, ids in configured)


def _check(case: Case, ruff: Ruff, tree: Tree) -> ToolAnswer:
    key = (tree.id, ruff.version.version, "check")

    def ask() -> ToolAnswer:
        with judged(case.checkouts, tree) as root:
            return ruff.check(root)

    return remembered(case.cache, "ruff", key, ask)


def _at_old_paths(case: Case, ruff: Ruff, pair: Pair, brought: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Without those of renamed files that the target's configuration excuses at the old path, of which it speaks."""
    old = {head: base for base, head in case.change.renames.items()}
    renamed = {d.path for d in brought if d.path in old}
    if not renamed:
        return tuple(brought)
    entries = pair.head.entries()
    back = {old[path]: entries[path] for path in renamed}
    there = _check(case, ruff, pair.head.replaced({**dict.fromkeys(renamed), **back})).diagnostics
    known = {(d.path, d.code, d.line) for d in there}
    return tuple(d for d in brought if d.path not in renamed or (old[d.path], d.code, d.line) in known)


def _unformatted(case: Case, ruff: Ruff, tree: Tree) -> dict[str, str]:
    """Path -> diff of each Python file that is not formatted."""

    def ask() -> ToolAnswer:
        with judged(case.checkouts, tree) as root:
            diffs = ruff.unformatted(root)
        return ToolAnswer(
            tuple(Diagnostic(path, 0, 0, "format", diff[:DIFF_LIMIT]) for path, diff in diffs.items()), ""
        )

    answer = remembered(case.cache, "ruff", (tree.id, ruff.version.version, "format"), ask)
    return {d.path: d.message for d in answer.diagnostics if d.path.endswith(READ)}


def _both_sides(pair: Pair, ask: Callable[[Tree], Answer]) -> tuple[Answer, Answer]:
    """Base's and head's answer, asked side by side."""
    base, head = side_by_side(partial(ask, pair.base), partial(ask, pair.head))
    return base, head


def _changed(change: Change, path: str) -> bool:
    """Whether the change writes this file: a new style of the configuration is not each file's fault."""
    file = change.file(path)
    return (
        file is not None
        and file.status is not FileStatus.DELETED
        and bool(file.hunks or file.status is not FileStatus.RENAMED)
    )


def _remedy(diagnostic: Diagnostic) -> str:
    if diagnostic.fixable:
        return "agentgate fix"
    if diagnostic.fix:
        return diagnostic.fix
    return f"agentgate explain lint/{diagnostic.code}"


def _format_finding(layer: str, path: str, severity: Severity, diff: str) -> Finding:
    lines = diff.splitlines()
    shown = "\n".join(lines[:DIFF_LINES]) + (
        f"\n... {len(lines) - DIFF_LINES} more lines" if len(lines) > DIFF_LINES else ""
    )
    return Finding(
        f"{layer}/format",
        severity,
        "ruff format would change this file",
        Location(path),
        remedy="agentgate fix",
        diff=shown,
    )


def fix(
    repository: Repository, change: Change, project: Project, checkouts: Checkouts, environ: Mapping[str, str]
) -> list[str]:
    """Mend what ruff can by itself in the changed files of the working tree; the paths that were mended.

    ruff works on a checkout under the target's configuration; a file is written back only if the working tree still
    holds what was mended, so nothing that is edited meanwhile is lost.
    """
    changed = [
        f
        for f in change.files
        if f.status is not FileStatus.DELETED and f.is_regular and f.path.endswith((".py", ".pyi"))
    ]
    paths = [file.path for file in changed]
    if not paths:
        return []
    environment = environment_of(repository, project, "", environ)
    ruff = Ruff(judges.find("ruff", environment, judges.pins(change.policy_tree).get("ruff", "")))
    pair = pairs(change, RuffConfiguration(change.policy_tree, change.base, change.head))[-1]
    base_root = checkouts.get(pair.base, "judges").path
    formatted = formats(change.policy_tree) or not any(p.endswith(READ) for p in ruff.unformatted(base_root))
    root = checkouts.get(pair.head, "fix").path
    ruff.mend(root, paths, formatted=formatted)
    return [
        path for path in paths if _written_back(Path(repository.root, path), Path(root, path), change.head.read(path))
    ]


def _written_back(ours: Path, mended: Path, judged: bytes | None) -> bool:
    after = mended.read_bytes()
    if after == judged or ours.is_symlink() or ours.read_bytes() != judged:
        return False
    mode = os.stat(ours).st_mode
    ours.write_bytes(after)
    os.chmod(ours, mode)
    return True
