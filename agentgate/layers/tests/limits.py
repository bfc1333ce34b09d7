"""What the tests must do without: `network` and `memory` of `[tests]`, as far as this machine can withhold them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from agentgate import process
from agentgate.tools.ground import Ground

LEAST, MOST = 64 << 20, 64 << 40  # with less no interpreter starts, more no process can address anyway
UNITS = {f"{prefix}{end}": base**power for end, base in (("iB", 1024), ("B", 1000))
         for power, prefix in enumerate("KMGT", 1)}  # fmt: skip
SIZE = rf"([1-9][0-9]*) ?({'|'.join(UNITS)})"


def size(value: object) -> int:
    """Bytes of `"512MiB"`, `"2GB"` or an integer; 0 stands for no limit. Raises pydantic's error for all else."""
    written = re.fullmatch(SIZE, value) if isinstance(value, str) else None
    number = int(written[1]) * UNITS[written[2]] if written else value
    if isinstance(number, int) and not isinstance(number, bool) and (number == 0 or LEAST <= number <= MOST):
        return number
    raise PydanticCustomError("size", 'must be a size from "64MiB" to "64TiB" (KiB, MB, GB...), bytes, or 0')


#: A size in gate.toml, in bytes once it is read.
Size = Annotated[
    int,
    BeforeValidator(size),
    WithJsonSchema(
        {"anyOf": [{"const": 0}, {"type": "integer", "minimum": LEAST, "maximum": MOST},
                   {"type": "string", "pattern": f"^{SIZE}$"}]}
    ),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What the policy withholds. `memory`: bytes of address space for each process, 0 for no limit."""

    network: bool = True
    memory: int = 0

    def on(self, ground: Ground) -> Ground:
        """The ground with the limits that this machine can set."""
        return replace(ground, network=self._has_network, memory=self._memory)

    @property
    def told(self) -> tuple[str, ...]:
        """The limits that are set, for the key of a remembered run."""
        return (f"network={self._has_network}", f"memory={self._memory}")

    def without_effect(self) -> list[str]:
        """A line for each limit that cannot be set here, and why."""
        lines = []
        if not self.network and (why := process.cannot_isolate()):
            lines.append(f"network = false has no effect here: {why}")
        if self.memory and (why := process.cannot_limit_memory()):
            lines.append(f"memory = {self.memory} has no effect here: {why}")
        return lines

    @property
    def _has_network(self) -> bool:
        return self.network or bool(process.cannot_isolate())

    @property
    def _memory(self) -> int:
        return 0 if process.cannot_limit_memory() else self.memory
