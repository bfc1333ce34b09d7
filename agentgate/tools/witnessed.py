"""Runs the witness in a project's interpreter and reads what it wrote down, believing nothing that does not agree."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agentgate import process
from agentgate.errors import ToolError
from agentgate.evidence import CollectError, Outcome, TestOutcome, TestRun
from agentgate.tools.ground import Ground
from agentgate.tools.ports import Watch

INSIDE = Path(__file__).with_name("inside")
WITNESS = INSIDE / "witness.py"
FAILING = frozenset({Outcome.FAILED, Outcome.ERROR})


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a finished witness wrote."""

    records: tuple[dict[str, object], ...]
    completed: process.Completed

    def of(self, kind: str) -> list[dict[str, object]]:
        """The records of one kind."""
        return [record for record in self.records if record["kind"] == kind]


def run(
    ground: Ground,
    runner: str,
    root: str,
    *,
    side: str,
    arguments: Sequence[str] = (),
    more: Mapping[str, object] | None = None,
    whole: bool = True,
) -> TestRun:
    """Run the witness over the checkout at `root`.

    Raises `ToolError` for every run that proves nothing. `whole=False`: what was witnessed of a run that died counts.
    """
    told = told_by(WITNESS, ground, runner, root, arguments=arguments, more=more)
    if not whole and told.of("test") and not told.of("end"):
        told = Told((*told.records, {"kind": "end", "status": told.completed.returncode}), told.completed)
        return _run_of(ground, runner, root, side, told, whole=False)
    return _run_of(ground, runner, root, side, told)


def told_by(
    program: Path,
    ground: Ground,
    runner: str,
    root: str,
    *,
    arguments: Sequence[str] = (),
    more: Mapping[str, object] | None = None,
) -> Told:
    """All that `program`, which travels into the project's interpreter, wrote down about the checkout at `root`."""
    package_root = os.path.normpath(os.path.join(root, ground.package.root))
    report = os.path.join(ground.scratch, f"report-{secrets.token_hex(12)}")
    nonce = secrets.token_hex(16)
    instructions = {
        "runner": runner,
        "report": report,
        "nonce": nonce,
        "root": package_root,
        "roots": ground.roots(root),
        "modules": list(ground.package.modules),
        "arguments": list(arguments),
        "each": ground.each,
        **(more or {}),
    }
    completed = process.run(
        [ground.environment.python, os.fspath(program)],
        cwd=package_root,
        env=ground.variables(root),
        stdin=json.dumps(instructions).encode(),
        timeout=ground.timeout,
        protect=ground.protect,
        memory_limit=ground.memory,
        network=ground.network,
        unless=ground.unless,
    )
    return Told(tuple(_records(report, nonce)), completed)


def _records(path: str, nonce: str) -> list[dict[str, object]]:
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    finally:
        Path(path).unlink(missing_ok=True)
    found = []
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue  # the line during which a run died
        if isinstance(record, dict) and record.pop("nonce", "") == nonce:
            found.append(record)
    return found


def _run_of(ground: Ground, runner: str, root: str, side: str, told: Told, *, whole: bool = True) -> TestRun:
    outcomes = tuple(_outcome(record, ground, root) for record in told.of("test"))
    collect_errors = [_collect_error(record, ground, root) for record in told.of("collect")]
    end = _end(told, runner, side) if whole else told.of("end")[0]
    status = _int(end["status"])
    if status == 4 and not outcomes and not collect_errors:
        collect_errors.append(_conftest_error(told, ground, runner, side))
        status = 1
    if whole:
        _check_agreement(told, outcomes, collect_errors, status, runner, side)
    return TestRun(
        side=side,
        package=ground.package.root,
        runner=runner,
        interpreter=ground.environment.python,
        outcomes=outcomes,
        collect_errors=tuple(collect_errors),
        exit_status=status,
        seconds=told.completed.seconds,
        origins=_origins(end.get("origins"), root),
        lines=_lines(next((record.get("lines") for record in told.of("inventory")), None)),
    )


def _origins(told: object, root: str) -> tuple[tuple[str, str], ...]:
    """(module, file) with files of the tree under test relative to it, so that a remembered run says the same."""
    inside = os.path.realpath(root) + os.sep
    files = (
        {str(module): os.path.realpath(str(file)) for module, file in told.items()} if isinstance(told, dict) else {}
    )
    return tuple(sorted((module, file.removeprefix(inside)) for module, file in files.items()))


def _end(told: Told, runner: str, side: str) -> dict[str, object]:
    """The last record; without one the run died, was ended, or ended itself."""
    ends = told.of("end")
    if told.completed.timed_out:
        raise ToolError(
            f"{runner} on {side} did not end in time", "raise [tests] timeout in gate.toml, or find the test that hangs"
        )
    if ends:
        return ends[0]
    how = _how_it_ended(told.completed.returncode)
    begun = f" after {len(told.of('test'))} test(s)" if told.of("start") else " before it began"
    raise ToolError(
        f"{runner} on {side} {how}{begun}: {last_words(told.completed)}", "run the suite by hand and see it end"
    )


def _how_it_ended(returncode: int) -> str:
    return (
        f"was killed by signal {-returncode}"
        if returncode < 0
        else f"ended with status {returncode} and without a report"
    )


def last_words(completed: process.Completed) -> str:
    """The end of what a program printed."""
    lines = [line.strip() for line in (completed.out + "\n" + completed.err).splitlines() if line.strip()]
    return " / ".join(lines[-3:])[-500:] or "it printed nothing"


def _check_agreement(
    told: Told,
    outcomes: Sequence[TestOutcome],
    collect_errors: Sequence[CollectError],
    status: int,
    runner: str,
    side: str,
) -> None:
    """Exit status, report and inventory must say the same."""
    failing = any(outcome.outcome in FAILING for outcome in outcomes) or bool(collect_errors)
    forged = any("forged outcome" in outcome.signature for outcome in outcomes)
    ended = told.completed.returncode
    if ended != status and not (status == 1 and ended == 4):
        raise ToolError(
            f"{runner} on {side} reported status {status} and ended with {ended}",
            "a test or plugin ends the interpreter: find it",
        )
    if status not in (0, 1, 5):
        raise ToolError(
            f"{runner} on {side} ended with status {status}: {last_words(told.completed)}",
            "run the suite by hand and see it end",
        )
    if failing != (status == 1) and not forged:
        raise ToolError(
            f"{runner} on {side} ended with status {status}, and {'tests failed' if failing else 'no test failed'}",
            "a conftest or plugin changes the exit status: find it",
        )
    collected = {str(i) for record in told.of("inventory") for i in _list(record["ids"])}
    never = collected - {outcome.id for outcome in outcomes}
    if never and runner == "pytest":
        raise ToolError(
            f"{runner} on {side} collected {len(never)} test(s) that never ran, e.g. {min(never)}",
            "a conftest or plugin drops tests: find it",
        )


def _outcome(record: Mapping[str, object], ground: Ground, root: str) -> TestOutcome:
    name = str(record["id"])
    return TestOutcome(
        id=name,
        outcome=Outcome(str(record["outcome"])),
        phase=str(record.get("phase") or "call"),
        seconds=_float(record.get("seconds")),
        function=re.sub(r"\[.*\]$", "", name, flags=re.DOTALL),
        path=_path(str(record.get("path") or ""), ground, root),
        line=_int(record.get("line") or 0),
        signature=_signature(record),
        detail=str(record.get("detail") or "").replace(root + "/", ""),
        doings=tuple(str(doing) for doing in _list(record.get("doings"))),
        lines=_lines(record.get("lines")),
        jumps=_jumps(record.get("jumps")),
    )


def _jumps(told: object) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
    if not isinstance(told, dict):
        return ()
    pairs = {str(path): [pair for pair in _list(found) if isinstance(pair, list)] for path, found in told.items()}
    return tuple((path, tuple((_int(a), _int(b)) for a, b in found)) for path, found in sorted(pairs.items()))


def _lines(told: object) -> tuple[tuple[str, tuple[int, ...]], ...]:
    if not isinstance(told, dict):
        return ()
    return tuple((str(path), tuple(_int(line) for line in _list(lines))) for path, lines in sorted(told.items()))


def watching(root: str, watch: Watch) -> dict[str, object]:
    """The instruction to trace functions of files in the checkout at `root`."""
    spans = {path: [list(span) for span in told] for path, told in watch.items()}
    files = {os.path.realpath(os.path.join(root, path)): [path, told] for path, told in spans.items()}
    return {"files": files} if files else {}


def _collect_error(record: Mapping[str, object], ground: Ground, root: str) -> CollectError:
    path = _path(str(record["path"]), ground, root)
    detail = str(record["detail"]).replace(root + "/", "")
    return CollectError(path, _signature(record), detail, str(record.get("missing") or ""))


def _conftest_error(told: Told, ground: Ground, runner: str, side: str) -> CollectError:
    """Status 4 is pytest's for wrong usage, and for a conftest that cannot be imported."""
    said = told.completed.out + told.completed.err
    match = re.search(r"while loading conftest '([^']+)'", said)
    if match is None:
        raise ToolError(
            f"{runner} on {side} refuses its options: {last_words(told.completed)}",
            "install the plugins that the project's pytest options name",
        )
    path = re.sub(r"^.*/tree/", "", match[1])
    missing = re.search(r"No module named '([\w.]+)'", said)
    errors = re.findall(r"^E\s+(\w+(?:\.\w+)*)(?::|$)", said, re.MULTILINE)
    del ground
    return CollectError(
        path, f"{errors[-1] if errors else 'error'} at {path}", said[-4000:], missing[1] if missing else ""
    )


def _signature(record: Mapping[str, object]) -> str:
    exception = str(record.get("exception") or "")
    return f"{exception} at {record.get('where') or ''}".strip() if exception else ""


def _path(path: str, ground: Ground, root: str) -> str:
    if not path:
        return ""
    full = os.path.normpath(os.path.join(root, ground.package.root, path))
    return os.path.relpath(os.path.realpath(full), os.path.realpath(root))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _float(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
