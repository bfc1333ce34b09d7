"""Confined programs: they cannot write what later verdicts trust, and nothing of them stays."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentgate import process
from agentgate.process import Completed, confine
from tests.process.test_process import alive, gone

if not sys.platform.startswith("linux"):
    pytest.skip("Landlock and subreapers are Linux's", allow_module_level=True)

VERSION = confine.abi(ctypes.CDLL(None, use_errno=True))
LANDLOCK = pytest.mark.skipif(VERSION < 2, reason=f"this kernel has no usable Landlock (ABI {VERSION})")


@pytest.fixture
def ground(tmp_path: Path) -> Path:
    """Two directories, `mine` to be protected and `theirs`, with a file each."""
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("as it was\n")
    return tmp_path


def confined(command: str, ground: Path, *, timeout: float = 20.0, memory_limit: int = 0) -> Completed:
    """Run a shell line with `mine` protected."""
    return process.run(
        ["sh", "-c", command], cwd=ground / "theirs", env=process.environment(), timeout=timeout,
        protect=[str(ground / "mine")], memory_limit=memory_limit,
    )  # fmt: skip


@LANDLOCK
@pytest.mark.parametrize(
    "attack",
    [
        "echo evil > ../mine/file",
        "echo evil >> ../mine/file",
        "truncate -s 0 ../mine/file",
        "rm ../mine/file",
        "touch ../mine/new; mkdir ../mine/dir; ln -s x ../mine/link",
        "mv file ../mine/file",
        "mv ../mine ../moved",
        "ln ../mine/file hard && echo evil > hard",
        "ln -s ../mine/file soft; echo evil > soft",
        "sh -c 'echo evil > ../mine/file'",
        "(setsid sh -c 'echo evil > ../mine/file' &) ; sleep 0.2",
        f'exec {sys.executable} -c \'open("../mine/file", "w").write("evil")\'',
    ],
)
def test_nothing_protected_is_written(ground: Path, attack: str) -> None:
    confined(attack, ground)
    assert (ground / "mine" / "file").read_text() == "as it was\n"
    assert os.listdir(ground / "mine") == ["file"]


@LANDLOCK
def test_a_link_to_the_protected_directory_protects_its_target(ground: Path) -> None:
    (ground / "alias").symlink_to(ground / "mine")
    process.run(
        ["sh", "-c", "echo evil > mine/file"], cwd=ground, env=process.environment(), protect=[str(ground / "alias")]
    )
    assert (ground / "mine" / "file").read_text() == "as it was\n"


def test_everything_else_is_free(ground: Path) -> None:
    done = confined("cat ../mine/file > copy; mkdir -p d/e; mv copy d/e/; ln d/e/copy f; rm f; cat d/e/copy", ground)
    assert (done.out, done.err, done.returncode) == ("as it was\n", "", 0)


@pytest.mark.skipif(VERSION < 6, reason=f"this kernel does not scope signals (Landlock ABI {VERSION})")
def test_the_program_cannot_end_us(ground: Path) -> None:
    done = confined(f"kill -9 {os.getpid()}; kill -9 $PPID; exit 5", ground)
    assert done.returncode == 5
    assert done.err.count("not permitted") == 2


@pytest.mark.parametrize(
    ("end", "status"), [("exit 0", 0), ("exit 77", 77), ("kill -9 $$", -9), ("kill -TERM $$", -15)]
)
def test_it_ends_as_the_program_ended(ground: Path, end: str, status: int) -> None:
    assert confined(end, ground).returncode == status


def test_a_broken_pipe_is_the_programs_own_matter_as_ever(ground: Path) -> None:
    assert confined("trap '' EXIT; yes 2>&1 | head -n 1", ground).out == "y\n"
    ignored = "grep SigIgn /proc/self/status"
    assert confined(ignored, ground).out == process.run(["sh", "-c", ignored], cwd="/", env={}).out


def test_a_program_that_does_not_exist_is_127(ground: Path) -> None:
    done = process.run(["/nonexistent/x"], cwd=ground, env=process.environment(), protect=[str(ground / "mine")])
    assert done.returncode == 127
    assert "/nonexistent/x: No such file" in done.err


def test_a_daemon_ends_with_the_program(ground: Path) -> None:
    done = confined("(setsid sh -c 'echo $$ > pid; exec sleep 60' &); while [ ! -s pid ]; do sleep 0.02; done", ground)
    assert done.returncode == 0
    assert done.seconds < 5
    assert not alive(int((ground / "theirs" / "pid").read_text()))


def test_a_daemon_ends_at_the_time_out(ground: Path) -> None:
    done = confined("(setsid sh -c 'echo $$ > pid; exec sleep 60' &); sleep 60", ground, timeout=0.7)
    assert done.timed_out
    assert gone(ground / "theirs" / "pid")


def test_all_of_it_ends_when_we_are_killed(ground: Path) -> None:
    line = "(setsid sh -c 'echo $$ > pid; exec sleep 60' &); sleep 60"
    code = (
        "from agentgate import process\n"
        f"process.run(['sh', '-c', {line!r}], cwd={str(ground)!r}, env=process.environment(), protect=['/absent'])\n"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        while not (ground / "pid").exists():
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
    assert gone(ground / "pid")


def test_memory_is_limited_for_the_program_and_its_children(ground: Path) -> None:
    take = f"{sys.executable} -c 'x = bytearray(900 << 20)'"
    assert "MemoryError" in confined(take, ground, memory_limit=600 << 20).err
    assert confined(take.replace("900", "9"), ground, memory_limit=600 << 20).returncode == 0
