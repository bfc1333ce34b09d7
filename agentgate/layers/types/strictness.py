"""Where new findings refuse and where they warn: strictness follows what the target shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agentgate.change import Change, Tree
from agentgate.project import Package
from agentgate.tools.ports import Diagnostic, Settings
from agentgate.verdict import Severity

Wanted = Literal["auto", "strict", "project"]
#: What mypy says of code that is not annotated. Where base's own file is full of it, nobody holds that file to it,
#: whatever the configuration claims (attrs: `strict = true`, sources untyped, typed by stubs).
_UNANNOTATED = frozenset({
    "no-untyped-def", "no-untyped-call", "untyped-decorator", "type-arg", "no-any-return", "no-any-unimported",
})  # fmt: skip


def module_of(package: Package, path: str) -> str:
    """The top-level module that a source file belongs to, "" for none."""
    for source in package.source:
        if path == source or path.startswith(source + "/"):
            return source
    return ""


@dataclass(frozen=True, slots=True)
class Strictness:
    """Judges one package's new findings."""

    package: Package
    settings: Settings  # the target's
    strict_modules: frozenset[str]
    clean_modules: frozenset[str]  # without a finding of the project's own settings (or mypy's defaults) on base
    clean_tests: bool
    unheld: frozenset[tuple[str, str]] = frozenset()  # (path at head, code): what base does not hold that file to

    def of_strict(self, diagnostic: Diagnostic) -> Severity:
        """A finding of `mypy --strict`."""
        held = module_of(self.package, diagnostic.path) in self.strict_modules and not self._is_unheld(diagnostic)
        return Severity.ERROR if held else Severity.WARNING

    def of_project(self, diagnostic: Diagnostic) -> Severity:
        """A finding of the project's own settings, or of mypy's defaults where it has none."""
        path = diagnostic.path
        module = module_of(self.package, path)
        if self._is_unheld(diagnostic):
            return Severity.WARNING
        if not module or self.package.is_test(path):
            return Severity.ERROR if self.settings.present and self.clean_tests else Severity.WARNING
        if self.settings.present or module in self.clean_modules:
            return Severity.ERROR
        return Severity.WARNING

    def _is_unheld(self, diagnostic: Diagnostic) -> bool:
        return diagnostic.code in _UNANNOTATED and (diagnostic.path, diagnostic.code) in self.unheld


def strictness(
    package: Package,
    change: Change,
    settings: Settings,
    wanted: Wanted,
    project_base: Sequence[Diagnostic],
    strict_base: Sequence[Diagnostic],
) -> Strictness:
    """What base's findings, py.typed and the configuration show, module by module."""
    old = {module for module in package.source if _exists(change.base, module)}
    with_finding = {module_of(package, d.path) for d in strict_base}
    if wanted == "strict" or settings.strict:
        strict = set(package.source)
    elif wanted == "project":
        strict = set()
    else:
        strict = {m for m in old if m not in with_finding or _typed(change.policy_tree, m)}
        new = set(package.source) - old
        strict |= {m for m in new if _typed(change.head, m) or (old and old <= strict)}
    dirty = {module_of(package, d.path) for d in project_base}
    return Strictness(
        package, settings, frozenset(strict), frozenset(set(package.source) - dirty),
        not any(package.is_test(d.path) or not module_of(package, d.path) for d in project_base),
        frozenset((change.renames.get(d.path, d.path), d.code) for d in (*project_base, *strict_base)),
    )  # fmt: skip


def _exists(tree: Tree, module: str) -> bool:
    return module in tree.entries() or any(path.startswith(module + "/") for path in tree.entries())


def _typed(tree: Tree, module: str) -> bool:
    return f"{module}/py.typed" in tree.entries()
