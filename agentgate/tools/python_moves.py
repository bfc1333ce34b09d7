"""Whether edits of several modules only move definitions: each must mean the same where it arrives."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agentgate.tools.python_names import Names, imported, is_all, loaded, strings

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PLAIN = (ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.unaryop, ast.expr_context)


@dataclass(frozen=True, slots=True)
class Side:
    """One module on one side: its statements without what only type checkers read, and its names as written."""

    body: Sequence[ast.stmt]
    names: Names

    @property
    def code(self) -> list[ast.stmt]:
        """The statements that may move, and those that must not."""
        return [n for n in self.body if not isinstance(n, (ast.Import, ast.ImportFrom)) and not is_all(n)]

    @property
    def exports(self) -> frozenset[str]:
        """What `__all__` lists."""
        return frozenset(name for node in self.body if is_all(node) for name in strings(node))

    @property
    def imported(self) -> Counter[tuple[str, str]]:
        """(local name, qualified name) of all imports, wherever they stand."""
        return Counter(pair for node in self.body for pair in imported(node))

    def meaning(self, name: str) -> str:
        """What a name comes from: the module and name of an import, the code that defines it, "" for none of both."""
        if name in self.names.imports:
            return self.names.imports[name]
        return next((ast.dump(node) for node in self.body if name in _defined(node)), "")


def is_move(files: Sequence[tuple[Side, Side]]) -> bool:
    """Whether nothing appears, goes or changes, what does not move keeps its order, and every name its meaning."""
    before = Counter(ast.dump(node) for old, _ in files for node in old.code)
    after = Counter(ast.dump(node) for _, new in files for node in new.code)
    if before != after or not before or max(before.values()) > 1:
        return False
    in_place = all([*map(ast.dump, old.code)] == [*map(ast.dump, new.code)] for old, new in files)
    if in_place and any(old.exports != new.exports or old.imported != new.imported for old, new in files):
        return False
    home = {ast.dump(node): old for old, _ in files for node in old.code}
    moving = {
        name for _, new in files for node in new.code
        for name in _defined(node) if not any(home[ast.dump(node)] is old and new is own for old, own in files)
    }  # fmt: skip
    return all(_fixed(old) == _fixed(new) and _is_unambiguous(new) for old, new in files) and all(
        _means_the_same(name, home[ast.dump(node)], new, moving)
        for _, new in files
        for node in new.code
        for name in loaded(node)
    )


def _fixed(side: Side) -> list[str]:
    """What must neither move nor change its order: all but definitions that register nothing, and plain constants."""
    return [ast.dump(node) for node in side.code if not _may_move(node, side.names)]


def _may_move(node: ast.stmt, names: Names) -> bool:
    if isinstance(node, _DEFINITIONS):
        return names.is_inert(node)
    plain = isinstance(node, ast.Assign) and all(isinstance(part, _PLAIN) for part in ast.walk(node.value))
    return plain and bool(_defined(node))


def _is_unambiguous(side: Side) -> bool:
    """Whether no name is defined twice, so that order decides nothing."""
    counts = Counter(name for node in side.code for name in _defined(node))
    return not counts or max(counts.values()) == 1


def _defined(node: ast.stmt) -> frozenset[str]:
    if isinstance(node, _DEFINITIONS):
        return frozenset({node.name})
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return frozenset(target.id for target in targets if isinstance(target, ast.Name))


def _means_the_same(name: str, old: Side, new: Side, moving: set[str]) -> bool:
    before, after = old.meaning(name), new.meaning(name)
    if before == after:
        return True
    imports = [side.names.imports[name] for side in (old, new) if name in side.names.imports]
    symbols = {qualified.rpartition(".")[2] for qualified in imports}
    if len(imports) == 1:  # defined on one side, imported on the other: what moved, or what it left behind
        return bool(before and after) and symbols == {name}
    origins = {qualified.rpartition(".")[0].lstrip(".").rpartition(".")[2] for qualified in imports}
    return len(symbols) == 1 and (len(origins) == 1 or symbols <= moving)
