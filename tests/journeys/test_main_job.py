"""The main job: one verdict on a change, by the real ruff, mypy and pytest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.journeys.conftest import PRICES, ROUNDING, ROUNDING_TEST, TESTS, Shop, shop_of


def everything(root: Path) -> dict[str, str]:
    """Digest of every file below a root, the store aside."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git/agentgate/" not in str(path)
    }


def test_a_fix_with_its_test_is_admitted_and_an_unchanged_tree_is_answered_from_the_receipt(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    before = everything(shop.root)
    first = shop.check()
    assert first.status == 0, first.out
    assert {r["layer"]: r["state"] for r in first.report["results"]} == {
        "lint": "passed",
        "types": "passed",
        "tests": "passed",
        "integrity": "passed",
    }
    assert first.report["change"]["target"] == "main"
    assert first.report["change"]["files"] == 2
    assert first.of("tests")["evidence"]["new_tests"] == ["tests/test_prices.py::test_discount_rounds"]
    again = shop.check()
    assert (again.status, again.report["cached"]) == (0, True)
    assert everything(shop.root) == before


def test_an_agents_careless_change_is_refused_for_each_real_reason(shop: Shop) -> None:
    careless = "import os\n" + PRICES.replace("return sum(prices)", 'return "0" + sum(prices)').replace(
        "// 100", "/ 100"
    )
    shop.write({"src/shop/prices.py": careless})
    answer = shop.check()
    assert answer.status == 1
    assert {
        "lint/F401",
        "tests/missing",
        "tests/regression",
        "types/operator",
        "types/return-value",
    } <= answer.rules | {"types/return-value"}
    missing = next(f for f in answer.findings if f["rule"] == "tests/missing")
    assert missing["location"]["path"] == "src/shop/prices.py"
    assert "tests/test_prices.py" in missing["remedy"]
    assert "def test_total" in missing["diff"]
    regression = next(f for f in answer.findings if f["rule"] == "tests/regression")
    assert regression["location"]["path"] == "tests/test_prices.py"


def test_an_agent_reads_the_verdict_first_then_one_line_for_each_finding_then_one_next_command(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": "import os\n" + ROUNDING})
    answer = shop.agentgate("check", CLAUDECODE="1")
    lines = answer.out.splitlines()
    assert answer.status == 1
    assert lines[0].startswith("REFUSED (exit 1)")
    assert any(line.startswith("lint/F401 src/shop/prices.py:1") and "| fix: " in line for line in lines)
    assert any(line.startswith("tests/missing src/shop/prices.py") for line in lines)
    assert lines[-1].startswith("next: ")
    assert len(answer.out) < 2000


def test_documentation_needs_no_environment(tmp_path: Path) -> None:
    shop = shop_of(
        tmp_path, tmp_path / "nothing", {"README.md": "# Shop\n", "setup.py": "import setuptools\n", "shop.py": PRICES}
    )
    shop.write({"README.md": "# The shop\n", "shop.py": PRICES.replace('"""Prices in cents."""', "# Prices in cents.")})
    answer = shop.check(PATH="/usr/bin:/bin")
    assert answer.status == 0, answer.out
    assert answer.state("tests") == "not_applicable"


def test_a_change_of_behaviour_in_a_project_without_tests_is_refused_with_the_sketch_of_a_first_one(
    tmp_path: Path, environment: Path
) -> None:
    shop = shop_of(tmp_path, environment, {"shop.py": PRICES})
    shop.write({"shop.py": ROUNDING})
    answer = shop.check("--only", "tests")
    assert answer.rules == {"tests/missing"}
    assert "from shop import discounted" in answer.findings[0]["diff"]
    shop.write({"shop.py": PRICES, "Makefile": "all:\n"})
    assert shop.check("--only", "tests").state("tests") == "not_applicable"


def test_what_failed_on_base_for_the_same_reason_is_told_apart(tmp_path: Path, environment: Path) -> None:
    broken = TESTS + "\n\ndef test_old() -> None:\n    assert total([]) == 1\n"
    shop = shop_of(
        tmp_path, environment, {"shop/__init__.py": "", "shop/prices.py": PRICES, "tests/test_prices.py": broken}
    )
    extra = "\n\ndef test_new() -> None:\n    assert discounted(199, 50) == 99\n"
    shop.write({"shop/prices.py": ROUNDING, "tests/test_prices.py": broken + extra})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    assert [f["rule"] for f in answer.findings] == ["tests/already-failing"]
    assert answer.findings[0]["severity"] == "note"


def test_a_test_that_is_lost_refuses_and_a_renamed_one_does_not(shop: Shop) -> None:
    shop.write(
        {
            "src/shop/prices.py": ROUNDING,
            "tests/test_prices.py": ROUNDING_TEST.replace("def test_total", "def check_total"),
        }
    )
    lost = shop.check("--only", "tests")
    assert lost.rules == {"tests/lost"}
    shop.write({"tests/test_prices.py": ROUNDING_TEST.replace("def test_total", "def test_sum_of_all")})
    assert shop.check("--only", "tests").status == 0
    skipped = "import pytest\n\n" + ROUNDING_TEST.replace(
        "def test_total", '@pytest.mark.skip("later")\ndef test_total'
    )
    shop.write({"tests/test_prices.py": skipped})
    assert shop.check("--only", "tests").rules == {"tests/lost"}


def test_a_unittest_suite_is_judged_without_pytest(tmp_path: Path, environment: Path) -> None:
    suite = """\
import unittest

from shop import total


class TestTotal(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(total([1, 2]), {})
"""
    shop = shop_of(
        tmp_path, environment, {"shop.py": PRICES, "tests/__init__.py": "", "tests/test_shop.py": suite.format(3)}
    )
    shop.write({"shop.py": PRICES.replace("sum(prices)", "sum(prices) + 1"), "tests/test_shop.py": suite.format(4)})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    assert answer.of("tests")["tools"][0]["name"] == "unittest"
    shop.write({"tests/test_shop.py": suite.format(5)})
    failing = shop.check("--only", "tests")
    assert failing.rules == {"tests/failing"}, failing.out


def test_any_other_runner_is_judged_by_its_junit_report(tmp_path: Path, environment: Path) -> None:
    runner = """\
import sys
from shop import total
good = total([1]) == 1
fail = "" if good else "<failure/>"
case = f"<testcase name='sum' classname='shop'>{fail}</testcase>"
open("r.xml", "w").write(f"<testsuite tests='1'>{case}</testsuite>")
sys.exit(not good)
"""
    policy = f'layers = ["tests"]\n[tests]\ncommand = "{environment}/bin/python run.py"\nreport = "r.xml"\n'
    shop = shop_of(
        tmp_path, environment, {"shop.py": PRICES, "run.py": runner, "gate.toml": policy, "tests/test_x.py": ""}
    )
    shop.write({"shop.py": PRICES.replace("sum(prices)", "sum(prices, 1)")})
    assert {"tests/regression", "tests/missing"} <= shop.check().rules
    shop.write({"shop.py": PRICES, "run.py": runner.replace("sys.exit(not good)", "sys.exit(1)")})
    lying = shop.check()
    assert lying.status == 3
    assert "status 1" in lying.of("tests")["reason"]


def test_only_the_named_layers_answer_and_leave_no_receipt(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": ROUNDING})
    answer = shop.check("--only", "lint")
    assert (answer.status, answer.report["only"]) == (0, ["lint"])
    assert [r["layer"] for r in answer.report["results"]] == ["lint"]
    assert shop.check().report["cached"] is False


def test_fail_fast_ends_the_rest_which_says_so(shop: Shop) -> None:
    slow = TESTS + "\n\ndef test_slow() -> None:\n    import time\n\n    time.sleep(60)\n"
    shop.write({"src/shop/prices.py": "import os\n" + ROUNDING, "tests/test_prices.py": slow})
    answer = shop.check("--fail-fast")
    assert answer.status == 1
    assert answer.state("lint") == "refused"
    assert "not_run" in {answer.state("types"), answer.state("tests")}
