"""A runner that can only be started: its tests must prove the change all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, ROUNDING, ROUNDING_TEST, SHOP, TESTS, Shop, shop_of

POLICY = """\
layers = ["tests"]

[tests]
command = "python -m pytest -q --junitxml=report.xml"
report = "report.xml"
"""
DOUBLED = PRICES + '\n\ndef doubled(price: int) -> int:\n    """Twice a price."""\n    return price * 2\n'


@pytest.fixture
def commanded(tmp_path: Path, environment: Path) -> Shop:
    """A shop whose policy names a command."""
    return shop_of(tmp_path, environment, {**SHOP, "gate.toml": POLICY})


def with_test(*lines: str) -> str:
    """The old tests and a new one."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"import shop.prices\n{TESTS}\n\ndef test_more() -> None:\n{body}"


def test_an_honest_fix_is_proven_by_its_failing_test(commanded: Shop) -> None:
    commanded.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = commanded.check()
    assert answer.status == 0, answer.out
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert (proof["kind"], len(proof["proving"])) == ("behaviour change", 1)
    assert proof["bodies_missed"] == proof["bodies"] == 1
    assert proof["mutants_killed"] == proof["mutants"] > 0


def test_new_code_is_proven_by_its_hollow_body(commanded: Shop) -> None:
    commanded.write(
        {"src/shop/prices.py": DOUBLED, "tests/test_prices.py": with_test("assert shop.prices.doubled(2) == 4")}
    )
    assert commanded.check().status == 0


@pytest.mark.parametrize(
    ("source", "line", "rule"),
    [
        (ROUNDING, "assert 1 + 1 == 2", "tests/not-proven"),
        (ROUNDING, "assert 'round(' in open(shop.prices.__file__).read()", "tests/proves-nothing"),
        (DOUBLED, "assert hasattr(shop.prices, 'doubled')", "tests/proves-nothing"),
        (DOUBLED, "shop.prices.doubled(2)", "tests/proves-nothing"),
    ],
)
def test_a_test_that_only_pretends_is_refused(commanded: Shop, source: str, line: str, rule: str) -> None:
    commanded.write({"src/shop/prices.py": source, "tests/test_prices.py": with_test(line)})
    assert commanded.check().rules == {rule}


def test_a_change_without_a_test_is_refused(commanded: Shop) -> None:
    commanded.write({"src/shop/prices.py": ROUNDING})
    assert commanded.check().rules == {"tests/missing"}


def test_a_refactoring_with_a_test_is_admitted(commanded: Shop) -> None:
    loop = "result = 0\n    for price in prices:\n        result += price\n    return result"
    commanded.write(
        {
            "src/shop/prices.py": PRICES.replace("return sum(prices)", loop),
            "tests/test_prices.py": with_test("assert shop.prices.total([]) == 0"),
        }
    )
    answer = commanded.check()
    assert answer.status == 0, answer.out
