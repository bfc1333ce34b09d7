"""The sample repository of the demo and what an agent does to it: the files of each step."""

from __future__ import annotations

PYPROJECT = """\
[tool.mypy]
strict = true

[tool.ruff]
line-length = 100

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

CART = '''\
"""A shopping cart. Amounts are in cents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One line of a cart."""

    name: str
    cents: int
    count: int = 1


def total(items: list[Item]) -> int:
    """What the cart costs."""
    return sum(item.cents * item.count for item in items)


def discounted(cents: int, percent: int) -> int:
    """A price less a discount, rounded in the customer's favour."""
    return cents * (100 - percent) // 100
'''

TESTS = """\
from shop.cart import Item, discounted, total


def test_total_counts_every_piece() -> None:
    assert total([Item("tea", 450), Item("cup", 995, count=2)]) == 2440


def test_discount_rounds_in_the_customers_favour() -> None:
    assert discounted(995, 10) == 895
"""

#: What is on main: a small typed package with tests. Nothing of it can be installed, so our own Python runs its tests.
MAIN = {
    "pyproject.toml": PYPROJECT,
    "README.md": "# Shop\n",
    "shop/__init__.py": '"""A shop."""\n',
    "shop/cart.py": CART,
    "tests/test_cart.py": TESTS,
}

VOUCHERS = '''\


VOUCHERS = {"WELCOME": 10, "FRIENDS": 15}


def redeemed(cents: int, code: str) -> int:
    """A price less what a voucher is worth; an unknown one is worth nothing."""
    return discounted(cents, VOUCHERS.get(code.upper()))
'''

#: "Add vouchers", as an agent does it in a hurry: a left-over import, a value that may be None, an old function
#: "simplified" in passing, and no test.
CARELESS = {
    "shop/cart.py": CART.replace("from dataclasses", "import json\nfrom dataclasses").replace(
        "cents * (100 - percent) // 100", "round(cents - cents * percent / 100)"
    )
    + VOUCHERS
}
REFUSING = {"lint/F401", "types/arg-type", "tests/missing", "tests/regression"}

#: The same feature, mended as the report says.
MENDED = {
    "shop/cart.py": CART + VOUCHERS.replace("code.upper())", "code.upper(), 0)"),
    "tests/test_cart.py": TESTS.replace("discounted, total", "discounted, redeemed, total")
    + """

def test_a_voucher_is_redeemed_however_it_is_typed() -> None:
    assert redeemed(995, "welcome") == 895


def test_an_unknown_voucher_is_worth_nothing() -> None:
    assert redeemed(995, "NOTHING") == 995
""",
}
