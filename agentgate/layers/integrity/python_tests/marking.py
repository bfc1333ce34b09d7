"""What the decorators and assignments of changed tests, classes and modules take away."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from agentgate.layers.integrity.python_tests.claiming import Found, Said
from agentgate.layers.integrity.python_tests.claims import claims
from agentgate.layers.integrity.python_tests.compare import words
from agentgate.layers.integrity.python_tests.marks import assigned, cases, patience, silencers
from agentgate.layers.integrity.python_tests.units import Pair, Paired, Unit, units
from agentgate.tools.python_source import names_used, parse

Witnessed = Callable[[str, str], bool]


def found(
    files: Sequence[tuple[str, str, str, str]], pairs: Paired, removed: frozenset[str], witnessed: Witnessed
) -> Iterator[Found]:
    """(pair, move, what was and is said): silenced tests, fewer cases, more patience; not what a run witnessed."""
    tables = _tables(files)
    fresh_rows = _rows_of_new(pairs, tables)
    for pair in (*_modules(files), *pairs.changed, *_of_other_tables(files, tables)):
        is_known = witnessed(pair.before.path, pair.before.name)
        silent = silencers_added(pair)
        if silent and not is_known:
            yield pair, "silenced", [_silent(silencer) for silencer in silent]
        if pair.now.name and not silent:
            yield from _cases(pair, tables, fresh_rows, removed, is_known=is_known)
            yield from _patience(pair)


def silencers_added(pair: Pair) -> list[str]:
    """What silences head's version where nothing did base's."""
    before, now = silencers(pair.before.node), silencers(pair.now.node)
    return [] if before else list(now)


def _silent(silencer: str) -> Said:
    return Said(f"`{' '.join(silencer.split())}` is new")


def _modules(files: Sequence[tuple[str, str, str, str]]) -> Iterator[Pair]:
    """Each module as a class without a name, for what it assigns."""
    for base_path, base, path, head in files:
        old, new = parse(base), parse(head)
        if old is not None and new is not None and base and head and base != head:
            yield Pair(_as_class(base_path, base, old), _as_class(path, head, new))


def _as_class(path: str, text: str, tree: ast.Module) -> Unit:
    body: list[ast.stmt] = [s for s in tree.body if isinstance(s, (ast.Assign, ast.Expr, ast.Raise))]
    node = ast.ClassDef("", [], [], body, [], lineno=1, end_lineno=text.count("\n") + 1)
    return Unit(path, "", node, text, 1)


def _tables(files: Sequence[tuple[str, str, str, str]]) -> dict[tuple[str, str], Mapping[str, ast.expr]]:
    found: dict[tuple[str, str], Mapping[str, ast.expr]] = {}
    for base_path, base, path, head in files:
        found["base", base_path] = assigned(parse(base))
        found["head", path] = assigned(parse(head))
    return found


def _of_other_tables(
    files: Sequence[tuple[str, str, str, str]], tables: Mapping[tuple[str, str], Mapping[str, ast.expr]]
) -> Iterator[Pair]:
    """Functions that are the same, whose cases stand in an assignment of the module that is another."""
    for base_path, base, path, head in files:
        before, now = tables["base", base_path], tables["head", path]
        named = {name for name in before.keys() & now.keys() if ast.dump(before[name]) != ast.dump(now[name])}
        old = units(base_path, base) if named else {}
        for name, unit in units(path, head).items() if named else ():
            marks = [decorator for decorator in unit.node.decorator_list if names_used(decorator) & named]
            if marks and name in old and old[name].text == unit.text:
                yield Pair(old[name], unit)


def _rows_of_new(pairs: Paired, tables: Mapping[tuple[str, str], Mapping[str, ast.expr]]) -> list[frozenset[str]]:
    """The words of what new functions say, and of the rows that others gained: there cases may have gone."""
    found = [words(unit.text) for unit in pairs.new if not unit.is_class]
    for pair in pairs.changed:
        now = cases(pair.now.node, tables.get(("head", pair.now.path), {})) or {}
        old = cases(pair.before.node, tables.get(("base", pair.before.path), {})) or {}
        known = {row for rows in old.values() for row in rows}
        found += [words(row) for rows in now.values() for row in rows if row not in known]
    return found


def _cases(
    pair: Pair,
    tables: Mapping[tuple[str, str], Mapping[str, ast.expr]],
    fresh: Sequence[frozenset[str]],
    removed: frozenset[str],
    *,
    is_known: bool,
) -> Iterator[Found]:
    before = cases(pair.before.node, tables.get(("base", pair.before.path), {}))
    now = cases(pair.now.node, tables.get(("head", pair.now.path), {}))
    if before is None or now is None:
        return
    for names, rows in before.items():
        left = now.get(names)
        if left is None:
            continue
        gone = [row for row in rows if row not in left]
        new = [row for row in left if row not in rows]
        gone = [row for row in gone if not words(row) & removed]
        if len(left) < len(rows) and not is_known and _claimed(pair.now) <= _claimed(pair.before):
            lost = [row for row in gone if not any(words(row) <= place for place in fresh)]
            if lost := lost[len(new) :] if len(lost) > len(new) else []:
                yield pair, "cases", [Said(f"`{_short(row)}` is gone") for row in lost]
        yield from _answers(pair, gone, new)


def _claimed(unit: Unit) -> int:
    return 0 if isinstance(unit.node, ast.ClassDef) else len(claims(unit.node))


def _answers(pair: Pair, gone: Sequence[str], new: Sequence[str]) -> Iterator[Found]:
    """Rows of which only the last value is another."""
    changed = []
    for row in gone:
        start = row.rpartition(", ")[0]
        other = next((one for one in new if start and one.rpartition(", ")[0] == start), None)
        if other is not None:
            changed.append(Said(f"`{_short(row)}` is `{_short(other)}` now"))
    if changed:
        yield pair, "expected", changed


def _patience(pair: Pair) -> Iterator[Found]:
    before, now = patience(pair.before.node), patience(pair.now.node)
    raised = [
        Said(f"{name} {was:g} -> {is_now:g}")
        for name, numbers in before.items()
        if len(numbers) == len(now.get(name, []))
        for was, is_now in zip(numbers, now[name], strict=True)
        if is_now > was
    ]
    again = [name for name in now if name not in before and words(name) & {"reruns", "flaky", "max_runs"}]
    raised += [Said(f"{name} is new") for name in again]
    if raised:
        yield pair, "patience", raised


def _short(row: str) -> str:
    text = " ".join(row.split())
    return text if len(text) <= 80 else f"{text[:77]}..."
