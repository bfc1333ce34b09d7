"""The door: every error ends there, every end has its status, and the quick way is quick."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentgate import __main__ as door
from tests.conftest import Sandbox
from tests.process.test_process import gone

HERE = str(Path(__file__).parent.parent)


def environment(tmp_path: Path) -> dict[str, str]:
    """A terminal user's variables: no CI, no agent, temporary files where the test can see them."""
    for name in ("tmp", "home"):
        (tmp_path / name).mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    venv = str(Path(sys.executable).parent.parent)
    return kept | {
        "TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path / "home"), "PYTHONPATH": HERE, "VIRTUAL_ENV": venv,
    }  # fmt: skip


def agentgate(cwd: Path, env: dict[str, str], *arguments: str, wrap: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command; `wrap`: Python to run before it, in the same process."""
    start = ["-c", f"{wrap}\nfrom agentgate.__main__ import main\nmain()"] if wrap else ["-m", "agentgate"]
    return subprocess.run(
        [sys.executable, *start, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def sleeping(sandbox: Sandbox, tmp_path: Path) -> Sandbox:
    """A project whose new test starts a child, tells both numbers, and sleeps."""
    (tmp_path / "marks").mkdir()
    sandbox.commit({"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n", "x.py": "X = 1\n"})
    sandbox.git("switch", "-qc", "work")
    sandbox.commit({
        "tests/test_x.py": (
            "import os, pathlib, subprocess, time\n\n\ndef test_x() -> None:\n"
            f"    marks = pathlib.Path({str(tmp_path / 'marks')!r})\n"
            "    child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
            "    (marks / 'child').write_text(str(child.pid))\n"
            "    (marks / 'test').write_text(str(os.getpid()))\n"
            "    time.sleep(60)\n"
        )
    })  # fmt: skip
    return sandbox


@pytest.mark.parametrize(
    ("numbers", "status"),
    [((signal.SIGINT,) * 5, 130), ((signal.SIGTERM,), 143)],
    ids=["ctrl-c, and again", "terminated"],
)
def test_an_end_from_outside_leaves_no_program_and_no_file(
    sleeping: Sandbox, tmp_path: Path, numbers: tuple[signal.Signals, ...], status: int
) -> None:
    command = [sys.executable, "-m", "agentgate", "check", "--only", "tests", "--format", "plain"]
    with subprocess.Popen(
        command, cwd=sleeping.root, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        deadline = time.monotonic() + 30
        while not (tmp_path / "marks" / "test").exists():
            assert running.poll() is None, running.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert os.listdir(tmp_path / "tmp")
        for number in numbers:
            running.send_signal(number)
            time.sleep(0.02)
        said = running.communicate(timeout=10)[1]
        assert (running.returncode, b"Traceback" in said) == (status, False)
    assert gone(tmp_path / "marks" / "test")
    assert gone(tmp_path / "marks" / "child")
    assert os.listdir(tmp_path / "tmp") == []


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(sandbox: Sandbox, tmp_path: Path) -> None:
    hang_up = "import signal, os; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    late = (
        "from agentgate.cli import app\n"
        "def run(arguments): os.kill(os.getpid(), signal.SIGHUP); return 7\n"
        "app.run = run\n"
    )
    assert agentgate(sandbox.root, environment(tmp_path), "explain", wrap=hang_up + late).returncode == 7
    assert (
        agentgate(sandbox.root, environment(tmp_path), "explain", wrap="import signal, os\n" + late).returncode == 143
    )


def test_an_unexpected_error_is_3_with_a_log_and_no_traceback(sandbox: Sandbox, tmp_path: Path) -> None:
    broken = (
        "from agentgate.cli import app\n"
        "def run(arguments): raise RuntimeError('boom \\x1b[2J\\nsecond line')\n"
        "app.run = run\n"
    )
    done = agentgate(sandbox.root, environment(tmp_path), "explain", wrap=broken)
    assert done.returncode == 3
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert first == "agentgate: a bug in AgentGate: RuntimeError: 'boom \\x1b[2J\\nsecond line'"
    log = Path(second.removeprefix("  fix: report it with "))
    assert "RuntimeError: boom" in log.read_text()
    assert "Traceback" in log.read_text()


def test_no_program_outlives_an_unexpected_error(sandbox: Sandbox, tmp_path: Path) -> None:
    broken = (
        "import pathlib, threading, time\n"
        "from agentgate import process\n"
        "from agentgate.cli import app\n"
        "def sleep(): process.run(['sh', '-c', 'echo $$ > pid; exec sleep 60'], cwd='.', env=process.environment())\n"
        "def run(arguments):\n"
        "    threading.Thread(target=sleep, daemon=True).start()\n"
        "    while not pathlib.Path('pid').exists(): time.sleep(0.01)\n"
        "    raise RuntimeError\n"
        "app.run = run\n"
    )
    assert agentgate(sandbox.root, environment(tmp_path), "explain", wrap=broken).returncode == 3
    assert gone(sandbox.root / "pid")


def test_what_cannot_be_judged_is_3_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert door.run(["check", "--format", "plain"]) == 3
    told = capsys.readouterr().err
    assert "not in a git repository" in told
    assert "  fix: git init" in told


@pytest.mark.parametrize("arguments", [["check", "--nonsense"], ["nonsense"], ["check", "--format", "nonsense"]])
def test_wrong_words_are_2(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert door.run(arguments) == 2
    told = capsys.readouterr()
    assert told.err.startswith("agentgate: ")
    assert told.out == ""


def test_help_and_version_are_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run(["--help"]) == 0
    assert door.run(["--version"]) == 0
    told = capsys.readouterr().out
    assert "Usage" in told
    assert told.splitlines()[-1].startswith("agentgate ")


def test_our_handlers_do_not_outlive_the_run() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    door.run(["--version"])
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_reader_that_went_away_changes_no_status(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit({"README.md": "# x\n"})
    sandbox.git("switch", "-qc", "work")
    sandbox.write({"README.md": "# y\n"})
    for arguments, status in ((["check", "--format", "plain"], 0), (["--help"], 3)):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-m", "agentgate", *arguments], cwd=sandbox.root, env=environment(tmp_path),
            stdout=writing, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
        os.close(writing)
        assert (done.returncode, done.stderr) == (status, b"")


def test_windows_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert door.run(["check"]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unchanged_check_loads_neither_typer_nor_rich_nor_pydantic(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.commit({"README.md": "# x\n"})
    sandbox.git("switch", "-qc", "work")
    sandbox.write({"README.md": "# y\n"})
    env = environment(tmp_path)
    first = agentgate(sandbox.root, env, "check", "--format", "plain")
    assert first.returncode == 0, first.stdout + first.stderr
    spy = (
        "import atexit, sys\n"
        "heavy = ('typer', 'click', 'rich', 'pydantic', 'yaml', 'mypy', 'asyncio', 'agentgate.gate')\n"
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules], file=sys.stderr))\n"
    )
    again = agentgate(sandbox.root, env, "check", "--format", "plain", wrap=spy)
    assert (again.returncode, again.stderr) == (0, "[]\n")
    other = agentgate(sandbox.root, env, "check", "--no-cache", "--format", "plain", wrap=spy)
    assert "typer" in other.stderr
