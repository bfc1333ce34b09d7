"""Programs end: by themselves, by time-out, with us; and what they started ends with them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agentgate import process
from agentgate.errors import ToolError
from agentgate.process import Completed

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="found by /proc, on Linux")


def shell(
    command: str, cwd: Path, *, timeout: float = 20.0, stdin: bytes = b"", output_limit: int = 1 << 20
) -> Completed:
    """Run a shell line."""
    return process.run(
        ["sh", "-c", command], cwd=cwd, env=process.environment(), timeout=timeout, stdin=stdin,
        output_limit=output_limit,
    )  # fmt: skip


def alive(pid: int) -> bool:
    """Whether a process still runs (a zombie does not)."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def gone(path: Path, within: float = 3.0) -> bool:
    """Whether the process whose number was written to `path` is gone, or goes in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().strip() and not alive(int(path.read_text())):
            return True
        time.sleep(0.02)
    return False


def test_streams_status_and_time_are_told(tmp_path: Path) -> None:
    done = shell("printf 'out\\377'; echo err >&2; exit 3", tmp_path)
    assert (done.out, done.err, done.returncode) == ("out\udcff", "err\n", 3)
    assert not done.timed_out
    assert not done.truncated
    assert 0 < done.seconds < 20


def test_a_signal_is_a_negative_status(tmp_path: Path) -> None:
    assert shell("kill -SEGV $$", tmp_path).returncode == -11


def test_a_program_that_does_not_exist_or_a_directory_that_does_not_is_told(tmp_path: Path) -> None:
    for argv, cwd in ((["/nonexistent/ruff"], tmp_path), (["true"], tmp_path / "absent"), (["true", "\0"], tmp_path)):
        with pytest.raises(ToolError, match="could not be started"):
            process.run(argv, cwd=cwd, env=process.environment())


def test_nobody_waits_for_input_that_never_comes(tmp_path: Path) -> None:
    assert shell("cat; read line || echo end", tmp_path).out == "end\n"


def test_input_larger_than_a_pipe_is_fed_while_output_is_read(tmp_path: Path) -> None:
    text = b"0123456789abcde\n" * 100_000
    done = shell("cat", tmp_path, stdin=text, output_limit=1 << 30)
    assert done.stdout == text


def test_input_that_is_not_read_is_no_error(tmp_path: Path) -> None:
    assert shell("exec 0<&-; echo done", tmp_path, stdin=b"x" * 1_000_000).out == "done\n"


def test_output_is_capped_and_the_rest_is_dropped_without_blocking(tmp_path: Path) -> None:
    done = shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2; echo end >&2", tmp_path, output_limit=1000)
    assert (len(done.stdout), len(done.stderr), done.truncated, done.returncode) == (1000, 1000, True, 0)


def test_a_time_out_is_an_answer_and_ends_the_whole_group(tmp_path: Path) -> None:
    done = shell("echo before; sleep 60 & echo $! > pid; wait", tmp_path, timeout=0.5)
    assert (done.timed_out, done.out) == (True, "before\n")
    assert done.seconds < 5
    assert gone(tmp_path / "pid")


def test_a_program_that_ignores_every_signal_is_ended_too(tmp_path: Path) -> None:
    assert shell("trap '' TERM INT HUP; while :; do sleep 0.1; done", tmp_path, timeout=0.3).timed_out


@LINUX
def test_a_time_out_ends_a_grandchild_in_a_session_of_its_own(tmp_path: Path) -> None:
    done = shell("setsid sh -c 'echo $$ > pid; sleep 60' & sleep 60", tmp_path, timeout=0.5)
    assert done.timed_out
    assert gone(tmp_path / "pid")


def test_a_grandchild_that_keeps_the_pipe_does_not_hold_us(tmp_path: Path) -> None:
    done = shell("sleep 60 & echo $! > pid; echo said", tmp_path)
    assert (done.out, done.timed_out, done.returncode) == ("said\n", False, 0)
    assert done.seconds < 5
    assert gone(tmp_path / "pid")


@LINUX
def test_a_grandchild_that_never_stops_talking_does_not_hold_us(tmp_path: Path) -> None:
    done = shell("setsid sh -c 'echo $$ > pid; exec yes' & sleep 0.2; exit 4", tmp_path, timeout=10)
    os.kill(int((tmp_path / "pid").read_text()), 9)  # a daemon of an unconfined program: the documented limit
    assert (done.returncode, done.timed_out) == (4, False)
    assert done.seconds < 5


def test_only_listed_variables_are_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("KEPT", "kept")
    env = process.environment({"EXTRA": "1"}, keep=("KEPT", "ABSENT"))
    done = process.run(["env"], cwd=tmp_path, env=env)
    assert "secret" not in done.out
    assert {"EXTRA=1", "KEPT=kept"} <= set(done.out.splitlines())


def test_no_more_programs_than_slots_run_at_once(tmp_path: Path) -> None:
    slots = 1 + max(2, os.cpu_count() or 1)
    line = "mkdir run.$$; ls -d run.* | wc -l; sleep 0.1; rmdir run.$$"
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(int(shell(line, tmp_path).out))) for _ in range(slots * 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == slots * 3
    assert max(seen) <= slots


def test_end_all_ends_what_runs_and_lets_nothing_new_start(tmp_path: Path) -> None:
    code = (
        "import threading, time, pathlib\n"
        "from agentgate import process\n"
        "from agentgate.errors import ToolError\n"
        "def go(): print(process.run(['sh', '-c', 'sleep 60 & echo $! > pid; wait'], cwd='.', env={}).returncode)\n"
        "thread = threading.Thread(target=go); thread.start()\n"
        "while not pathlib.Path('pid').exists(): time.sleep(0.01)\n"
        "process.end_all(); thread.join()\n"
        "try: process.run(['true'], cwd='.', env={})\n"
        "except ToolError as error: print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=True,
        env=environment,
    )  # fmt: skip
    assert done.stdout == "-9\ntrue was not started: the run is being ended\n"
    assert gone(tmp_path / "pid")


def test_a_program_that_nobody_waits_for_any_more_is_ended(tmp_path: Path) -> None:
    unwanted = threading.Event()
    threading.Timer(0.3, unwanted.set).start()
    done = process.run([sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path, env={}, unless=unwanted)
    assert done.timed_out
    assert done.seconds < 30
