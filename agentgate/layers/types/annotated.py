"""Functions to which a change only adds annotations: what a checker says of them now was so before, and unseen."""

from __future__ import annotations

import ast
import copy

from agentgate.change import Change
from agentgate.tools.python_source import definitions

Function = ast.FunctionDef | ast.AsyncFunctionDef


def newly_annotated(change: Change, path: str) -> frozenset[str]:
    """Dotted names of the functions of `path` (at head) that base has without some annotation, and otherwise alike."""
    file = change.file(path)
    if file is None or not file.base_path or not file.head_blob:
        return frozenset()
    before = definitions(change.base.read_text(file.base_path) or "")
    after = definitions(change.head.read_text(path) or "")
    found = set()
    for name, node in after.items():
        old = before.get(name)
        if isinstance(node, Function) and isinstance(old, Function) and _gains(old, node):
            found.add(name)
    return frozenset(found)


def _gains(old: Function, new: Function) -> bool:
    return _lacking(old) > _lacking(new) and _bare(old) == _bare(new)


def _arguments(node: Function) -> list[ast.arg]:
    return [part for part in ast.walk(node.args) if isinstance(part, ast.arg)]


def _lacking(node: Function) -> int:
    """How many parameters (self and cls aside) and return values are without an annotation."""
    unannotated = [a for a in _arguments(node) if a.annotation is None and a.arg not in ("self", "cls")]
    return len(unannotated) + (node.returns is None)


def _bare(node: Function) -> str:
    """The function without the annotations of its signature."""
    result = copy.deepcopy(node)
    result.returns = None
    for argument in _arguments(result):
        argument.annotation = None
    return ast.dump(result)
