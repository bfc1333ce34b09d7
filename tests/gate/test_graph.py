"""The graph of layers: order, side by side, and what happens when one cannot answer."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

import pytest

from agentgate import process
from agentgate.errors import ConfigError, ToolError
from agentgate.gate import Crash, judge
from agentgate.layers import Case, Layer
from agentgate.verdict import LayerResult, State

CASE = Case(*[None] * 6)  # type: ignore[arg-type]  # no layer here looks at it

Earlier = Mapping[str, LayerResult]
Answer = Callable[[Earlier], State]


def layer(called: str, answer: Answer, *, after: Sequence[str] = ()) -> Layer:
    """A layer of that name."""

    class Made(Layer):
        name: ClassVar[str] = called

        def judge(self, case: Case, earlier: Earlier) -> LayerResult:
            del case
            return LayerResult(called, answer(earlier))

    Made.after = tuple(after)
    return Made()


def saying(state: State) -> Answer:
    def answer(_: Earlier) -> State:
        return state

    return answer


def raising(error: BaseException) -> Answer:
    def answer(_: Earlier) -> State:
        raise error

    return answer


PASSED = saying(State.PASSED)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """No thread is left behind, and programs may start again afterwards."""
    before = set(threading.enumerate())
    yield
    process._ending.clear()
    deadline = time.monotonic() + 5
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) <= before


def run(layers: Sequence[Layer], *, fail_fast: bool = False) -> dict[str, LayerResult]:
    """The answers by name, in the order in which they came."""
    results = list(judge(CASE, layers, Crash(lambda text: f"log of {len(text) > 0}"), fail_fast=fail_fast))
    assert len({r.layer for r in results}) == len(results)
    return {result.layer: result for result in results}


def test_a_layer_waits_for_those_it_comes_after_and_sees_only_their_results() -> None:
    seen: dict[str, list[str]] = {}

    def looking(name: str) -> Answer:
        def answer(earlier: Earlier) -> State:
            seen[name] = sorted(earlier)
            return State.PASSED

        return answer

    layers = [
        layer("c", looking("c"), after=("a", "b")),
        layer("b", looking("b"), after=("a",)),
        layer("d", looking("d")),
        layer("a", looking("a")),
    ]
    found = list(run(layers))
    assert found.index("a") < found.index("b") < found.index("c")
    assert seen == {"a": [], "b": ["a"], "c": ["a", "b"], "d": []}


def test_an_order_is_no_condition() -> None:
    layers = [layer("b", PASSED, after=("a", "not asked")), layer("a", saying(State.REFUSED))]
    assert {name: r.state for name, r in run(layers).items()} == {"a": State.REFUSED, "b": State.PASSED}


def test_layers_run_side_by_side() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def meet(_: Earlier) -> State:
        meeting.wait()
        return State.PASSED

    assert all(r.state is State.PASSED for r in run([layer("a", meet), layer("b", meet)]).values())


def test_a_layer_that_cannot_judge_is_errored_and_the_others_answer() -> None:
    found = run(
        [
            layer("a", raising(ToolError("no ruff", "install ruff"))),
            layer("b", PASSED),
            layer("c", PASSED, after=("a",)),
        ]
    )
    assert (found["a"].state, found["a"].reason, found["a"].remedy) == (State.ERRORED, "no ruff", "install ruff")
    assert found["b"].state is found["c"].state is State.PASSED


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("oops"), RecursionError("deep"), AssertionError("no"), MemoryError()]
)
def test_a_crash_is_errored_with_a_log(error: Exception) -> None:
    found = run([layer("a", raising(error)), layer("b", PASSED)])
    assert found["a"].state is State.ERRORED
    assert type(error).__name__ in found["a"].reason
    assert found["a"].remedy == "report this with log of True"
    assert found["b"].state is State.PASSED


@pytest.mark.parametrize("error", [SystemExit(0), KeyboardInterrupt()])
def test_a_layer_that_wants_to_leave_is_errored_and_nobody_waits_for_ever(error: BaseException) -> None:
    found = run([layer("a", raising(error)), layer("b", PASSED)])
    assert found["a"].state is State.ERRORED


def test_a_mistake_in_the_configuration_ends_the_run() -> None:
    with pytest.raises(ConfigError, match=r"tests\.command"):
        run([layer("a", raising(ConfigError("gate.toml: tests.command"))), layer("b", PASSED)])


def test_fail_fast_leaves_the_rest_not_run_and_ends_its_programs() -> None:
    def sleep(_: Earlier) -> State:
        process.run(["sleep", "600"], cwd="/", env={}, slot=False)
        return State.PASSED

    def refuse(_: Earlier) -> State:
        time.sleep(0.3)
        return State.REFUSED

    started = time.monotonic()
    found = run([layer("b", sleep), layer("c", PASSED, after=("b",)), layer("a", refuse)], fail_fast=True)
    assert time.monotonic() - started < 30
    assert [found[name].state for name in "abc"] == [State.REFUSED, State.NOT_RUN, State.NOT_RUN]
    assert "a did not admit" in found["b"].reason


def test_fail_fast_goes_on_while_everything_admits() -> None:
    layers = [layer("a", PASSED), layer("b", saying(State.NOT_APPLICABLE)), layer("c", PASSED, after=("a", "b"))]
    assert {r.state for r in run(layers, fail_fast=True).values()} == {State.PASSED, State.NOT_APPLICABLE}


def test_layers_that_wait_for_one_another_are_our_mistake() -> None:
    with pytest.raises(AssertionError, match="wait for one another"):
        run([layer("a", PASSED, after=("b",)), layer("b", PASSED, after=("a",))])


def test_each_answer_knows_how_long_it_took() -> None:
    def slow(_: Earlier) -> State:
        time.sleep(0.05)
        return State.PASSED

    assert run([layer("a", slow)])["a"].seconds >= 0.05


def test_an_interrupt_while_waiting_ends_with_the_programs() -> None:
    """In a process of its own: the interrupt comes while the graph waits for a layer whose program never ends."""
    script = textwrap.dedent("""
        import os, signal, sys, threading, time
        from tests.gate.test_graph import CASE, Crash, judge, layer, State
        from agentgate import process
        def sleep(earlier):
            process.run(["sleep", "600"], cwd="/", env={}, slot=False)
            return State.PASSED
        def interrupt():
            while not process._alive:
                time.sleep(0.01)
            print(next(iter(process._alive)).pid, flush=True)
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=interrupt).start()
        try:
            list(judge(CASE, [layer("a", sleep)], Crash(str)))
        except KeyboardInterrupt:
            process.end_all()
            sys.exit(130)
    """)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 130, done.stderr
    assert not _is_running(int(done.stdout))


def _is_running(pid: int) -> bool:
    done = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "sleep 600" in done.stdout
