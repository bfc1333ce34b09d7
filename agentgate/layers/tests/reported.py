"""What a runner's own coverage report shows of a change, in any language: lines that nothing runs.

Python is measured by changed statements, moved ones left out; other languages by added lines that the report knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agentgate.change import Change, FileChange
from agentgate.errors import CannotJudge
from agentgate.evidence import ChangeKind, Proof
from agentgate.layers.tests.changed import ChangedSource, changed_sources
from agentgate.layers.tests.compare import Comparison
from agentgate.layers.tests.kind import OTHER_LANGUAGES, sort
from agentgate.layers.tests.uncovered import MOST_FINDINGS, SOME_SIZE
from agentgate.project import Project
from agentgate.tools.coverage_report import Lines
from agentgate.verdict import Finding, Location, Severity

NOT_ESTABLISHED = "not established"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Reported:
    """The findings, what else is to be said, and the numbers."""

    findings: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()
    known: int = 0  # changed statements, or lines of another language, that the report knows
    ran: int = 0
    package: str = "."

    def on(self, proof: Proof | None) -> Proof | None:
        """The argument with these numbers; one of nothing but these, where nothing else was argued."""
        if not self.known:
            return proof
        bare = Proof(self.package, NOT_ESTABLISHED, "only the coverage report tells")
        return replace(proof or bare, statements=self.known, covered=self.ran)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A changed statement, or a changed line of another language, that the report knows."""

    path: str
    line: int
    symbol: str
    excerpt: str
    has_run: bool


def reported(compared: Comparison, project: Project, kind: ChangeKind) -> Reported:
    """The package's part of the change by the coverage report of head's run.

    Raises `CannotJudge` where that run left none: a runner may write none when a test fails.
    """
    change, root = compared.change, compared.package.root
    ran, known = _by_path(compared.head.lines), _by_path(compared.head.known)
    sources = changed_sources(change, [path for path in kind.source if _is_of(root, path, project)])
    foreign = [f for f in _foreign(change, project, known) if _is_of(root, f.path, project)]
    if not sources and not foreign:
        return Reported()
    if not known:
        raise CannotJudge("head's run failed and left no coverage report", "let the runner measure failing runs, too")
    pieces = [piece for source in sources for piece in _statements(source, ran, known)]
    pieces += [piece for file in foreign for piece in _lines(change, file, ran, known)]
    dead = [one for source in sources for one in _dead(source, pieces)]
    unrun = [piece for piece in pieces if not piece.has_run and not any(_is_in(piece, *one) for one in dead)]
    found = [_refused(path, name, pieces, compared) for path, name in dead]
    found += [_warned(piece, compared) for piece in unrun[:MOST_FINDINGS]]
    notices = tuple(_notices(sources, foreign, pieces, known))
    return Reported(tuple(found), notices, len(pieces), sum(piece.has_run for piece in pieces), root)


_Known = Mapping[str, frozenset[int]]


def _by_path(lines: Lines) -> _Known:
    return {path: frozenset(numbers) for path, numbers in lines}


def _is_of(root: str, path: str, project: Project) -> bool:
    """Whether the package at `root` is the innermost that holds the path: no other's report tells of it."""
    owner = project.owner(path)
    return owner is not None and owner.root == root


def _foreign(change: Change, project: Project, known: _Known) -> list[FileChange]:
    """The changed files that are not Python and no tests, if the report knows them or it could be expected to."""
    tests = sort(change, project).tests
    files = [f for f in change.files if f.head_blob and f.is_regular and not f.path.endswith((".py", ".pyi"))]
    return [f for f in files if f not in tests and (f.path in known or f.path.endswith(OTHER_LANGUAGES))]


def _statements(source: ChangedSource, ran: _Known, known: _Known) -> Iterator[_Piece]:
    text = source.text.split("\n")
    for statement in source.statements:
        lines = frozenset(range(statement.first, statement.last + 1))
        if lines & known.get(source.path, frozenset()):
            has_run = not lines.isdisjoint(ran.get(source.path, ()))
            yield _Piece(source.path, statement.first, statement.symbol, text[statement.first - 1], has_run)


def _lines(change: Change, file: FileChange, ran: _Known, known: _Known) -> Iterator[_Piece]:
    """The added lines that the report knows; a bracket alone is known to some reports, and is nothing to test."""
    text = (change.head.read_text(file.path) or "").split("\n")
    for number in sorted(known.get(file.path, ())):
        excerpt = text[number - 1] if number <= len(text) else ""
        if file.touches(number) and any(character.isalnum() for character in excerpt):
            yield _Piece(file.path, number, "", excerpt, number in ran.get(file.path, ()))


def _is_in(piece: _Piece, path: str, name: str) -> bool:
    return piece.path == path and (piece.symbol == name or piece.symbol.startswith(f"{name}."))


def _dead(source: ChangedSource, pieces: Sequence[_Piece]) -> list[tuple[str, str]]:
    """(path, name) of new functions of some size of which the report knows that nothing has run."""
    found = []
    for name in source.new:
        inside = [piece for piece in pieces if _is_in(piece, source.path, name)]
        has_run = any(piece.has_run for piece in inside)
        if len(inside) >= SOME_SIZE and not has_run and not name.rpartition(".")[2].startswith("__"):
            found.append((source.path, name))
    return found


def _refused(path: str, name: str, pieces: Sequence[_Piece], compared: Comparison) -> Finding:
    first = next(piece for piece in pieces if _is_in(piece, path, name))
    message, remedy = f"no test runs any of the new {name}", f"add a test that calls {name}, or leave it out"
    return _finding(Severity.ERROR, message, first, remedy, compared)


def _warned(piece: _Piece, compared: Comparison) -> Finding:
    message, remedy = "no test runs this changed line", "add a test that takes this branch"
    return _finding(Severity.WARNING, message, piece, remedy, compared)


def _finding(severity: Severity, message: str, piece: _Piece, remedy: str, compared: Comparison) -> Finding:
    place, package = Location(piece.path, piece.line), compared.shown_package
    return Finding("tests/uncovered", severity, message, place, piece.excerpt, remedy, package=package)


def _notices(
    sources: Sequence[ChangedSource], foreign: Sequence[FileChange], pieces: Sequence[_Piece], known: _Known
) -> Iterator[str]:
    """What the report leaves open: nobody may take it for covered."""
    absent = [path for path in (*(s.path for s in sources), *(f.path for f in foreign)) if path not in known]
    if absent:
        more = f" and {len(absent) - MOST_NAMED} more" if len(absent) > MOST_NAMED else ""
        yield f"not in the coverage report, so nobody knows whether it runs: {', '.join(absent[:MOST_NAMED])}{more}"
    for source in sources:
        told = sum(piece.path == source.path for piece in pieces)
        if source.path in known and told < len(source.statements):
            yield f"the coverage report knows {told} of {len(source.statements)} changed statements of {source.path}"
