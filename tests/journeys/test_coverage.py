"""Any runner may leave a coverage report: then changed lines that nothing runs are seen, in any language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, ROUNDING, ROUNDING_TEST, SHOP, Answer, Shop, shop_of

RUN = """\
import subprocess
import sys

tests = [sys.executable, "-m", "coverage", "run", "--source=src", "-m", "pytest", "--junitxml=junit.xml", "-q"]
done = subprocess.run([*tests, "-p", "no:cacheprovider", *sys.argv[1:]])
subprocess.run([sys.executable, "-m", "coverage", "{form}", "-q", "-o", "coverage.out"], check=True)
sys.exit(done.returncode)
"""
BRANCH = ROUNDING.replace("    return price - ", "    if percent > 100:\n        return 0\n    return price - ")
DEAD = ROUNDING + "\n\ndef halved(price: int) -> int:\n    price += 1\n    price //= 2\n    return price\n"


def measured(
    tmp_path: Path, environment: Path, form: str = "lcov", policy: str = 'coverage = "*.out"\n', **files: str
) -> Shop:
    """The shop with a runner of its own that is told to measure."""
    command = f'layers = ["tests"]\n[tests]\ncommand = "{environment}/bin/python run.py"\nreport = "junit.xml"\n'
    run = {"run.py": RUN.replace("{form}", form), "gate.toml": command + policy}
    return shop_of(tmp_path, environment, {**SHOP, ".gitignore": "*.out\n.coverage\njunit.xml\n", **run, **files})


def notices(answer: Answer) -> str:
    return "\n".join(answer.of("tests")["notices"])


@pytest.mark.parametrize("form", ["lcov", "xml"])
def test_a_changed_line_that_nothing_runs_is_told_and_a_dead_function_refused(
    tmp_path: Path, environment: Path, form: str
) -> None:
    shop = measured(tmp_path, environment, form)
    shop.write({"src/shop/prices.py": BRANCH, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check()
    assert answer.status == 0, answer.out
    (told,) = answer.findings
    assert (told["rule"], told["severity"], told["location"]["line"]) == ("tests/uncovered", "warning", 12)
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert (proof["kind"], proof["statements"], proof["covered"]) == ("behaviour change", 3, 2)

    shop.write({"src/shop/prices.py": DEAD})
    answer = shop.check()
    assert (answer.status, answer.rules) == (1, {"tests/uncovered"}), answer.out
    (refused,) = answer.findings
    assert refused["message"] == "no test runs any of the new halved"


def test_a_report_that_nobody_writes_or_that_tells_nothing_cannot_be_judged(tmp_path: Path, environment: Path) -> None:
    shop = measured(tmp_path, environment)
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    ends = {
        "import os; os.unlink('coverage.out')": "left no coverage report *.out",
        "open('coverage.out', 'w')": "the coverage report coverage.out is empty",
        "open('coverage.out', 'w').write('all covered')": "neither LCOV nor Cobertura",
    }
    for end, said in ends.items():
        shop.write({"run.py": RUN.replace("{form}", "lcov").replace("sys.exit(", f"{end}\nsys.exit(")})
        answer = shop.check()
        assert answer.status == 3
        assert said in answer.of("tests")["reason"]


def test_a_test_that_fails_is_the_answer_where_the_runner_then_measures_nothing(
    tmp_path: Path, environment: Path
) -> None:
    shop = measured(tmp_path, environment)
    run = RUN.replace("{form}", "lcov").replace("subprocess.run([sys.e", "done.returncode or subprocess.run([sys.e")
    shop.write({"run.py": run, "src/shop/prices.py": PRICES.replace("sum(prices)", "0")})
    answer = shop.check()
    assert (answer.status, "tests/regression" in answer.rules) == (1, True), answer.out


def test_a_source_that_the_report_leaves_out_is_named(tmp_path: Path, environment: Path) -> None:
    omitting = {".coveragerc": "[report]\nomit = src/shop/offers.py\n", "src/shop/offers.py": '"""Offers."""\n'}
    shop = measured(tmp_path, environment, **omitting)
    offers = '"""Offers."""\n\n\ndef halved(price: int) -> int:\n    """Half."""\n    return price // 2\n'
    shop.write({"src/shop/offers.py": offers, "src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check()
    assert answer.status == 0, answer.out
    assert "not in the coverage report, so nobody knows whether it runs: src/shop/offers.py" in notices(answer)
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert (proof["statements"], proof["covered"]) == (1, 1)


def test_coverage_without_a_command_is_a_mistake_in_the_policy(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"gate.toml": 'layers = ["tests"]\n[tests]\ncoverage = "*.out"\n'})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": ROUNDING})
    answer = shop.agentgate("check")
    assert answer.status == 2
    assert "tests.coverage goes with tests.command" in answer.err + answer.out


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node 20")
def test_lines_of_another_language_are_seen_by_its_own_runner(tmp_path: Path, environment: Path) -> None:
    command = (
        "node --test --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=lcov.info"
        " --test-reporter=junit --test-reporter-destination=junit.xml"
    )
    policy = f'layers = ["tests"]\n[tests]\ncommand = "{command}"\nreport = "junit.xml"\ncoverage = "lcov.info"\n'
    sign = "exports.sign = (x) => {\n  return 1;\n};\n"
    test = "const { sign } = require('./sign.js');\nrequire('node:test')('sign', () => {\n  sign(1);\n});\n"
    files = {"shop.py": PRICES, "gate.toml": policy, "sign.js": sign, "sign.test.js": test}
    shop = shop_of(tmp_path, environment, {**files, ".gitignore": "lcov.info\njunit.xml\n"})
    shop.write({"sign.js": sign.replace("  return 1", "  if (x < 0) {\n    return -1;\n  }\n  return 1")})
    answer = shop.check()
    assert answer.status == 0, answer.out
    (told,) = answer.findings
    assert (told["message"], told["location"]["path"], told["location"]["line"]) == (
        "no test runs this changed line", "sign.js", 3,
    )  # fmt: skip
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert (proof["statements"], proof["covered"]) == (2, 1)
