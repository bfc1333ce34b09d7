"""Which docstrings of a Python module can change what runs."""

from __future__ import annotations

import ast
import doctest

from agentgate.tools.python_names import Names
from agentgate.tools.python_source import names_used

_DOCSTRING_READERS = frozenset({"getdoc", "docopt"})


class Docstrings(ast.NodeTransformer):
    """Drops strings that stand alone. `shown`: no docstrings, the module uses their text.

    `live`: of docstrings that have examples those stay, and the whole text where a decorator may show it.
    """

    def __init__(self, names: Names, *, shown: bool, live: bool) -> None:
        self._names = names
        self._shown = shown
        self._live = live

    def visit(self, node: ast.AST) -> ast.AST:
        """The node without them; as `ast.NodeTransformer` calls it."""
        self.generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            first = [kept for n in body[:1] if (kept := self._docstring(node, n)) is not None]
            body[:] = first + [n for n in body[1:] if not _is_text(n)]
        return node

    def _docstring(self, owner: ast.AST, node: ast.stmt) -> ast.stmt | None:
        definition = isinstance(owner, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        decorated = isinstance(
            owner, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        ) and not self._names.is_inert(owner)
        if not _is_text(node) or (self._shown and (definition or isinstance(owner, ast.Module))):
            return node
        if not self._live:
            return None
        examples = _examples(ast.literal_eval(ast.unparse(node)))
        return node if decorated else ast.Expr(ast.Constant(examples)) if examples else None


def _examples(text: str) -> str:
    """What doctest would run of a docstring, and expect; the whole text where it cannot tell."""
    try:
        found = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return text
    return "\n".join(f"{example.source}{example.want}" for example in found)


def reads_docstrings(tree: ast.Module) -> bool:
    """Whether the module uses the text of a docstring; to copy one from function to function is no use."""
    copying = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and _is_doc(n.targets[0])]
    copied = {id(part) for node in copying for part in ast.walk(node)}
    read = any(_is_doc(n) and id(n) not in copied for n in ast.walk(tree))
    return read or not _DOCSTRING_READERS.isdisjoint(names_used(tree))


def _is_doc(node: ast.AST) -> bool:
    return getattr(node, "id", getattr(node, "attr", "")) == "__doc__"


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
