"""Asks a tool about trees, side by side, and remembers what it said: trees are content, so answers about them last."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from agentgate.change import Checkouts, Tree
from agentgate.errors import CannotJudge
from agentgate.layers.net_new import Texts
from agentgate.store import Cache, digest
from agentgate.store.values import from_json, to_json
from agentgate.tools.ports import Diagnostic, ToolAnswer
from agentgate.verdict import Finding, Location, Severity

Answer = TypeVar("Answer")


def remembered(cache: Cache, kind: str, key: Sequence[str], ask: Callable[[], ToolAnswer]) -> ToolAnswer:
    """The tool's answer, from the cache or asked now and kept."""
    name = digest(*key)
    kept = cache.get(kind, name)
    if kept is not None:
        with contextlib.suppress(ValueError):  # written by another version of us
            return from_json(ToolAnswer, kept)
    answer = ask()
    cache.put(kind, name, to_json(answer))
    return answer


@contextlib.contextmanager
def judged(checkouts: Checkouts, tree: Tree) -> Iterator[str]:
    """The root of a checkout in which only judges read. Raises `CannotJudge` where anything in it was touched."""
    checkout = checkouts.get(tree, "judges")
    yield checkout.path
    if not checkout.is_untouched():
        raise CannotJudge(
            "something wrote into the checkout that is judged while it was judged", "agentgate check --only lint,types"
        )


def side_by_side(*questions: Callable[[], Answer]) -> list[Answer]:
    """Every answer, in order; the first error of any is raised once all have ended."""
    with ThreadPoolExecutor(len(questions)) as pool:
        return [future.result() for future in [pool.submit(question) for question in questions]]


def finding(layer: str, diagnostic: Diagnostic, texts: Texts, *, severity: Severity, remedy: str) -> Finding:
    """A complaint as a finding of `layer`, with the text of its line."""
    return Finding(
        rule=f"{layer}/{diagnostic.code}",
        severity=severity,
        message=diagnostic.message,
        location=Location(
            diagnostic.path, diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column
        ),
        excerpt=texts.as_written(diagnostic.path, diagnostic.line),
        remedy=remedy,
    )
