"""How an edit of a Python file can change what runs, proven from the two syntax trees; nothing is guessed.

A module is taken for itself: a base class or a framework in another file that reads a function's annotations is not
seen. Hence only docstrings and versions go without a test run; the greater effects go without a new test.
"""

from __future__ import annotations

import ast
import copy
import functools
import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

from agentgate.tools.python_differing import runs_otherwise
from agentgate.tools.python_docstrings import Docstrings, reads_docstrings
from agentgate.tools.python_moves import Side, is_move
from agentgate.tools.python_names import Names, imported, loaded
from agentgate.tools.python_removal import Removal
from agentgate.tools.python_source import names_used, parse

_TYPING_MODULES = frozenset({"typing", "typing_extensions", "collections.abc", "_typeshed", "types"})
_VERSIONS = frozenset({"__version__", "version", "__version_info__", "version_info", "version_tuple"})
#: What a module says of its distribution; nothing runs by it.
_ABOUT = frozenset({
    "__title__", "__author__", "__author_email__", "__email__", "__license__", "__copyright__", "__description__",
    "__summary__", "__url__", "__uri__", "__maintainer__", "__maintainer_email__", "__credits__", "__status__",
})  # fmt: skip
_IS_VERSION = re.compile(r"v?\d+(\.\d+)*([.+-]?\w+)*")
_ENCODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE)  # PEP 263
_TYPE_VARIABLES = frozenset({"typing.TypeVar", "typing.ParamSpec", "typing.TypeVarTuple"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_RUNS = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


class Effect(IntEnum):
    """From none to all; a change of several files has the greatest of theirs."""

    NONE = 0  # comments and formatting
    DOCSTRINGS = 1
    VERSION = 2
    LIVE_DOCSTRINGS = 3  # examples that doctest runs, and docstrings that a decorator may show
    TYPING = 4  # annotations and what only type checkers read
    DELETION = 5  # definitions removed, nothing else
    BEHAVIOUR = 6


@functools.lru_cache(maxsize=256)
def effect(base: str | None, head: str | None) -> Effect:
    """The effect of an edit; None for a side that has no such file."""
    if base is None and head is None:
        return Effect.NONE
    old, new = parse(base or ""), parse(head or "")
    if old is None or new is None:
        return Effect.NONE if base == head else Effect.BEHAVIOUR
    if _encoding(base or "") != _encoding(head or ""):
        return Effect.BEHAVIOUR
    if ast.dump(old) == ast.dump(new):
        return Effect.NONE
    if runs_otherwise(base or "", head or ""):
        return Effect.BEHAVIOUR
    return _greater(old, new, gone=head is None)


def _greater(old: ast.Module, new: ast.Module, *, gone: bool) -> Effect:
    names = (Names(old), Names(new))
    shown = reads_docstrings(old) or reads_docstrings(new)
    read = any(one.reads_annotations() for one in names)
    sides = [copy.deepcopy(old), copy.deepcopy(new)]
    for kind, step in (
        (Effect.DOCSTRINGS, lambda side, own: Docstrings(own, shown=shown, live=True).visit(side)),
        (Effect.VERSION, lambda side, _: _blank_versions(side)),
        (Effect.LIVE_DOCSTRINGS, lambda side, own: Docstrings(own, shown=shown, live=False).visit(side)),
    ):
        for side, own in zip(sides, names, strict=True):
            step(side, own)
        if _same(*sides):
            return kind
    stripped = sides
    for aliases in (True, False):
        stripped = [
            _without_typing(copy.deepcopy(side), own, read=read, aliases=aliases)
            for side, own in zip(sides, names, strict=True)
        ]
        if _same(*stripped):
            return Effect.TYPING
    removal = Removal(names[0], stripped[1], None if gone else new)
    return Effect.DELETION if removal.explains(*stripped) else Effect.BEHAVIOUR


def moved_only(edits: Sequence[tuple[str | None, str | None]]) -> bool:
    """Whether the edits together only move definitions and plain constants, within files or between them."""
    files = []
    for edit in edits:
        sides = []
        for source in edit:
            tree = parse(source or "")
            if tree is None:
                return False
            names, side = Names(tree), copy.deepcopy(tree)
            Docstrings(names, shown=False, live=False).visit(side)
            bare = _without_typing(side, names, read=names.reads_annotations(), aliases=True)
            sides.append(Side(bare.body, names))
        files.append((sides[0], sides[1]))
    return is_move(files)


def _encoding(source: str) -> str:
    """The declared encoding, where it decides what the source's bytes mean."""
    declared = _ENCODING.search("\n".join(source.split("\n", 2)[:2]))
    name = declared[1].lower().replace("_", "-") if declared else "utf-8"
    return "utf-8" if source.isascii() else name


def _same(old: ast.Module, new: ast.Module) -> bool:
    dumps = [ast.dump(_filled(copy.deepcopy(tree))) for tree in (old, new)]
    return dumps[0] == dumps[1]


def _filled(tree: ast.Module) -> ast.Module:
    """With `pass` in every body that was emptied."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and not body and not isinstance(node, ast.Module):
            body.append(ast.Pass())
    return tree


def _blank_versions(tree: ast.Module) -> None:
    """Blanks the values of the module's version constants, unless the module decides something by one."""
    tests = [t for n in ast.walk(tree) if (t := getattr(n, "test", getattr(n, "subject", None))) is not None]
    tests += [n for n in ast.walk(tree) if isinstance(n, ast.Compare)]
    deciding = frozenset[str]().union(*(names_used(test) for test in tests))
    read = loaded(tree)
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = {target.id if isinstance(target, ast.Name) else "" for target in targets}
        used = any(name in deciding or (not name.startswith("__") and name in read) for name in names)
        if (
            isinstance(node, (ast.Assign, ast.AnnAssign))
            and not used
            and ((names <= _VERSIONS and _is_version(node.value)) or (names <= _ABOUT and _is_text(node.value)))
        ):
            node.value = ast.Constant(isinstance(node.value, ast.Constant))


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_version(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and _IS_VERSION.fullmatch(node.value) is not None
    return isinstance(node, ast.Tuple) and all(isinstance(part, ast.Constant) for part in node.elts)


def _without_typing(tree: ast.Module, names: Names, *, read: bool, aliases: bool) -> ast.Module:
    """`tree` without what only type checkers read; changed in place.

    `read`: annotations are read at run time; `aliases`: type aliases stay, as plain assignments.
    """
    _Typing(names, read=read).visit(tree)
    if aliases:
        tree.body = [_assigned(n) if isinstance(n, ast.AnnAssign) and _is_alias(n, names) else n for n in tree.body]
    before = None
    while before != len(tree.body):  # what only a dropped type variable used is dropped next
        before, used = len(tree.body), loaded(tree)
        tree.body = [kept for node in tree.body if (kept := _used_part(node, names, used, read=read)) is not None]
    return _filled(tree)


class _Typing(ast.NodeTransformer):
    """Drops annotations that nothing is known to read, and overloads, casts and what TYPE_CHECKING guards."""

    def __init__(self, names: Names, *, read: bool) -> None:
        self._names = names
        self._read = read
        self._scopes: list[ast.AST | None] = [None]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._inside(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST | None:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST | None:
        if any(self._names.qualified(decorator) == "typing.overload" for decorator in node.decorator_list):
            return None
        owner = self._scopes[-1]
        handed_over = isinstance(owner, ast.ClassDef) and not self._names.is_inert(owner)
        if not (self._read or handed_over) and self._names.is_inert(node):
            node.returns = _unless_read(node.returns)
            for argument in (n for n in ast.walk(node.args) if isinstance(n, ast.arg)):
                argument.annotation = _unless_read(argument.annotation)
        return self._inside(node)

    def _inside(self, node: ast.AST) -> ast.AST:
        self._scopes.append(node)
        self.generic_visit(node)
        self._scopes.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        scope = self._scopes[-1]
        kept = self._read or (isinstance(scope, ast.ClassDef) and not self._is_plain(scope))
        if kept or _unless_read(node.annotation) is not None or (scope is None and _is_alias(node, self._names)):
            return node
        if node.value is not None:
            return _assigned(node)
        if isinstance(scope, _FUNCTIONS) and getattr(node.target, "id", None) not in set(_stored(scope, node)):
            node.annotation = ast.Constant(None)  # it makes the name local
            return node
        return None if isinstance(node.target, ast.Name) else node

    def _is_plain(self, node: ast.ClassDef) -> bool:
        """Whether no base, metaclass or decorator could read the annotations of the class's own body."""
        bases = {self._names.qualified(b.value if isinstance(b, ast.Subscript) else b) for b in node.bases}
        return bases <= {"builtins.object", "typing.Generic"} and not node.keywords and not node.decorator_list

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt] | None:
        guard = self._names.is_type_checking(node.test)
        self.generic_visit(node)
        return (node.orelse or None) if guard else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self._names.qualified(node.func) != "typing.cast" or len(node.args) != 2 or node.keywords:
            return node
        runs = any(isinstance(part, _RUNS) for part in ast.walk(node.args[0]))
        return node if runs or loaded(node.args[0]) & self._names.type_only else node.args[1]


def _unless_read(annotation: ast.expr | None) -> ast.expr | None:
    """None for an annotation that can go; one that runs code, or carries data for somebody (Annotated), stays."""
    if annotation is None or "Annotated" in ast.dump(annotation):
        return annotation
    return annotation if any(isinstance(part, _RUNS) for part in ast.walk(annotation)) else None


def _assigned(node: ast.AnnAssign) -> ast.Assign:
    return ast.Assign([node.target], node.value or ast.Constant(None), lineno=node.lineno)


def _stored(scope: ast.AST, without: ast.AST) -> Iterator[str]:
    """The names that a function itself assigns, its nested scopes and one statement aside."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif node is not without and not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _stored(node, without)


def _is_alias(node: ast.AST, names: Names) -> bool:
    """Whether a statement only names a type: X: TypeAlias = ..., type X = ..., T = TypeVar("T")."""
    value = getattr(node, "value", None)
    if isinstance(node, ast.Assign):
        return isinstance(value, ast.Call) and names.qualified(value.func) in _TYPE_VARIABLES
    if isinstance(node, ast.AnnAssign):
        runs = value is None or any(isinstance(part, _RUNS) for part in ast.walk(value))
        return names.qualified(node.annotation) == "typing.TypeAlias" and not runs
    return type(node).__name__ == "TypeAlias"


def _used_part(node: ast.stmt, names: Names, used: frozenset[str], *, read: bool) -> ast.stmt | None:
    """A top-level statement less the typing imports and type aliases that nothing at run time uses."""
    if _is_alias(node, names):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", getattr(node, "name", None))]
        )
        return node if any(getattr(target, "id", "") in used for target in targets) else None
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        kept = [alias for alias in node.names if not _is_needless(node, alias, used, read=read)]
        if len(kept) < len(node.names):
            return type(node)(**{**dict(ast.iter_fields(node)), "names": kept}) if kept else None
    return node


def _is_needless(node: ast.Import | ast.ImportFrom, alias: ast.alias, used: frozenset[str], *, read: bool) -> bool:
    module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
    if module == "__future__":
        return alias.name == "annotations" and not read
    single = ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)
    local = next(name for name, _ in imported(single))
    return module in _TYPING_MODULES and alias.asname != alias.name and local not in used and local != "*"
