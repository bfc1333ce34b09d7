"""The layer `types`: do the types agree, strictly? New findings only, base against head."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from agentgate.change import Tree
from agentgate.errors import CannotJudge
from agentgate.layers import Case, Layer
from agentgate.layers.answers import finding, judged, remembered, side_by_side
from agentgate.layers.judged_trees import Pair, pairs
from agentgate.layers.net_new import Texts, net_new
from agentgate.layers.types import explicit_any, imports
from agentgate.layers.types.annotated import newly_annotated
from agentgate.layers.types.configuration import CheckerConfiguration
from agentgate.layers.types.strictness import Strictness, Wanted, module_of, strictness
from agentgate.project import Environment, Package, choose, environments, touched, witnessed
from agentgate.project.values import below
from agentgate.store import digest
from agentgate.tools import judges, mypy, pyright
from agentgate.tools.ports import Diagnostic, ToolAnswer, TypeChecker
from agentgate.verdict import Finding, LayerResult, Severity, State, state_of

#: Comes and goes with the environment and the checker's version: refuses only under the version that the target pins.
_ADVISORY = frozenset({"unused-ignore", "redundant-cast"})


class Types(Layer):
    """`[types]` of gate.toml."""

    name: ClassVar[str] = "types"

    strictness: Wanted = Field(
        default="auto", description="auto: strict where the target is typed; strict or project forces either."
    )
    checker: Literal["mypy", "pyright", "basedpyright"] = Field(
        default="mypy", description="The type checker that judges."
    )

    def judge(self, case: Case, earlier: Mapping[str, LayerResult]) -> LayerResult:
        """New findings of the type checker, package by package."""
        del earlier
        concerned = [p for p in touched(case.project, case.change) if _concerns(case, p, self.checker)]
        if not concerned:
            return LayerResult(
                self.name, State.NOT_APPLICABLE, reason="the change touches nothing that a type checker reads"
            )
        results = [_Judged(case, self, package).result() for package in concerned]
        found = tuple(finding for result in results for finding in result.findings)
        refusing = sum(1 for f in found if f.severity is Severity.ERROR)
        state = state_of(found)
        return LayerResult(
            self.name,
            state,
            found,
            reason=f"{refusing} new finding(s)" if state is State.REFUSED else "",
            tools=tuple(dict.fromkeys(tool for result in results for tool in result.tools)),
            raw="\n".join(result.raw for result in results if result.raw),
            notices=tuple(dict.fromkeys(notice for result in results for notice in result.notices)),
        )


def _concerns(case: Case, package: Package, checker: str) -> bool:
    configuration = CheckerConfiguration(checker, package)
    return any(
        package.owns(path) and (path.endswith((".py", ".pyi", "py.typed")) or configuration.is_file(path))
        for file in case.change.files
        for path in (file.path, file.base_path)
    ) and bool(package.source or package.tests)


class _Judged:
    """One package, judged."""

    def __init__(self, case: Case, section: Types, package: Package) -> None:
        self.case = case
        self.section = section
        self.package = package
        self.environment = self._environment()
        configuration = CheckerConfiguration(section.checker, package)
        self.settings = configuration.settings(case.change.policy_tree)
        self.configuration = configuration.with_plugins(self.settings)
        self.checker = self._checker()
        self.notices: list[str] = []
        self.raw = ""
        self._made: dict[tuple[str, str], str] = {}  # checker caches of this run, by set-up and tree

    def result(self) -> LayerResult:
        """All new findings of this package. Raises `CannotJudge` where the environment is behind."""
        found: dict[str, Finding] = {}
        change = self.case.change
        foreign = self.configuration.foreign_plugins(change.head, change.policy_tree)
        if foreign:
            self.notices.append(f"not judged under its own configuration, whose plugin {foreign[0]} is of this change")
        for pair in pairs(change, self.configuration):
            if pair.under == "head" and foreign:
                continue
            for one in self._of_pair(pair):
                known = found.get(one.id)
                if known is None or known.severity is Severity.WARNING:
                    found[one.id] = one
        if self.environment is None:
            self.notices.append("no environment was found for the type checker: third-party imports are unknown to it")
        return LayerResult(
            self.section.name,
            State.PASSED,
            tuple(found.values()),
            tools=(self.checker.version,),
            raw=self.raw,
            notices=tuple(self.notices),
        )

    def _environment(self) -> Environment | None:
        case = self.case
        try:
            return choose(
                case.repository.root,
                self.package,
                runner=self.package.runner,
                configured=case.python,
                environ=case.environ,
            )
        except CannotJudge:
            return next(iter(environments(case.repository.root, self.package, case.python, case.environ)), None)

    def _checker(self) -> TypeChecker:
        name = self.section.checker
        python = self.environment.python if self.environment else ""
        pinned = judges.pins(self.case.change.policy_tree).get(name, "")
        modules = [plugin for plugin in self.settings.plugins if not plugin.partition(":")[0].endswith(".py")]
        judge = judges.find(name, self.environment, pinned, prefer_environment=bool(modules))
        self.pinned = judge.is_pinned
        if name == "mypy":
            everything = tuple(_relative(self.package.source, self.package))
            return mypy.Mypy(judge, self.package.root, self.package.source_roots, python, everything)
        return pyright.Pyright(judge, self.package.root, self.package.source_roots, python)

    def _of_pair(self, pair: Pair) -> list[Finding]:
        own_paths = () if self.settings.names_files else (*self.package.source, *self._tests(pair))
        nothing = (ToolAnswer((), ""), ToolAnswer((), ""))
        needless = self.section.strictness == "project" or (self.settings.strict and self.section.checker == "mypy")
        project, strict = side_by_side(
            lambda: self._sides(pair, own_paths, strict=False),
            lambda: nothing if needless else self._sides(pair, self.package.source, strict=True),
        )
        judged = strictness(
            self.package,
            self.case.change,
            self.settings,
            self.section.strictness,
            project[0].diagnostics,
            strict[0].diagnostics,
        )
        self.raw = self.raw or project[1].raw
        new_project = net_new(project[0].diagnostics, project[1].diagnostics, self.case.change)
        new_strict = net_new(strict[0].diagnostics, strict[1].diagnostics, self.case.change)
        if not (project[1].whole and strict[1].whole) and not any(
            d.code == "syntax" for d in (*new_project, *new_strict)
        ):
            raise CannotJudge("a file that base cannot parse either stops the type checker", "mend its syntax first")
        found = [self._finding(d, judged.of_project(d)) for d in new_project]
        found += [self._finding(d, judged.of_strict(d)) for d in new_strict]
        return [one for one in found if one is not None] + self._explicit_any(judged)

    def _tests(self, pair: Pair) -> tuple[str, ...]:
        """Tests are checked where the project configures mypy at all; those within the sources are named by these."""
        if not self.settings.present:
            return ()
        beside = [t for t in self.package.tests if not below(t, self.package.source)]
        return tuple(t for t in beside if any(below(p, (t,)) for p in pair.head.entries()))

    def _sides(self, pair: Pair, paths: Sequence[str], *, strict: bool) -> tuple[ToolAnswer, ToolAnswer]:
        """Base's answer, then head's: head starts from base's cache, which makes it incremental."""
        doing = "strictly" if strict else "by the project's settings"
        self.case.say(self.section.name, f"{self.checker.version.name} on base, {doing}")
        base = self._ask(pair.base, paths, pair, strict=strict)
        self.case.say(self.section.name, f"{self.checker.version.name} on head, {doing}")
        return base, self._ask(pair.head, paths, pair, strict=strict)

    def _ask(self, side: Tree, paths: Sequence[str], pair: Pair, *, strict: bool) -> ToolAnswer:
        case, package = self.case, self.package
        entries = side.entries()
        present = [p for p in paths if p in entries or any(e.startswith(p + "/") for e in entries)]
        if paths and not present:
            return ToolAnswer((), "")
        seen = sorted(witnessed(case.repository.root, package, case.python, case.environ).items())
        version = self.checker.version
        setup = digest(
            version.name, version.version, package.root, str(strict), *present, *(f"{p}={s}" for p, s in seen)
        )

        def ask() -> ToolAnswer:
            cache = case.checkouts.scratch("mypy-cache")
            warm = case.cache.directory("mypy", digest(setup, pair.base.id)) or self._made.get(
                (setup, pair.base.id), ""
            )
            if warm:
                shutil.rmtree(cache)
                shutil.copytree(warm, cache)
            with judged(case.checkouts, side) as root:
                answer = self.checker.check(root, _relative(present, package), strict=strict, cache=cache)
            if side is pair.base:
                kept = case.checkouts.scratch("mypy-kept")
                shutil.copytree(cache, kept, dirs_exist_ok=True)
                self._made[setup, side.id] = cache
                case.cache.adopt("mypy", digest(setup, side.id), kept)
            return answer

        return remembered(case.cache, "types", (setup, side.id), ask)

    def _finding(self, diagnostic: Diagnostic, severity: Severity) -> Finding | None:
        texts = Texts(self.case.change.head)
        if diagnostic.code in imports.NEVER:
            return None
        if texts.symbol(diagnostic.path, diagnostic.line) in newly_annotated(self.case.change, diagnostic.path):
            severity = Severity.WARNING
        if diagnostic.code in _ADVISORY and not self.pinned:
            severity = Severity.WARNING
        if diagnostic.code == "import-not-found":
            source = texts.source(diagnostic.path)
            root = self.case.repository.root
            counted = imports.severity(diagnostic, source, self.package, self.environment, root)
            if counted is None:
                return None
            severity = counted if severity is Severity.ERROR else severity
        return replace(
            finding(self.section.name, diagnostic, texts, severity=severity, remedy=_remedy(diagnostic)),
            package=self._shown(),
        )

    def _shown(self) -> str:
        return "" if self.package.root == "." else self.package.root

    def _explicit_any(self, judged: Strictness) -> list[Finding]:
        change = self.case.change
        texts = Texts(change.head)
        paths = [f.path for f in change.files if f.head_blob and f.is_regular and self.package.is_source(f.path)]
        found = []
        for one in explicit_any.brought(change, paths):
            strict = one.bare and module_of(self.package, one.path) in judged.strict_modules
            severity = Severity.ERROR if strict else Severity.WARNING
            place = Diagnostic(
                one.path, one.line, 0, "any", f"explicit Any: {one.what} of {one.symbol or 'the module'}"
            )
            remedy = "name the type; object accepts anything and still is checked"
            found.append(finding(self.section.name, place, texts, severity=severity, remedy=remedy))
        return found


def _relative(paths: Sequence[str], package: Package) -> list[str]:
    if package.root == ".":
        return list(paths)
    return [path.removeprefix(package.root + "/") for path in paths]


_REMEDIES = {
    "no-untyped-def": "annotate every parameter and the return value",
    "type-arg": "say what it holds, e.g. list[str]",
    "no-untyped-call": "annotate the function that is called",
    "import-not-found": "declare the dependency in pyproject.toml and install it",
    "unused-ignore": "remove the comment",
    "syntax": "make it valid Python",
}


def _remedy(diagnostic: Diagnostic) -> str:
    hint = diagnostic.fix.strip().splitlines()
    return _REMEDIES.get(diagnostic.code) or (
        hint[0] if hint else "make the types agree, here or where the value comes from"
    )
