"""What a new "cannot find module" means: the environment is behind, the import is guarded, or the change is wrong."""

from __future__ import annotations

import ast
import re

from agentgate.errors import CannotJudge
from agentgate.project import Environment, Package, install_command, missing
from agentgate.project.metadata import normalised
from agentgate.tools.ports import Diagnostic
from agentgate.tools.python_source import parse
from agentgate.verdict import Severity

_MODULE = re.compile(r'module named "([\w.]+)"')
#: Stubs are never the change's debt.
NEVER = frozenset({"import-untyped"})


def severity(
    diagnostic: Diagnostic, source: str, package: Package, environment: Environment | None, root: str
) -> Severity | None:
    """How a new import-not-found counts; None for not at all.

    Raises `CannotJudge` where a declared required dependency is not installed: that is the environment's fault.
    """
    match = _MODULE.search(diagnostic.message)
    module = match[1].partition(".")[0] if match else ""
    if environment is None or _guarded(source, diagnostic.line):
        return Severity.WARNING
    lacking = missing(environment, package)
    if lacking and module not in package.modules:
        raise CannotJudge(
            f"{package.name} declares {', '.join(lacking)}, and {environment.python} does not have it",
            install_command(root, package),
        )
    if module not in package.modules and _resembles(module, package, environment):
        return Severity.WARNING
    return Severity.ERROR


def _resembles(module: str, package: Package, environment: Environment) -> bool:
    """Whether some declared distribution that is not installed could be the one that brings `module`."""
    name = normalised(module)
    return any(
        name in declared or declared in name
        for declared in package.declared
        if len(declared) > 2 and not environment.has(declared)
    )


def _guarded(source: str, line: int) -> bool:
    """Whether the import at a line stands in a try with handlers, or under TYPE_CHECKING or a condition."""
    tree = parse(source)
    if tree is None:
        return False
    return any(
        isinstance(node, (ast.Try, ast.If)) and node.lineno <= line <= (node.end_lineno or node.lineno)
        for node in ast.walk(tree)
    )
