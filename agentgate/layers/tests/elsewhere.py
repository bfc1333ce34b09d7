"""Names that ask where the code runs: `PY_3_14_PLUS` is one where its module says `sys.version_info >= (3, 14)`."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator

from agentgate.change import Tree
from agentgate.tools.python_source import parse
from agentgate.tools.statements import asks_where


def platform_names(base: Tree, path: str, base_path: str, text: str) -> frozenset[str]:
    """The names in a file's `text` at head, its own and imported ones, that depend on platform or interpreter.

    What base says of them counts: what exempts code from being run is not the change's to say.
    """
    module = parse(text)
    found = set(_own(base.read_text(base_path) or "")) if base_path else set()
    imports = [n for n in module.body if isinstance(n, ast.ImportFrom)] if module is not None else []
    for node in imports:
        names = {alias.name: alias.asname or alias.name for alias in node.names}
        for file in _files(base, path, node):
            found |= {names[name] for name in _own(base.read_text(file) or "") if name in names}
    return frozenset(found)


def _own(text: str) -> Iterator[str]:
    """The constants of a module that ask where it runs."""
    module = parse(text)
    for node in module.body if module is not None else ():
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and asks_where(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _files(tree: Tree, path: str, node: ast.ImportFrom) -> Iterator[str]:
    """The files of the tree that a module may be imported from."""
    inside = (node.module or "").replace(".", "/")
    directory = posixpath.dirname(path)
    for _ in range(node.level - 1):
        directory = posixpath.dirname(directory)
    beside = posixpath.join(directory, inside) if node.level else inside
    endings = (f"{beside}.py", posixpath.join(beside, "__init__.py").lstrip("/"))
    for file in tree.entries():
        if file in endings or (not node.level and inside and file.endswith(tuple(f"/{ending}" for ending in endings))):
            yield file
