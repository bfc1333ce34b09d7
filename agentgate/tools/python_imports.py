"""Whether an edit of a Python file only adds, removes or moves imports."""

from __future__ import annotations

import ast
import copy

from agentgate.tools.python_source import parse


def imports_only(base: str, head: str) -> bool:
    """Whether everything but imports is the same, and no name that both sides import means another thing now."""
    old, new = parse(base), parse(head)
    if old is None or new is None:
        return False
    meanings = [_meanings(old), _meanings(new)]
    agree = all(meanings[0][name] == meanings[1][name] for name in meanings[0].keys() & meanings[1].keys())
    return agree and ast.dump(_without(old)) == ast.dump(_without(new))


def _meanings(tree: ast.Module) -> dict[str, set[str]]:
    """Imported name -> all that it is imported as, anywhere in the file."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found.setdefault(name, set()).add(alias.name if alias.asname else name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                origin = f"{'.' * node.level}{node.module or ''}.{alias.name}"
                found.setdefault(alias.asname or alias.name, set()).add(origin)
    return found


class _Imports(ast.NodeTransformer):
    """Drops imports, and blocks that held nothing else."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [s for s in block if not isinstance(s, (ast.Import, ast.ImportFrom))])
        if isinstance(getattr(node, "body", None), list) and not isinstance(node, ast.Module):
            body: list[ast.stmt] = getattr(node, "body")  # noqa: B009 - many kinds of nodes have one
            body.extend([] if body else [ast.Pass()])
        return node


def _without(tree: ast.Module) -> ast.Module:
    result = _Imports().visit(copy.deepcopy(tree))
    return result if isinstance(result, ast.Module) else tree
