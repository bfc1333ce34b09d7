"""What every layer is: one question about a change, and its answer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from agentgate.change import Change, Checkouts, Repository
from agentgate.project import Project
from agentgate.store import Cache
from agentgate.verdict import LayerResult

#: A TOML array of strings.
Strings = Annotated[tuple[str, ...], Field(strict=False)]


def _silent(layer: str, doing: str) -> None:
    del layer, doing


@dataclass(frozen=True)
class Case:
    """All that a layer may look at."""

    repository: Repository
    change: Change
    project: Project  # of the head tree
    checkouts: Checkouts
    cache: Cache
    environ: Mapping[str, str]
    python: str = ""  # the policy's interpreter, "" to find one
    carry: tuple[str, ...] = ()  # globs of ignored files to carry into checkouts
    prepare: str = ""  # a command that makes ready each checkout in which the change's code runs
    in_place: bool = False  # head's own test run happens in the working tree
    full_proof: bool = False  # mutants for every class of change
    say: Callable[[str, str], None] = field(default=_silent)  # say(layer, what is being done): the live progress


class Layer(BaseModel):
    """A layer is its section of gate.toml: frozen fields with strict keys, and `judge`.

    `judge` raises `CannotJudge` where it cannot answer; `gate` turns that into ERRORED and the other layers go on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: ClassVar[str]
    after: ClassVar[tuple[str, ...]] = ()  # layers whose results are handed over; an order, not a condition

    @abstractmethod
    def judge(self, case: Case, earlier: Mapping[str, LayerResult]) -> LayerResult:
        """The answer for this change; `earlier` holds the results of the layers named in `after`, by name."""
