"""A launcher, run as a script by `process.run`: starts the program with less power and stays until all of it is gone.

On Linux with Landlock (kernel 5.13, landlock(7)) the program and all its children lose the right to write below the
directories given by `--protect`; everything else stays as it was, except that nothing new can be made directly in a
directory on the way to a protected one. Where the kernel can (6.12), they cannot signal us either. The launcher adopts
orphans (PR_SET_CHILD_SUBREAPER) and ends them when the program ends or when we are gone. Elsewhere it just becomes the
program. Standard library only: it may not import us.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys
from typing import NoReturn

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 36, 38
# linux/landlock.h: WRITE_FILE, REMOVE_DIR, REMOVE_FILE, MAKE_CHAR/DIR/REG/SOCK/FIFO/BLOCK/SYM (ABI 1),
# REFER (ABI 2), TRUNCATE (ABI 3); reading and executing are not handled and so stay free.
WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
ON_FILES = 1 << 1 | TRUNCATE
SCOPE_SIGNAL = 1 << 1  # ABI 6
TCP = 1 << 0 | 1 << 1  # bind and connect, ABI 4


def abi(libc: ctypes.CDLL) -> int:
    """The kernel's version of Landlock. Below 2 (without REFER every rename between directories fails) it is no use."""
    version: int = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return version


def writable_roots(protected: list[str], directory: str = "/") -> list[str]:
    """The paths that together cover the file system but for `protected` (each absolute and resolved)."""
    roots = []
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if path in protected:
            continue
        if any(p.startswith(path + "/") for p in protected):
            with contextlib.suppress(OSError):
                roots += writable_roots(protected, path)
        elif not os.path.islink(path):
            roots.append(path)
    return roots


def protect(libc: ctypes.CDLL, protected: list[str]) -> bool:
    """Give up writing below `protected`; False where the system cannot."""
    return restrict(libc, writable_roots(protected))


def restrict(libc: ctypes.CDLL, writable: list[str], network: int = 0) -> bool:
    """Give up writing anywhere but below `writable`, and the `network` rights; False where the system cannot."""
    version = abi(libc)
    if version < (4 if network else 2):
        return False
    handled = WRITES | REFER | (TRUNCATE if version >= 3 else 0)
    attribute = struct.pack("QQQ", handled, network, SCOPE_SIGNAL if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE_RULESET, attribute, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    for path in writable:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        allowed = handled if os.path.isdir(path) else handled & ON_FILES
        beneath = struct.pack("=Qi", allowed, descriptor)
        libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, beneath, 0)
        os.close(descriptor)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    done: int = libc.syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return done == 0


def become(program: list[str], memory: int) -> NoReturn:
    """Execute the program; 127 where that cannot be."""
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python for itself
        signal.signal(ignored, signal.SIG_DFL)
    if memory:
        limit_memory(memory)
    try:
        os.execvp(program[0], program)  # noqa: S606 - argv is ours, never a shell line
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error.strerror}\n")
        sys.stderr.flush()
        os._exit(127)


def limit_memory(memory: int) -> None:
    """Hold every process of the program to `memory` bytes of address space, or to a lower limit that is there."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    least = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (least, least))


def children() -> list[int]:
    """Our own living children, adopted ones included."""
    found: list[int] = []
    for task in os.listdir("/proc/self/task"):
        with contextlib.suppress(OSError), open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
            found += map(int, file.read().split())
    return found


def end_children() -> None:
    """End every child, then those that become ours by that, until none is left."""
    while living := children():
        for pid in living:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def ended(child: int) -> int:
    """Wait for `child` (and reap the orphans that end meanwhile); its wait status."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return status


def leave(status: int) -> NoReturn:
    """End as the program ended: with its exit status, or by its signal."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def guard(libc: ctypes.CDLL, program: list[str], protected: list[str], memory: int) -> NoReturn:
    """Start the program, wait, and end what it left behind."""

    def abandoned(number: int, frame: object) -> NoReturn:
        del frame
        end_children()
        os._exit(128 + number)

    signal.signal(signal.SIGTERM, abandoned)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if protected:
            protect(libc, protected)
        become(program, memory)
    status = ended(child)
    end_children()
    leave(status)


def main(arguments: list[str]) -> NoReturn:
    """`--memory BYTES [--protect DIR]... -- PROGRAM ARGUMENT...`."""
    protected = []
    memory = 0
    position = 0
    while arguments[position] != "--":
        option, value = arguments[position], arguments[position + 1]
        if option == "--protect":
            protected.append(value)
        elif option == "--memory":
            memory = int(value)
        position += 2
    program = arguments[position + 1 :]
    if sys.platform.startswith("linux"):
        guard(ctypes.CDLL(None, use_errno=True), program, protected, memory)
    become(program, memory)


if __name__ == "__main__":
    main(sys.argv[1:])
