"""The limits of a test run: sizes in words, what is set here, and a line for what cannot be."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from pydantic import TypeAdapter

from agentgate import policy, process
from agentgate.errors import ConfigError
from agentgate.layers.tests.limits import Limits, Size
from tests.tools.suites import ground

SIZES = {
    "64MiB": 64 << 20,
    "4GiB": 4 << 30,
    "2GB": 2_000_000_000,
    "512 MiB": 512 << 20,
    "1TiB": 1 << 40,
    "65536KiB": 64 << 20,
    268_435_456: 256 << 20,
    0: 0,
}
NO_SIZES = [
    "4",
    "4G",
    "4gib",
    "-1GiB",
    "1.5GiB",
    "0GiB",
    "",
    "1KiB",
    "65TiB",
    "4GiB\n",
    "٤GiB",
    4,
    -1,
    1 << 63,
    1e9,
    True,
]


@pytest.mark.parametrize(("written", "memory"), SIZES.items())
def test_a_size_is_read_as_bytes(written: str | int, memory: int) -> None:
    text = f"[tests]\nmemory = {written if isinstance(written, int) else repr(written)}\n"
    assert policy.parse(text, "f").tests.memory == memory
    jsonschema.validate(written, TypeAdapter(Size).json_schema())


@pytest.mark.parametrize("written", NO_SIZES)
def test_anything_else_is_no_size(written: object) -> None:
    shown = str(written).lower() if isinstance(written, bool) else repr(written).replace("'", '"')
    with pytest.raises(ConfigError) as caught:
        policy.parse(f"[tests]\nmemory = {shown}\n", "f")
    assert caught.value.message == (
        f'f: tests.memory = {written!r}: must be a size from "64MiB" to "64TiB" (KiB, MB, GB...), bytes, or 0'
    )


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "cannot_isolate", lambda: "")
    monkeypatch.setattr(process, "cannot_limit_memory", lambda: "")


@pytest.fixture
def unable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "cannot_isolate", lambda: "not here")
    monkeypatch.setattr(process, "cannot_limit_memory", lambda: "nor that")


@pytest.mark.usefixtures("able")
def test_where_it_can_be_the_ground_has_the_limits(tmp_path: Path) -> None:
    limits = Limits(network=False, memory=1 << 30)
    limited = limits.on(ground(tmp_path))
    assert (limited.network, limited.memory) == (False, 1 << 30)
    assert limits.without_effect() == []


@pytest.mark.usefixtures("unable")
def test_where_it_cannot_be_the_run_goes_on_and_says_so(tmp_path: Path) -> None:
    limits = Limits(network=False, memory=1 << 30)
    limited = limits.on(ground(tmp_path))
    assert (limited.network, limited.memory) == (True, 0)
    assert limits.without_effect() == [
        "network = false has no effect here: not here",
        "memory = 1073741824 has no effect here: nor that",
    ]
    assert limits.told == Limits().told


@pytest.mark.usefixtures("unable")
def test_who_asks_for_no_limit_is_told_nothing() -> None:
    assert Limits().without_effect() == []


@pytest.mark.usefixtures("able")
def test_a_remembered_run_is_one_under_the_same_limits() -> None:
    kinds = [Limits(network=n, memory=m) for n in (True, False) for m in (0, 1 << 30)]
    assert len({limits.told for limits in kinds}) == 4
