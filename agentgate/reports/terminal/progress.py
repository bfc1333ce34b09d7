"""What each layer does while it does it, at a terminal."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from agentgate.reports import escaping, wording
from agentgate.reports.terminal.marks import ASCII, STATES, UNICODE, shows_unicode
from agentgate.verdict import ChangeIdentity, LayerResult


class Progress:
    """What each layer is doing and for how long, on standard error; gone when the verdict is shown."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, emoji=False)
        self._lock = threading.Lock()
        self._doing: dict[str, str] = {}
        self._since: dict[str, float] = {}
        self._results: dict[str, LayerResult] = {}
        self._title = "reading the change"
        self._started = time.monotonic()
        unicode = shows_unicode(self._console.encoding)
        self._spinner = Spinner("dots" if unicode else "line", style="cyan")
        self._glyphs = UNICODE if unicode else ASCII
        self._live = Live(get_renderable=self._render, console=self._console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Progress:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def begins(self, identity: ChangeIdentity, layers: Sequence[str]) -> None:
        """The change is read."""
        files = wording.plural(identity.files, "file")
        with self._lock:
            self._title = f"{escaping.path(identity.head)} for {escaping.path(identity.target)}, {files}"
            self._doing = {**dict.fromkeys(layers, "waiting"), **self._doing}

    def doing(self, layer: str, what: str) -> None:
        """A layer says what it does."""
        with self._lock:
            self._doing[layer] = what
            self._since.setdefault(layer, time.monotonic())

    def answered(self, result: LayerResult) -> None:
        """A layer has answered."""
        with self._lock:
            self._doing.setdefault(result.layer, "")
            self._results[result.layer] = result

    def refresh(self) -> None:
        """Show the state of things now; it is done by itself eight times a second."""
        self._live.refresh()

    def _render(self) -> RenderableType:
        now = time.monotonic()
        grid = Table.grid(padding=(0, 1))
        for _ in range(4):
            grid.add_column(no_wrap=True, overflow="ellipsis")
        with self._lock:
            title = Text(f"{self._title}  {now - self._started:.0f} s", "dim", no_wrap=True, overflow="ellipsis")
            for layer, what in self._doing.items():
                grid.add_row(*self._row(layer, what, now))
        return Group(title, grid)

    def _row(self, layer: str, what: str, now: float) -> Iterable[RenderableType]:
        name, result = Text(escaping.line(layer), "bold"), self._results.get(layer)
        if result is not None:
            colour, mark = STATES[result.state]
            took = Text(f"{wording.seconds(result.seconds):.1f} s", "dim", justify="right")
            return Text(self._glyphs[mark], colour), name, took, Text(wording.state(result), colour)
        if layer not in self._since:
            return Text(self._glyphs["note"], "dim"), name, Text(""), Text(escaping.line(what), "dim")
        elapsed = Text(f"{now - self._since[layer]:.1f} s", "dim", justify="right")
        return self._spinner, name, elapsed, Text(escaping.line(what), "dim")
