"""Tries variants of the source under the project's own tests, in its interpreter (see `experiment`)."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agentgate import process
from agentgate.errors import ToolError
from agentgate.tools import witnessed
from agentgate.tools.ports import Watch
from agentgate.tools.runners import Command, Pytest, Unittest
from agentgate.tools.variants import Variant

EXPERIMENT = witnessed.INSIDE / "experiment.py"


@dataclass(frozen=True, slots=True)
class Control:
    """One test of the control run, without a variant."""

    id: str
    outcome: str
    seconds: float
    lines: Mapping[str, frozenset[int]]  # path -> the lines of the traced files that it ran


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one variant ended.

    "killed", "survived", "timeout"; "untested": no test runs it; "untried": the time was up; "unswappable"; "died";
    "uncollected": as a real edit, the tests cannot be collected with it.
    """

    variant: Variant
    ended: str
    killed_by: str = ""
    tests: int = 0  # how many tests run its function
    killers: tuple[str, ...] = ()  # all of them, where no test was left out after the first

    @property
    def is_killed(self) -> bool:
        """A test noticed it; one that never ends is noticed too."""
        return self.ended in ("killed", "timeout")


@dataclass(frozen=True, slots=True)
class Pair:
    """One function as base has it and as head has it: (name, first line) on each side."""

    path: str
    symbol: str
    span: tuple[int, int]  # its lines at head
    function: str
    first: int
    base_first: int
    base_text: str  # base's whole file


@dataclass(frozen=True, slots=True)
class Values:
    """What a module makes at import under names that base defines otherwise: "RATES", "Till.places"."""

    path: str
    names: tuple[str, ...]
    base_text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A call that base answers otherwise than head, or a value that it makes otherwise."""

    path: str
    symbol: str
    call: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Trials:
    """The control run, every attempt, and how base's functions compare with head's."""

    control: tuple[Control, ...]
    attempts: tuple[Attempt, ...]
    compared: Mapping[tuple[str, str], int] = field(default_factory=dict)  # (path, symbol) -> calls that were compared
    differences: tuple[Difference, ...] = ()
    incomparable: str = ""  # why base and head could not be compared although they should have been


def try_out(
    runner: Pytest | Unittest | Command,
    root: str,
    selection: Sequence[str],
    watch: Watch,
    variants: Sequence[Variant],
    pairs: Sequence[Pair] = (),
    made: Sequence[Values] = (),
    *,
    first: Collection[str] = (),
    seconds: float = 60.0,
) -> Trials:
    """Run `selection` over the checkout at `root` once, tracing `watch`, then each variant against its tests.

    `first`: the tests that are asked first, so that they are named as killers where they are some.
    `seconds`: how long mutants are tried, beyond the first LEAST; everything else has six times as long.
    Raises `ToolError` where the control run says nothing, or the runner cannot be looked into.
    """
    if isinstance(runner, Command):
        raise ToolError(
            f"{runner.version.name} cannot be looked into: no variant can be tried",
            "name pytest or unittest as [tests] runner",
        )
    more: dict[str, object] = {
        **witnessed.watching(root, watch),
        "variants": [_instruction(root, variant) for variant in variants],
        "pairs": [_told(root, pair) for pair in pairs],
        "values": [_made(root, one) for one in made],
        "confine": os.fspath(process.CONFINE),
        "timeout": runner.ground.timeout,
        "seconds": seconds,
        "first": sorted(first),
    }
    arguments: list[str] = []
    if isinstance(runner, Pytest):
        arguments = [*runner.arguments(root), *selection]
    else:
        more.update(runner.instructions(root, selection))
    told = witnessed.told_by(EXPERIMENT, runner.ground, runner.name, root, arguments=arguments, more=more)
    compared, differences = _compared(told, pairs)
    return Trials(_control(told), _attempts(told, variants), compared, differences, _incomparable(told))


def _incomparable(told: witnessed.Told) -> str:
    """A child that dies or hangs over the calls has not shown that they are answered alike."""
    ended = [str(record.get("ended") or "") for record in told.of("differences")]
    return (
        f"the child that calls base and head alike ended: {ended[0]}"
        if ended and ended[0] in ("died", "timeout")
        else ""
    )


def _made(root: str, made: Values) -> dict[str, object]:
    path = os.path.realpath(os.path.join(root, made.path))
    return {"name": made.path, "path": path, "names": list(made.names), "base": made.base_text}


def _told(root: str, pair: Pair) -> dict[str, object]:
    return {
        "id": f"{pair.path}:{pair.symbol}",
        "name": pair.path,
        "path": os.path.realpath(os.path.join(root, pair.path)),
        "symbol": pair.symbol,
        "span": list(pair.span),
        "function": pair.function,
        "first": pair.first,
        "base_first": pair.base_first,
        "base": pair.base_text,
    }


def _compared(told: witnessed.Told, pairs: Sequence[Pair]) -> tuple[dict[tuple[str, str], int], tuple[Difference, ...]]:
    """How many calls of each function were compared, and the differences; nothing where the kernel cannot confine."""
    records = told.of("differences")
    found = records[0].get("found") if records else None
    by_id = {f"{pair.path}:{pair.symbol}": pair for pair in pairs}
    counts: dict[tuple[str, str], int] = {}
    differences = []
    for one in found if isinstance(found, list) else ():
        pair = by_id[str(one["id"])]
        counts[pair.path, pair.symbol] = int(one["tried"])
        shown = one["difference"]
        if shown:
            differences.append(Difference(pair.path, pair.symbol, shown["call"], shown["before"], shown["now"]))
    made = records[0].get("values") if records else None
    for one in made if isinstance(made, list) else ():
        shown = one["difference"]
        if shown:
            name = shown["name"]
            differences.append(Difference(one["path"], name, name, f"was {shown['before']}", f"is {shown['now']}"))
    return counts, tuple(differences)


def _instruction(root: str, variant: Variant) -> dict[str, object]:
    return {
        "id": variant.id,
        "name": variant.path,
        "path": os.path.realpath(os.path.join(root, variant.path)),
        "span": list(variant.span),
        "kind": variant.kind,
        "chain": [list(link) for link in variant.chain],
        "text": variant.text,
    }


def _control(told: witnessed.Told) -> tuple[Control, ...]:
    records = told.of("control")
    found = records[0]["found"] if records else None
    if not isinstance(found, dict):
        ended = records[0]["ended"] if records else "without a control run"
        said = witnessed.last_words(told.completed)
        raise ToolError(f"the laboratory ended: {ended}: {said}", "run the suite by hand and see it end")
    return tuple(
        Control(str(name), str(one[0]), float(one[1]), {path: frozenset(lines) for path, lines in one[2].items()})
        for name, one in found.items()
    )


def _attempts(told: witnessed.Told, variants: Sequence[Variant]) -> tuple[Attempt, ...]:
    ended = {record["id"]: record for record in told.of("variant")}
    found = []
    for variant in variants:
        record = ended.get(variant.id)
        if record is None:
            found.append(Attempt(variant, "died"))
        else:
            tests = record.get("tests")
            count = tests if isinstance(tests, int) else 0
            found.append(Attempt(variant, str(record["ended"]), str(record.get("killed") or ""), count))
    return tuple(found)
