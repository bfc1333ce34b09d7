"""Feeds a program's standard input and reads what it prints, until it has ended or its time is up."""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import IO

_CHUNK = 1 << 16
#: Seconds for which we go on reading when a program has ended and something it started still holds its pipes.
_LINGER = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """What a program printed; `in_time`: it ended before the deadline."""

    stdout: bytes
    stderr: bytes
    in_time: bool
    truncated: bool


@dataclass(slots=True)
class _Reading:
    """One output stream: at most `limit` bytes are kept, the rest is read and dropped, so that nobody blocks."""

    stream: IO[bytes]
    limit: int
    kept: bytearray = field(default_factory=bytearray)
    truncated: bool = False

    def proceed(self) -> bool:
        """Take what is there; False at the end of the stream."""
        try:
            chunk = os.read(self.stream.fileno(), _CHUNK)
        except BlockingIOError:
            return True
        room = self.limit - len(self.kept)
        self.truncated = self.truncated or len(chunk) > room
        self.kept += chunk[: max(0, room)]
        return bool(chunk)


@dataclass(slots=True)
class _Writing:
    """Standard input; a program that does not read it to its end is no error."""

    stream: IO[bytes]
    pending: memoryview

    def proceed(self) -> bool:
        """Write what fits; False when nothing is left to write."""
        try:
            self.pending = self.pending[os.write(self.stream.fileno(), self.pending[:_CHUNK]) :]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return bool(self.pending)


def converse(
    child: subprocess.Popen[bytes], stdin: bytes, deadline: float, limit: int, unless: threading.Event | None = None
) -> Said:
    """Feed and read `child` (its three streams are pipes, or none) until it has ended or `deadline` (monotonic).

    `unless`: set by another thread, it is the deadline.
    """
    outputs = [_Reading(stream, limit) for stream in (child.stdout, child.stderr) if stream is not None]
    streams: list[_Reading | _Writing] = [*outputs]
    if child.stdin is not None:
        streams.append(_Writing(child.stdin, memoryview(stdin)))
    try:
        in_time = _exchange(child, streams, deadline, unless) and _ended(child, deadline)
    finally:
        for each in streams:
            with contextlib.suppress(OSError):
                each.stream.close()
    stdout, stderr = (bytes(each.kept) for each in outputs)
    return Said(stdout, stderr, in_time, any(each.truncated for each in outputs))


def _exchange(
    child: subprocess.Popen[bytes],
    streams: list[_Reading | _Writing],
    deadline: float,
    unless: threading.Event | None,
) -> bool:
    """Serve all streams until each is at its end or the program has ended; False where the deadline came first."""
    with selectors.DefaultSelector() as selector:
        for each in streams:
            os.set_blocking(each.stream.fileno(), False)
            event = selectors.EVENT_WRITE if isinstance(each, _Writing) else selectors.EVENT_READ
            selector.register(each.stream, event, each)
        lingering = False
        while selector.get_map():
            if not lingering and child.poll() is not None:
                # what it left behind must not hold us: what is readable is read, and no more is waited for
                lingering = True
                deadline = min(deadline, time.monotonic() + _LINGER)
            remaining = deadline - time.monotonic()
            if remaining <= 0 or (unless is not None and unless.is_set()):
                return lingering
            ready = selector.select(0.0 if lingering else min(remaining, 0.1))
            if lingering and not ready:
                return True
            for key, _ in ready:
                served: _Reading | _Writing = key.data
                if not served.proceed():
                    selector.unregister(key.fileobj)
                    served.stream.close()
    return True


def _ended(child: subprocess.Popen[bytes], deadline: float) -> bool:
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True
