"""Whether an edit only removes definitions and imports that nothing left in the file could have meant."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from agentgate.tools.python_names import Names, imported, is_all, loaded, strings
from agentgate.tools.python_source import Definition, names_used

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: By these a module reaches definitions whose names it never spells.
_DYNAMIC = frozenset({"globals", "vars", "locals", "dir", "__dict__", "getmembers", "eval", "exec"})


class Removal:
    """Compares two modules without what only type checkers read. `whole`: head as written; None: the file is gone."""

    def __init__(self, names: Names, new: ast.Module, whole: ast.Module | None) -> None:
        self._names = names
        self._gone = whole is None
        self._loaded = loaded(new)
        self._mentioned = names_used(new) | self._loaded
        self._dynamic = not _DYNAMIC.isdisjoint(self._mentioned) or _looks_up(new)
        self._whole = whole or ast.Module([], [])

    def explains(self, old: ast.Module, new: ast.Module) -> bool:
        """Whether `new` is `old` less some definitions and imports, in the same order, classes looked into."""
        return self._only_removed(old.body, new.body, None, self._whole.body)

    def _only_removed(
        self, old: Sequence[ast.stmt], new: Sequence[ast.stmt], owner: ast.ClassDef | None, written: Sequence[ast.stmt]
    ) -> bool:
        bound = {name for statement in written for name in _binds(statement)}
        position = 0
        for wanted in new:
            while position < len(old) and not self._kept(old[position], wanted, written, bound):
                if not self._removable(old[position], owner, bound):
                    return False
                position += 1
            if position == len(old):
                return isinstance(wanted, ast.Pass)
            position += 1
        return all(self._removable(node, owner, bound) for node in old[position:])

    def _kept(self, old: ast.stmt, new: ast.stmt, written: Sequence[ast.stmt], bound: set[str]) -> bool:
        if ast.dump(old) == ast.dump(new):
            return True
        if isinstance(old, ast.ClassDef) and isinstance(new, ast.ClassDef) and old.name == new.name:
            bare = [ast.dump(ast.ClassDef(n.name, n.bases, n.keywords, [], n.decorator_list)) for n in (old, new)]
            bodies = [n.body for n in written if isinstance(n, ast.ClassDef) and n.name == new.name]
            return bare[0] == bare[1] and len(bodies) == 1 and self._only_removed(old.body, new.body, old, bodies[0])
        if isinstance(old, (ast.Import, ast.ImportFrom)) and isinstance(new, (ast.Import, ast.ImportFrom)):
            return self._is_shorter(old, new)
        if is_all(old) and is_all(new) and isinstance(old, ast.Assign) and isinstance(new, ast.Assign):
            removed = strings(old) - strings(new)
            return strings(new) <= strings(old) and type(old.value) is type(new.value) and not removed & bound
        return False

    def _is_shorter(self, old: ast.Import | ast.ImportFrom, new: ast.Import | ast.ImportFrom) -> bool:
        origins = [(type(n), getattr(n, "module", ""), getattr(n, "level", 0)) for n in (old, new)]
        before, after = dict(imported(old)), dict(imported(new))
        same = origins[0] == origins[1] and after.items() <= before.items()
        return same and "*" not in before and self._loaded.isdisjoint(before.keys() - after.keys())

    def _removable(self, node: ast.stmt, owner: ast.ClassDef | None, bound: set[str]) -> bool:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [name for name, _ in imported(node)]
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            return "*" not in names and not future and self._loaded.isdisjoint(names)
        if isinstance(node, _DEFINITIONS):
            special = node.name.startswith("__") and node.name.endswith("__")
            alone = owner is None or (not special and self._stands_alone(owner))
            return alone and self._is_free(node, bound)
        if self._gone and isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return all(isinstance(target, ast.Name) for target in targets)
        return isinstance(node, ast.Pass)

    def _is_free(self, node: Definition, bound: set[str]) -> bool:
        """Whether a definition could be reached by its name only, and nothing left here says or binds that name."""
        unsaid = node.name not in self._mentioned and node.name not in bound
        return unsaid and not self._dynamic and self._names.is_inert(node)

    def _stands_alone(self, owner: ast.ClassDef) -> bool:
        """Whether a class overrides nothing: a method removed from it uncovers no other."""
        bases = {self._names.qualified(b.value if isinstance(b, ast.Subscript) else b) for b in owner.bases}
        mixed = [c for c in ast.walk(self._names.tree) if isinstance(c, ast.ClassDef) and len(c.bases) > 1]
        is_mixin = any(getattr(base, "id", "") == owner.name for c in mixed for base in c.bases)
        alone = bases <= {"builtins.object", "typing.Generic"} and not owner.keywords and not is_mixin
        return alone and self._names.is_inert(owner)


def _binds(node: ast.stmt) -> frozenset[str]:
    """The names that a statement binds in its scope; of one that nests others, what they bind too."""
    if isinstance(node, _DEFINITIONS):
        return frozenset({node.name})
    found: set[str] = set()
    for child in ast.walk(node):
        found.update(name for name, _ in imported(child))
        if isinstance(child, _DEFINITIONS):
            found.add(child.name)
        elif isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
            found.add(child.id)
    return frozenset(found)


def _looks_up(tree: ast.AST) -> bool:
    """Whether something is looked up by a name that is computed: getattr(x, name)."""
    return any(
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "getattr"
        and len(node.args) > 1
        and not isinstance(node.args[1], ast.Constant)
        for node in ast.walk(tree)
    )
