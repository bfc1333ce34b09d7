"""The heart: puts one change to every layer, in their order, and yields the answers as they come.

Layers run side by side, each as soon as those it comes `after` have answered; their programs share one pool of process
slots. A layer that cannot judge is ERRORED and the others go on; a mistake in the configuration ends the run.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from agentgate import process
from agentgate.errors import CannotJudge, ConfigError
from agentgate.layers import Case, Layer
from agentgate.verdict import LayerResult, State


@dataclass(frozen=True, slots=True)
class Crash:
    """Something that no layer foresaw: our bug. `log` takes the traceback and says where it was kept."""

    log: Callable[[str], str]

    def result(self, layer: str, error: BaseException) -> LayerResult:
        """The crash as an answer: ERRORED, with the log to attach to a report."""
        path = self.log("".join(traceback.format_exception(error)))
        remedy = f"report this with {path}" if path else "report this"
        return LayerResult(
            layer, State.ERRORED, reason=f"AgentGate failed: {type(error).__name__}: {error}", remedy=remedy
        )


def judge(case: Case, layers: Sequence[Layer], crash: Crash, *, fail_fast: bool = False) -> Iterator[LayerResult]:
    """Put the change to `layers` and yield each answer as it comes; every layer answers exactly once.

    `fail_fast`: after the first answer that does not admit, the rest is ended and answers NOT_RUN. Raises `ConfigError`
    where a layer finds a mistake in its section.
    """
    names = {layer.name for layer in layers}
    waiting = {layer.name: layer for layer in layers}
    results: dict[str, LayerResult] = {}
    answers: queue.Queue[tuple[str, LayerResult | ConfigError]] = queue.Queue()
    running: set[str] = set()

    def start_ready() -> None:
        for layer in list(waiting.values()):
            needed = names.intersection(layer.after)
            if needed <= results.keys():
                del waiting[layer.name]
                running.add(layer.name)
                earlier = {name: results[name] for name in needed}
                _start(layer, case, earlier, crash, answers)

    start_ready()
    while running or waiting:
        if not running:
            raise AssertionError(f"layers wait for one another: {', '.join(waiting)}")
        name, answer = answers.get()
        running.discard(name)
        if isinstance(answer, ConfigError):
            process.end_all()
            raise answer
        results[name] = answer
        yield answer
        if fail_fast and not answer.admits:
            process.end_all()
            for other in (layer.name for layer in layers if layer.name not in results):
                yield LayerResult(
                    other, State.NOT_RUN, reason=f"--fail-fast: {name} did not admit the change", remedy=""
                )
            return
        start_ready()


def _start(
    layer: Layer,
    case: Case,
    earlier: dict[str, LayerResult],
    crash: Crash,
    answers: queue.Queue[tuple[str, LayerResult | ConfigError]],
) -> None:
    def work() -> None:
        answers.put((layer.name, _answer(layer, case, earlier, crash)))

    threading.Thread(target=work, name=f"layer-{layer.name}", daemon=True).start()


def _answer(layer: Layer, case: Case, earlier: dict[str, LayerResult], crash: Crash) -> LayerResult | ConfigError:
    started = time.monotonic()
    try:
        result = layer.judge(case, earlier)
    except ConfigError as error:
        return error
    except CannotJudge as error:
        result = LayerResult(layer.name, State.ERRORED, reason=error.message, remedy=error.remedy)
    except BaseException as error:  # SystemExit too: without an answer of this thread `judge` would wait for ever
        result = crash.result(layer.name, error)
    return replace(result, seconds=time.monotonic() - started)
