"""Every runner keeps to the limits of its ground: what a test takes all the same makes it fail, never pass."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

import pytest

from agentgate import process
from agentgate.errors import ToolError
from agentgate.tools import laboratory
from agentgate.tools.runners import Command, Pytest, Unittest
from tests.tools.suites import ground, outcomes, write

ISOLATES = pytest.mark.skipif(bool(process.cannot_isolate()), reason=process.cannot_isolate())
LIMITS = pytest.mark.skipif(bool(process.cannot_limit_memory()), reason=process.cannot_limit_memory())
SERVED = """\
import http.server, socket, threading, unittest, urllib.request

class Test(unittest.TestCase):
    def test_inside(self):
        with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/", timeout=10) as answer:
                assert answer.status == 200
            server.shutdown()

    def test_outside(self):
        socket.create_connection(("192.0.2.1", 80), 2)
"""
GREEDY = """\
import unittest

class Test(unittest.TestCase):
    def test_greedy(self):
        assert len(bytearray(1 << 30)) == 1 << 30

    def test_modest(self):
        assert len(bytearray(1 << 20)) == 1 << 20
"""


@ISOLATES
@pytest.mark.parametrize("runner", [Pytest, Unittest])
def test_a_suite_without_a_network_still_has_its_loopback(tmp_path: Path, runner: type[Pytest | Unittest]) -> None:
    tree = write(tmp_path, {"tests/test_a.py": SERVED})
    run = runner(dataclasses.replace(ground(tmp_path), network=False)).run(tree, side="head")
    assert {name[-7:]: outcome for name, outcome in outcomes(run).items()} == {"_inside": "passed", "outside": "failed"}


@LIMITS
@pytest.mark.parametrize("runner", [Pytest, Unittest])
def test_a_test_that_takes_too_much_memory_fails(tmp_path: Path, runner: type[Pytest | Unittest]) -> None:
    tree = write(tmp_path, {"tests/test_a.py": GREEDY})
    run = runner(dataclasses.replace(ground(tmp_path), memory=512 << 20)).run(tree, side="head")
    assert {name[-6:]: outcome for name, outcome in outcomes(run).items()} == {"greedy": "failed", "modest": "passed"}
    assert any("MemoryError" in outcome.signature for outcome in run.outcomes)


@LIMITS
def test_an_interpreter_that_cannot_even_start_is_no_run(tmp_path: Path) -> None:
    tree = write(tmp_path, {"tests/test_a.py": GREEDY})
    with pytest.raises(ToolError, match="before it began"):
        Pytest(dataclasses.replace(ground(tmp_path), memory=1 << 20)).run(tree, side="head")


@ISOLATES
@LIMITS
def test_any_other_runner_keeps_to_them_too(tmp_path: Path) -> None:
    report = '<testsuite><testcase classname="a" name="t"/></testsuite>'
    code = (
        "import os, resource\n"
        f"open('r.xml', 'w').write({report!r})\n"
        "open('said', 'w').write(f'{resource.getrlimit(resource.RLIMIT_AS)[0]} ' + os.readlink('/proc/self/ns/net'))\n"
    )
    tree = write(tmp_path, {"run.py": code})
    limited = dataclasses.replace(ground(tmp_path), network=False, memory=1 << 30)
    Command(limited, f"{sys.executable} run.py", "r.xml").run(tree, side="head")
    memory, network = Path(tree, "said").read_text().split()
    assert int(memory) == 1 << 30
    assert network.startswith("net:")
    assert network != os.readlink("/proc/self/ns/net")


@ISOLATES
@LIMITS
def test_the_laboratory_keeps_to_them_too(tmp_path: Path) -> None:
    tree = write(
        tmp_path, {"shop.py": "def f():\n    return 1\n", "tests/test_a.py": SERVED, "tests/test_b.py": GREEDY}
    )
    limited = dataclasses.replace(ground(tmp_path), network=False, memory=512 << 20)
    trials = laboratory.try_out(Pytest(limited), tree, (), {"shop.py": ((1, 2),)}, ())
    failed = [one.id.rpartition("::")[2] for one in trials.control if one.outcome != "passed"]
    assert sorted(failed) == ["test_greedy", "test_outside"]
