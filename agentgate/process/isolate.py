"""A launcher, run as a script by `process.run`: becomes a program that has no network. Without a program it only tries.

On Linux the program gets a network namespace (network_namespaces(7)) in which there is a loopback of its own and
nothing else: neither the machine's network, nor what listens on the machine's 127.0.0.1, nor its abstract sockets. A
user namespace (user_namespaces(7)) owns it, so that any user may make one and root cannot step out of it. All ids stay
what they are for root; for anyone else only the own user and group have a name there, files of others show as nobody's.

Where it cannot be made the program is not started: status 126, and why. Standard library only: it may not import us.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct
import sys
from typing import NoReturn

NEWUSER, NEWNET = 0x1000_0000, 0x4000_0000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
PR_CAPBSET_DROP = 24
# linux/capability.h: CAP_SYS_PTRACE and CAP_SYS_ADMIN, by which root gets into another process, or its network.
WAYS_BACK = 19, 21


def isolate(libc: ctypes.CDLL) -> None:
    """Leave the network. Raises `OSError` where the system does not let us."""
    helper, go = name_giver()
    has_users = libc.unshare(NEWUSER | NEWNET) == 0
    os.write(go, b"y" if has_users else b"n")
    os.close(go)
    refused = os.waitstatus_to_exitcode(os.waitpid(helper, 0)[1])
    if refused:
        raise OSError(refused, os.strerror(refused))
    if not has_users:
        isolate_root(libc)
    raise_loopback()


def isolate_root(libc: ctypes.CDLL) -> None:
    """Leave the network where there are no user namespaces, as only root may, and give up what would lead back."""
    if libc.unshare(NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for capability in WAYS_BACK:
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def name_giver() -> tuple[int, int]:
    """A child that stays outside, where the right to name all ids is: (its pid, where to write that it may begin)."""
    ours = {kind: identity(kind) for kind in ("uid", "gid")}
    waiting, go = os.pipe()
    child = os.fork()
    if child:
        os.close(waiting)
        return child, go
    os.close(go)
    status = 0
    if os.read(waiting, 1) == b"y":
        try:
            give_names(f"/proc/{os.getppid()}", ours)
        except OSError as error:
            status = error.errno or errno.EPERM
    os._exit(status)


def identity(kind: str) -> str:
    """The map that gives every "uid" or "gid" that we have its own number again."""
    with open(f"/proc/self/{kind}_map", encoding="ascii") as file:
        rows = [line.split() for line in file]
    return "".join(f"{inside} {inside} {count}\n" for inside, _, count in rows)


def give_names(process: str, ours: dict[str, str]) -> None:
    """Map all ids in the namespace of `process`, or where only root may the own ones."""
    try:
        for kind, names in ours.items():
            write(f"{process}/{kind}_map", names)
    except PermissionError:
        write(f"{process}/uid_map", f"{os.geteuid()} {os.geteuid()} 1\n")
        write(f"{process}/setgroups", "deny")  # else no group may be mapped
        write(f"{process}/gid_map", f"{os.getegid()} {os.getegid()} 1\n")


def write(path: str, text: str) -> None:
    """Write in one call, as maps must be."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode("ascii"))
    finally:
        os.close(descriptor)


def raise_loopback() -> None:
    """Bring up `lo`, which gives it 127.0.0.1 and ::1; netdevice(7)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def main(program: list[str]) -> NoReturn:
    """`[PROGRAM ARGUMENT...]`, the program by its path."""
    try:
        isolate(ctypes.CDLL(None, use_errno=True))
    except OSError as error:
        sys.stderr.write(f"{error.strerror}\n")
        sys.stderr.flush()
        os._exit(126)
    if program:
        os.execv(program[0], program)  # noqa: S606 - argv is ours, never a shell line
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
