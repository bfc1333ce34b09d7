"""What of the source a change brings: its executable statements and its functions. Moved code is not new code."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from agentgate.change import Change, FileChange
from agentgate.layers.tests.edited import changed_functions
from agentgate.layers.tests.elsewhere import platform_names
from agentgate.tools.module_mutants import runs_at_import
from agentgate.tools.python_source import definitions
from agentgate.tools.statements import Branch, Statement, branches, statements
from agentgate.tools.variants import places

#: A run of added lines counts as moved if it is at least this long and was removed elsewhere in the change.
MOVED = 3


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """One source file at head. Symbols are dotted names of functions."""

    path: str
    text: str
    statements: tuple[Statement, ...]  # changed or new, executable here
    elsewhere: int  # changed statements that are for another platform or interpreter
    functions: tuple[str, ...]  # changed or new
    new: tuple[str, ...]
    base_text: str = ""
    branches: tuple[Branch, ...] = ()  # whose condition is changed or new
    lines: frozenset[int] = frozenset()  # changed or new, and not moved

    def line(self, number: int) -> str:
        """A line of head, counted from 1; "" for none."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    @property
    def at_import(self) -> list[int]:
        """The changed lines outside function bodies on which a value, a default or a call stands."""
        return runs_at_import(self.text, self.lines)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """First and last lines of the functions that are changed or hold a changed statement."""
        concerned = {*self.functions, *(statement.symbol for statement in self.statements)}
        return [place.span for place in places(self.text) if place.symbol in concerned]


def changed_sources(change: Change, paths: Iterable[str]) -> list[ChangedSource]:
    """The Python files among `paths` that head has."""
    files = [file for path in paths if path.endswith(".py") and (file := change.file(path)) is not None]
    removed = Counter(line for file in files for line in _removed(change, file))
    known = {ast.dump(node) for file in files for node in definitions(_base(change, file)).values()}
    return [_changed(change, file, removed, known) for file in files if file.head_blob]


def _changed(change: Change, file: FileChange, removed: Counter[str], known: set[str]) -> ChangedSource:
    text = change.head.read_text(file.path) or ""
    lines = _added(text.split("\n"), file, removed)
    asking = platform_names(change.base, file.path, file.base_path, text)
    touched = [s for s in statements(text, asking) if any(n in lines for n in range(s.first, s.last + 1))]
    after, before = definitions(text), definitions(_base(change, file))
    same = {name for name, node in after.items() if name in before and ast.dump(before[name]) == ast.dump(node)}
    touched = [s for s in touched if s.symbol not in same]  # only its formatting is touched
    functions = [f for f in changed_functions(change, (file.path,)) if _is_new_code(after.get(f.name), known)]
    return ChangedSource(
        file.path,
        text,
        tuple(s for s in touched if not s.is_elsewhere),
        sum(s.is_elsewhere for s in touched),
        tuple(f.name for f in functions),
        tuple(f.name for f in functions if f.is_new),
        _base(change, file),
        tuple(b for b in branches(text) if any(n in lines for n in range(b.first, b.last + 1))),
        frozenset(lines),
    )


def _is_new_code(node: ast.AST | None, known: set[str]) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and ast.dump(node) not in known


def _base(change: Change, file: FileChange) -> str:
    return (change.base.read_text(file.base_path) if file.base_path else None) or ""


def _removed(change: Change, file: FileChange) -> list[str]:
    lines = _base(change, file).split("\n")
    return [
        lines[n - 1].strip() for hunk in file.hunks for n in range(hunk.base_start, hunk.base_start + hunk.base_count)
    ]


def _added(lines: list[str], file: FileChange, removed: Counter[str]) -> set[int]:
    """The numbers of the added lines that are not part of a moved run."""
    found: set[int] = set()
    for hunk in file.hunks:
        run: list[int] = []
        for number in range(hunk.head_start, hunk.head_start + hunk.head_count):
            text = lines[number - 1].strip() if number <= len(lines) else ""
            if text and removed[text]:
                run.append(number)
                continue
            found |= set(run) if len(run) < MOVED else set()
            run = []
            found.add(number)
        found |= set(run) if len(run) < MOVED else set()
    return found
