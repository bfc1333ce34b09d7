"""What the policy withholds from tests: the network and memory."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from agentgate import process
from tests.journeys.conftest import OURS, ROUNDING, ROUNDING_TEST, Shop

ISOLATES = pytest.mark.skipif(bool(process.cannot_isolate()), reason=process.cannot_isolate())
LIMITS = pytest.mark.skipif(bool(process.cannot_limit_memory()), reason=process.cannot_limit_memory())
LOOPBACK = """

def test_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 5).close()
"""
OUTSIDE = """

def test_outside() -> None:
    socket.create_connection(("127.0.0.1", {}), 5).close()
"""


@pytest.fixture
def port() -> Iterator[int]:
    """Where a server of this machine listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def with_policy(shop: Shop, policy: str, tests: str) -> None:
    """The policy on main, and the fix with these tests besides on work."""
    shop.git("checkout", "-q", "main")
    shop.commit({"gate.toml": policy})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": f"import socket\n\n{ROUNDING_TEST}{tests}"})


@ISOLATES
def test_without_a_network_a_test_that_leaves_fails_and_one_on_loopback_passes(shop: Shop, port: int) -> None:
    with_policy(shop, "[tests]\nnetwork = false\n", LOOPBACK + OUTSIDE.format(port))
    answer = shop.check("--only", "tests")
    assert answer.status == 1, answer.out
    assert [f["message"].split()[0] for f in answer.findings if f["rule"] == "tests/failing"] == [
        "tests/test_prices.py::test_outside"
    ]
    shop.write({"tests/test_prices.py": f"import socket\n\n{ROUNDING_TEST}{LOOPBACK}"})
    answer = shop.check("--only", "tests", "--proof", "full")
    assert answer.status == 0, answer.out
    assert not any("no effect" in notice for notice in answer.of("tests")["notices"])


def test_with_a_network_both_pass(shop: Shop, port: int) -> None:
    with_policy(shop, "[tests]\nnetwork = true\n", LOOPBACK + OUTSIDE.format(port))
    assert shop.check("--only", "tests").status == 0


def test_where_the_network_cannot_be_withheld_the_run_goes_on_and_the_report_says_so(shop: Shop, port: int) -> None:
    with_policy(shop, "[tests]\nnetwork = false\n", LOOPBACK + OUTSIDE.format(port))
    unable = shop.root.parent / "unable"
    unable.mkdir()
    (unable / "sitecustomize.py").write_text(
        "from agentgate import process\nprocess.cannot_isolate = lambda: 'not on this kernel'\n"
    )
    answer = shop.check("--only", "tests", PYTHONPATH=f"{unable}:{OURS}")
    assert answer.status == 0, answer.out
    notice = "network = false has no effect here: not on this kernel"
    assert notice in answer.of("tests")["notices"]
    plain = shop.agentgate("check", "--only", "tests", "--format", "plain", PYTHONPATH=f"{unable}:{OURS}")
    assert notice in plain.out


@ISOLATES
def test_prepare_has_the_network_that_tests_have_not(shop: Shop, port: int) -> None:
    asks = f"import socket; socket.create_connection(('127.0.0.1', {port}), 5)"
    with_policy(shop, f'prepare = """python3 -c "{asks}" """\n[tests]\nnetwork = false\n', LOOPBACK)
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out


@LIMITS
def test_a_test_that_takes_more_memory_than_the_policy_gives_fails(shop: Shop) -> None:
    greedy = "\n\ndef test_greedy() -> None:\n    assert len(bytearray(1 << 30)) == 1 << 30\n"
    with_policy(shop, '[tests]\nmemory = "256MiB"\n', greedy)
    answer = shop.check("--only", "tests")
    assert answer.status == 1, answer.out
    (failing,) = [f for f in answer.findings if f["rule"] == "tests/failing"]
    assert "MemoryError" in failing["message"] + str(failing["excerpt"]) + answer.out
    shop.write({"tests/test_prices.py": ROUNDING_TEST})
    assert shop.check("--only", "tests").status == 0


@ISOLATES
@LIMITS
def test_what_base_answered_under_other_limits_is_not_believed(shop: Shop, port: int) -> None:
    """A test of main that leaves fails on both sides without a network, and passes on both with one."""
    shop.git("checkout", "-q", "main")
    shop.commit({"tests/test_old.py": f"import socket\n{OUTSIDE.format(port)}"})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    for network, notes in (("true", set()), ("false", {"tests/already-failing"}), ("true", set())):
        draft = shop.root.parent / "draft.toml"
        draft.write_text(f"[tests]\nnetwork = {network}\n")
        answer = shop.check("--only", "tests", "--policy", str(draft))
        assert answer.status == 0, answer.out
        assert {f["rule"] for f in answer.findings} == notes
