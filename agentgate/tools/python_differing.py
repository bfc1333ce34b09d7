"""A quick way to say "behaviour": some function of both sides runs other statements, whatever is annotation or text."""

from __future__ import annotations

import ast
import copy

from agentgate.tools.python_source import definitions, parse

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def runs_otherwise(base: str, head: str) -> bool:
    """Whether a function that both sides have differs in more than text, annotations, casts and imports, or one is new.

    It drops at least all that `python_effect` may drop, so a difference that is left is one of behaviour for certain;
    no answer of False says anything.
    """
    old, new = definitions(base), definitions(head)
    tree = parse(head)
    plain = {id(node) for node in tree.body} if tree is not None else set()
    for name, node in new.items():
        before = old.get(name)
        if before is None and isinstance(node, _FUNCTIONS) and not _is_overload(node) and id(node) in plain:
            return True
        if not isinstance(node, _FUNCTIONS) or not isinstance(before, _FUNCTIONS) or ast.dump(before) == ast.dump(node):
            continue
        if _naked(before) != _naked(node):
            return True
    return False


def _is_overload(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("overload" in ast.unparse(decorator) for decorator in function.decorator_list)


def _naked(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    body = ast.Module(copy.deepcopy(function.body), [])
    return ast.dump(_Strip().visit(body))


class _Strip(ast.NodeTransformer):
    """Drops text, annotations, casts, imports, version constants, what is only for type checkers, and definitions."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A function within is compared by itself."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Likewise."""

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Likewise."""

    def visit_Import(self, node: ast.Import) -> None:
        """May be for types only."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Likewise."""

    def visit_Pass(self, node: ast.Pass) -> None:
        """Stands where nothing is."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return self.visit(ast.Assign([node.target], node.value, lineno=0)) if node.value is not None else None

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None  # a version, perhaps
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt] | None:
        if "TYPE_CHECKING" in ast.unparse(node.test):
            return None
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        named = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return node.args[1] if named in ("cast", "assert_type", "reveal_type") and len(node.args) == 2 else node
