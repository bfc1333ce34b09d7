"""What changes outside functions, or runs only at import, is proven by the values that tests assert."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import SHOP, Shop, shop_of

RATES = '''\
"""Rates in percent."""

import re


def _by_name(pairs: str) -> dict[str, int]:
    found = {}
    for pair in pairs.split(","):
        name, _, rate = pair.partition("=")
        found[name] = int(rate)
    return found


STANDARD = 19
CODE = re.compile(r"[a-z]{2}")
RATES = _by_name("food=7,books=5")


class Rate:
    """One rate."""

    precision = 2


def is_code(text: str) -> bool:
    """Whether a text is a country's code."""
    return CODE.fullmatch(text) is not None
'''
OLD = """\
import shop.rates
from shop.rates import RATES, Rate, is_code


def test_food() -> None:
    assert RATES["food"] == 7


def test_code() -> None:
    assert is_code("de")


def test_precision() -> None:
    assert Rate.precision > 0
"""


@pytest.fixture
def rates(tmp_path: Path, environment: Path) -> Shop:
    """A package of which much happens at import."""
    return shop_of(tmp_path, environment, {**SHOP, "src/shop/rates.py": RATES, "tests/test_rates.py": OLD})


def with_test(*lines: str) -> str:
    """The old tests and one new one."""
    return OLD + "\n\ndef test_more() -> None:\n" + "".join(f"    {line}\n" for line in lines)


HONEST = {
    "a constant": (("STANDARD = 19", "STANDARD = 21"), ("assert shop.rates.STANDARD == 21",)),
    "a class attribute": (("precision = 2", "precision = 4"), ("assert Rate.precision == 4",)),
    "a pattern": (('r"[a-z]{2}"', 'r"[a-z]{2,3}"'), ('assert is_code("deu")',)),
    "a function that runs at import": (
        ("found[name] =", "found[name] = found[name.upper()] ="),
        ('assert RATES["BOOKS"] == 5',),
    ),
    "data for it": (("books=5", "books=5,tea=9"), ('assert RATES["tea"] == 9',)),
    "a new constant": (("STANDARD = 19", "STANDARD = 19\nREDUCED = 7"), ("assert shop.rates.REDUCED == 7",)),
}
PRETENDING = {
    "only that it is there": (
        ("STANDARD = 19", "STANDARD = 19\nREDUCED = 7"),
        ('assert hasattr(shop.rates, "REDUCED")',),
    ),
    "only that it is there, by the function at import": (
        ("STANDARD = 19", "STANDARD = 19\nREDUCED = _by_name('tea=9')"),
        ('assert "REDUCED" in vars(shop.rates)',),
    ),
    "the source is read": (
        ("found[name]", "found[name.strip()]"),
        ("import pathlib", 'assert "strip" in pathlib.Path(shop.rates.__file__).read_text()'),
    ),
    "the source of a value is read": (
        ("STANDARD = 19", "STANDARD = 21"),
        ("import pathlib", 'assert "= 21" in pathlib.Path(shop.rates.__file__).read_text()'),
    ),
    "nothing of it": (("STANDARD = 19", "STANDARD = 21"), ("assert 1 + 1 == 2",)),
}


@pytest.mark.parametrize("name", HONEST)
def test_a_value_that_a_test_asserts_is_proven(rates: Shop, name: str) -> None:
    (before, after), lines = HONEST[name]
    assert before in RATES
    rates.write({"src/shop/rates.py": RATES.replace(before, after), "tests/test_rates.py": with_test(*lines)})
    answer = rates.check("--only", "tests")
    assert answer.status == 0, answer.out


@pytest.mark.parametrize("name", PRETENDING)
def test_a_test_that_asserts_no_value_is_refused(rates: Shop, name: str) -> None:
    (before, after), lines = PRETENDING[name]
    assert before in RATES
    rates.write({"src/shop/rates.py": RATES.replace(before, after), "tests/test_rates.py": with_test(*lines)})
    assert rates.check("--only", "tests").rules & {"tests/proves-nothing", "tests/not-proven"}


def test_a_line_taken_out_of_a_function_that_runs_at_import_is_proven(tmp_path: Path, environment: Path) -> None:
    mended = RATES.replace('_by_name("food=7,books=5")', 'dict(_by_name("food=7,books=5"))')
    hasty = mended.replace("= int(rate)\n", "= int(rate)\n        return found\n")
    shop = shop_of(tmp_path, environment, {**SHOP, "src/shop/rates.py": hasty, "tests/test_rates.py": OLD})
    own = with_test('assert RATES == {"food": 7, "books": 5}')  # with a hollow body nothing can be imported
    shop.write({"src/shop/rates.py": mended, "tests/test_rates.py": own})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out


def test_a_value_that_changes_beside_a_refactoring_is_told(rates: Shop) -> None:
    loop = RATES.replace("CODE.fullmatch(text) is not None", "bool(CODE.fullmatch(text))")
    rates.write({"src/shop/rates.py": loop})
    answer = rates.check("--only", "tests")
    assert answer.status == 0, answer.out
    rates.write({"src/shop/rates.py": loop.replace("STANDARD = 19", "STANDARD = 21")})
    answer = rates.check("--only", "tests")
    assert answer.rules == {"tests/missing"}
    assert "STANDARD was 19 before and is 21 now" in answer.out
    rates.write({"src/shop/rates.py": loop.replace("STANDARD = 19", "STANDARD = 20 - 1")})
    assert rates.check("--only", "tests").status == 0
