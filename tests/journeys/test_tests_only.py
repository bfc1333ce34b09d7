"""A change of tests alone is admitted, unless its tests assert nothing or cannot be repeated."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import TESTS, Answer, Shop

MORE = "\n\ndef test_more() -> None:\n    "
FLAKY = "import os\n\n    assert discounted(200, 10) == 180 + (os.environ['PYTHONHASHSEED'] == '2')"


def checked(shop: Shop, body: str) -> Answer:
    """The answer to one more test."""
    shop.write({"tests/test_prices.py": TESTS + MORE + body + "\n"})
    return shop.check("--only", "tests")


def added(answer: Answer) -> str:
    """What the tests are said to add."""
    return str(answer.of("tests")["evidence"]["proofs"][0]["reason"])


def test_a_test_that_asserts_is_admitted_and_what_it_adds_is_told(shop: Shop) -> None:
    answer = checked(shop, "assert discounted(0, 10) == 0")
    assert answer.status == 0, answer.out
    assert added(answer) == "its tests run no new line"
    shop.git("checkout", "-q", "main")
    extra = "\n\ndef tripled(price: int) -> int:\n    return price * 3\n"
    shop.commit({"src/shop/offers.py": extra.lstrip()})
    shop.git("checkout", "-q", "-B", "work")
    answer = checked(shop, "from shop.offers import tripled\n\n    assert tripled(1) == 3")
    assert added(answer).endswith("line(s) that no other test runs")


@pytest.mark.parametrize("body", ["discounted(200, 10)", "assert True", "return\n    assert discounted(1, 1) == 7"])
def test_a_test_that_asserts_nothing_is_refused(shop: Shop, body: str) -> None:
    assert checked(shop, body).rules == {"tests/proves-nothing"}


def test_a_test_that_fails_with_another_hash_seed_is_refused(shop: Shop) -> None:
    answer = checked(shop, FLAKY)
    assert answer.rules == {"tests/flaky"}
    assert "only sometimes" in answer.findings[0]["message"]
