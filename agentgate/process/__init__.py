"""The only place that starts a program.

Every program runs in a session of its own, without standard input, with a time-out, its output capped, its environment
an allow-list; it is ended with its whole process group, also on Ctrl-C and SIGTERM (`end_all`).

What a program leaves behind is ended too: its group everywhere, and on Linux what it moved to sessions of their own. A
daemon (its parents gone) is found only where the program was confined (`protect`), because `confine` adopts orphans.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agentgate.errors import ToolError
from agentgate.process.streams import converse

#: The variables that a child may inherit; everything else (tokens above all) is withheld.
INHERITED = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "TERM", "USER", "LOGNAME",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT",
)  # fmt: skip

CONFINE = Path(__file__).with_name("confine.py")
ISOLATE = Path(__file__).with_name("isolate.py")


@dataclass(frozen=True, slots=True)
class Completed:
    """How a program ended. `returncode` is negative for a signal, as in `subprocess`."""

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    truncated: bool = False

    @property
    def out(self) -> str:
        """Standard output as text; undecodable bytes survive as surrogates."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def err(self) -> str:
        """Standard error as text."""
        return self.stderr.decode("utf-8", "surrogateescape")


def environment(extra: Mapping[str, str] | None = None, *, keep: Sequence[str] = ()) -> dict[str, str]:
    """The allow-listed part of our own environment, plus the variables named in `keep`, plus `extra`."""
    env = {name: os.environ[name] for name in (*INHERITED, *keep) if name in os.environ}
    env.update(extra or {})
    return env


#: The pool that layers share: a program per core, and one more, so that two test runs do not keep the rest out.
_slots = threading.BoundedSemaphore(1 + max(2, os.cpu_count() or 1))
_alive: set[subprocess.Popen[bytes]] = set()
#: Held while a program is started, so that none slips past `end_all`; reentrant, since that runs in signal handlers.
_starting = threading.RLock()
_ending = threading.Event()


def run(
    argv: Sequence[str],
    *,
    cwd: str | os.PathLike[str],
    env: Mapping[str, str],
    stdin: bytes = b"",
    timeout: float = 600.0,
    slot: bool = True,
    output_limit: int = 256 << 20,
    protect: Sequence[str] = (),
    memory_limit: int = 0,
    network: bool = True,
    unless: threading.Event | None = None,
) -> Completed:
    """Run a program to its end and return how it ended; a time-out is an answer (`timed_out`), not an exception.

    `slot`: wait for a place in the shared pool (not for git, which is quick and asked all the time). `output_limit`:
    bytes kept per stream, the rest is read and dropped. `protect`: directories that the program and its children
    must not write to, where the system can enforce it (Landlock, see `confine`); `memory_limit`: bytes of address
    space for each process, 0 for no limit. `network`: without it there is a loopback of its own and nothing else, and
    where that cannot be (`cannot_isolate`) the program is not run: status 126. `unless`: set by another thread, it ends
    the program as a time-out does. Raises `ToolError` where the program cannot be started.
    """
    asked = tuple(os.fspath(argument) for argument in argv)
    limited = protect or memory_limit or not network
    command = _confined(asked, protect, memory_limit, network) if limited else asked
    with _slots if slot else contextlib.nullcontext():
        started = time.monotonic()
        child = _start(command, asked[0], cwd, env, bool(stdin))
        try:
            said = converse(child, stdin, started + timeout, output_limit, unless)
        finally:
            _end(child)
            with _starting:
                _alive.discard(child)
    seconds = time.monotonic() - started
    return Completed(asked, child.returncode, said.stdout, said.stderr, seconds, not said.in_time, said.truncated)


@functools.cache
def cannot_isolate() -> str:
    """Why no program can be run without a network here; empty where it can. Tried once."""
    if not sys.platform.startswith("linux"):
        return "only Linux has network namespaces"
    tried = run([*_script(ISOLATE)], cwd="/", env=environment(), timeout=60, slot=False)
    return f"no network namespace can be made: {tried.err.strip()}" if tried.returncode else ""


def cannot_limit_memory() -> str:
    """Why no program's memory can be limited here; empty where it can."""
    return "macOS does not hold a program to its address space" if sys.platform == "darwin" else ""


def _script(path: Path) -> tuple[str, ...]:
    """Our interpreter on a launcher, out of reach of variables and site-packages."""
    return (sys.executable, "-I", "-S", os.fspath(path))


def _confined(command: Sequence[str], protect: Sequence[str], memory_limit: int, network: bool) -> tuple[str, ...]:
    launcher = [*(() if network else _script(ISOLATE)), *_script(CONFINE), "--memory", str(memory_limit)]
    for directory in protect:
        launcher += ["--protect", os.path.realpath(directory)]
    return (*launcher, "--", *command)


def _start(
    command: Sequence[str], name: str, cwd: str | os.PathLike[str], env: Mapping[str, str], speaks: bool
) -> subprocess.Popen[bytes]:
    with _starting:
        if _ending.is_set():
            raise ToolError(f"{os.path.basename(name)} was not started: the run is being ended")
        try:
            child = subprocess.Popen(  # noqa: S603 - argv is ours, never a shell line
                command,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.PIPE if speaks else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
            why = error.strerror if isinstance(error, OSError) else None
            raise ToolError(f"{name} could not be started: {why or error}") from error
        _alive.add(child)
    return child


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the program with all that it started; it is reaped when this returns."""
    _kill(child)
    child.wait()


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.returncode is None:  # else its number may be another's by now
        for descendant in _descendants(child.pid):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(descendant, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    """Every living descendant of a living process, by /proc (Linux); elsewhere none, and the group must do."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError, ValueError):
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as file:
                    found += map(int, file.read().split())
    return found[1:]


def end_all() -> None:
    """End every running program with all that it started and let no further one start (Ctrl-C, SIGTERM)."""
    _ending.set()
    with _starting:
        running = tuple(_alive)
    for child in running:
        _kill(child)
