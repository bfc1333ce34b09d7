"""Isolated programs: a loopback of their own, no network, and everything else as it was."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentgate import process
from agentgate.process import Completed
from tests.process.test_process import gone

if not sys.platform.startswith("linux"):
    pytest.skip("network namespaces are Linux's", allow_module_level=True)

CANNOT = process.cannot_isolate()
ISOLATES = pytest.mark.skipif(bool(CANNOT), reason=CANNOT)
STATUS = Path("/proc/self/status").read_text(encoding="ascii")
MAY_ADMINISTER = int(re.findall(r"CapEff:\s*(\w+)", STATUS)[0], 16) >> 21 & 1
LOAD = (
    "import ctypes, importlib.util, os, sys\n"
    f"spec = importlib.util.spec_from_file_location('isolate', {os.fspath(process.ISOLATE)!r})\n"
    "isolate = importlib.util.module_from_spec(spec)\n"
    "spec.loader.exec_module(isolate)\n"
)


def isolated(
    code: str, cwd: Path, *arguments: object, protect: tuple[str, ...] = (), timeout: float = 30, network: bool = False
) -> Completed:
    """Run Python code, without a network."""
    return process.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=cwd, env=process.environment(), protect=protect,
        timeout=timeout, network=network,
    )  # fmt: skip


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Listens on this machine's loopback, outside."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


WAYS_OUT = {
    "an address outside": "socket.create_connection(('192.0.2.1', 80), 2)",
    "a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "IPv6": "socket.create_connection(('2001:db8::1', 80), 2)",
    "a datagram by IPv6": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8::1', 53))",
    "what listens on the machine": "socket.create_connection(('127.0.0.1', int(sys.argv[1])), 2)",
}


@ISOLATES
@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
def test_no_way_leads_out(tmp_path: Path, server: socket.socket, way: str) -> None:
    done = isolated(f"import socket, sys\n{way}", tmp_path, server.getsockname()[1])
    assert done.returncode == 1
    assert re.search(r"^(OSError|ConnectionRefusedError): ", done.err, re.MULTILINE), done.err


def test_with_a_network_what_listens_on_the_machine_answers(tmp_path: Path, server: socket.socket) -> None:
    way = f"import socket, sys\n{WAYS_OUT['what listens on the machine']}"
    assert isolated(way, tmp_path, server.getsockname()[1], network=True).returncode == 0


@ISOLATES
@pytest.mark.parametrize("code", ["setns(descriptor, 0)", "setns(descriptor, 0x40000000)"])
def test_nobody_steps_back_into_our_network(tmp_path: Path, code: str) -> None:
    opened = f"import ctypes, os\ndescriptor = os.open('/proc/{os.getpid()}/ns/net', os.O_RDONLY)\n"
    done = isolated(f"{opened}print('back', ctypes.CDLL(None).{code})", tmp_path)
    assert "back 0" not in done.out
    assert "back -1" in done.out or "PermissionError" in done.err


@ISOLATES
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_programs_own_servers_answer(tmp_path: Path, address: str) -> None:
    code = (
        "import socket, sys\n"
        "family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET\n"
        "listening = socket.create_server((sys.argv[1], 0), family=family)\n"
        "socket.create_connection(listening.getsockname()[:2], 5).sendall(b'hello')\n"
        "print(listening.accept()[0].recv(5))\n"
    )
    if address == "::1" and not os.path.exists("/proc/net/if_inet6"):
        pytest.skip("this kernel has no IPv6")
    assert isolated(code, tmp_path, address).out == "b'hello'\n"


@ISOLATES
def test_user_group_and_files_are_the_same(tmp_path: Path) -> None:
    code = "import os; os.mkdir('made'); s = os.stat('made'); print(os.getuid(), os.getgid(), s.st_uid, s.st_gid)"
    ours = f"{os.getuid()} {os.getgid()}"
    assert isolated(code, tmp_path).out == f"{ours} {ours}\n"
    made = (tmp_path / "made").stat()
    assert f"{made.st_uid} {made.st_gid}" == ours


@ISOLATES
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_root_can_still_give_a_file_away_and_use_it(tmp_path: Path) -> None:
    code = "import os; os.mkdir('d', 0o700); os.chown('d', 1234, 1234); open('d/f', 'w'); print(os.stat('d').st_uid)"
    assert isolated(code, tmp_path).out == "1234\n"
    assert (tmp_path / "d").stat().st_uid == 1234


@ISOLATES
def test_what_is_protected_stays_so(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "theirs").mkdir()
    code = "open('f', 'w')\nopen('../mine/f', 'w')"
    done = isolated(code, tmp_path / "theirs", protect=(str(tmp_path / "mine"),))
    if "PermissionError" not in done.err:
        assert (tmp_path / "mine" / "f").exists(), done.err
        pytest.skip("this kernel has no usable Landlock")
    assert os.listdir(tmp_path / "theirs") == ["f"]
    assert os.listdir(tmp_path / "mine") == []


@ISOLATES
@pytest.mark.parametrize(("end", "status"), [("sys.exit(77)", 77), ("os.kill(os.getpid(), 9)", -9)])
def test_it_ends_as_the_program_ended(tmp_path: Path, end: str, status: int) -> None:
    assert isolated(f"import os, sys\n{end}", tmp_path).returncode == status


@ISOLATES
def test_all_of_it_ends_at_the_time_out(tmp_path: Path) -> None:
    line = "(setsid sh -c 'echo $$ > pid; exec sleep 60' &); sleep 60"
    done = process.run(["sh", "-c", line], cwd=tmp_path, env=process.environment(), timeout=2, network=False)
    assert done.timed_out
    assert gone(tmp_path / "pid")


@ISOLATES
def test_all_of_it_ends_when_we_are_killed(tmp_path: Path) -> None:
    line = (
        "(setsid sh -c 'echo $$ > pid; exec sleep 60' &); while [ ! -s pid ]; do sleep 0.02; done; kill -9 $1; sleep 60"
    )
    code = (
        "import os\nfrom agentgate import process\n"
        f"process.run(['sh', '-c', {line!r}, 'sh', str(os.getpid())], cwd={str(tmp_path)!r},"
        " env=process.environment(), network=False)\n"
    )
    process.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=process.environment(), timeout=30)
    assert gone(tmp_path / "pid")


def test_without_isolation_the_program_is_not_started(tmp_path: Path) -> None:
    refuse = "def refused(*arguments):\n    raise PermissionError(1, 'Operation not permitted')\n"
    code = f"{LOAD}{refuse}isolate.isolate = refused\nisolate.main(['/bin/echo', 'started'])"
    done = isolated(code, tmp_path, network=True)
    assert (done.returncode, done.out, done.err) == (126, "", "Operation not permitted\n")


def test_why_it_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = tmp_path / "isolate.py"
    refusing.write_text("import sys; sys.stderr.write('Operation not permitted\\n'); sys.exit(126)")
    monkeypatch.setattr(process, "ISOLATE", refusing)
    assert process.cannot_isolate.__wrapped__() == "no network namespace can be made: Operation not permitted"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert process.cannot_isolate.__wrapped__() == "only Linux has network namespaces"
    assert "macOS" in process.cannot_limit_memory()


@pytest.mark.skipif(not MAY_ADMINISTER, reason="needs CAP_SYS_ADMIN")
def test_root_without_user_namespaces_cannot_step_back_either(tmp_path: Path) -> None:
    back = (
        "import ctypes, os, socket\n"
        "listening = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(listening.getsockname(), 5)\n"
        f"net = os.open('/proc/{os.getpid()}/ns/net', os.O_RDONLY)\n"
        "print(ctypes.CDLL(None).setns(net, 0))"
    )
    code = (
        f"{LOAD}isolate.isolate_root(ctypes.CDLL(None, use_errno=True))\nisolate.raise_loopback()\n"
        f"os.execv(sys.executable, [sys.executable, '-c', {back!r}])"
    )
    done = isolated(code, tmp_path, network=True)
    assert done.out == "-1\n" or "PermissionError: [Errno 13] Permission denied: '/proc/" in done.err, done.err
