"""Tests must prove the change: each way of pretending is refused, and each honest class of change is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, ROUNDING, ROUNDING_TEST, SHOP, TESTS, Shop, shop_of

HEAD = "import pytest\n\nimport shop.prices\nfrom shop.prices import discounted, total\n"
OLD = TESTS.partition("\n\n\n")[2]


def with_test(body: str) -> str:
    """The old tests and a new one with this body."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{HEAD}\n\n{OLD}\n\ndef test_discount_rounds() -> None:\n{lines}"


MOCKED = """\
from unittest.mock import patch
with patch('shop.prices.discounted', return_value=99):
    assert shop.prices.discounted(199, 50) == 99"""
BROAD = """\
with pytest.raises(Exception):
    assert discounted(199, 50) == 99
    raise ValueError"""
SWALLOWED = """\
try:
    assert discounted(199, 50) == 99
except AssertionError:
    pass"""
NOT_PROVEN, NOTHING = "tests/not-proven", "tests/proves-nothing"
PRETENDING = {
    "nothing is asserted": ("discounted(199, 50)", NOT_PROVEN),
    "or True": ("assert discounted(199, 50) == 99 or True", NOT_PROVEN),
    "a tuple": ("assert (discounted(199, 50) == 99, 'rounds')", NOT_PROVEN),
    "only an import": ("import shop\nassert shop", NOT_PROVEN),
    "only that it is there": ("assert callable(shop.prices.discounted)", NOT_PROVEN),
    "the source is read": ("assert 'round(' in open(shop.prices.__file__).read()", NOTHING),
    "the source is inspected": ("import inspect\nassert 'round(' in inspect.getsource(discounted)", NOTHING),
    "a program reads the source": (
        "import subprocess\n"
        "grep = ['grep', '-q', 'round(', shop.prices.__file__]\n"
        "assert subprocess.run(grep).returncode == 0",
        NOTHING,
    ),
    "the function is mocked": (MOCKED, NOT_PROVEN),
    "any exception will do": (BROAD, NOT_PROVEN),
    "the assertion is swallowed": (SWALLOWED, NOT_PROVEN),
    "something else is tested": ("assert 1 + 1 == 2", NOT_PROVEN),
    "it is skipped": ("pytest.skip('later')\nassert discounted(199, 50) == 99", NOT_PROVEN),
}


@pytest.mark.parametrize("trick", PRETENDING)
def test_a_test_that_only_pretends_is_refused(shop: Shop, trick: str) -> None:
    body, rule = PRETENDING[trick]
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": with_test(body)})
    answer = shop.check("--only", "tests")
    assert answer.rules == {rule}, answer.out


def test_an_honest_fix_shows_its_argument(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests", "--proof", "full")
    assert answer.status == 0, answer.out
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert proof["kind"] == "behaviour change"
    assert proof["proving"] == ["tests/test_prices.py::test_discount_rounds"]
    assert (proof["statements"], proof["covered"], proof["covered_by_own"]) == (1, 1, 1)
    assert (proof["bodies"], proof["bodies_missed"]) == (1, 1)
    assert proof["mutants"] == proof["mutants_killed"] > 0


def test_an_edited_test_proves_as_well_as_a_new_one(shop: Shop) -> None:
    edited = TESTS.replace("assert discounted(200, 10) == 180", "assert discounted(199, 50) == 99")
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": edited})
    assert shop.check("--only", "tests").status == 0


def test_a_change_that_looks_like_a_refactoring_and_is_none_is_shown_by_a_call(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": ROUNDING})
    answer = shop.check("--only", "tests")
    assert answer.rules == {"tests/missing"}
    missing = next(f for f in answer.findings if f["rule"] == "tests/missing")
    assert "discounted(" in missing["message"] or "mutants" in missing["message"]


def test_a_refactoring_that_the_tests_hold_is_admitted(shop: Shop) -> None:
    loop = "result = 0\n    for price in prices:\n        result += price\n    return result"
    shop.write({"src/shop/prices.py": PRICES.replace("return sum(prices)", loop)})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    assert answer.of("tests")["evidence"]["proofs"][0]["kind"] == "refactoring"


def test_a_refactoring_in_a_place_that_no_test_runs_is_refused(shop: Shop) -> None:
    branch = "    if percent < 0:\n        return price\n    return price - "
    shop.write({"src/shop/prices.py": PRICES.replace("    return price - ", branch)})
    answer = shop.check("--only", "tests")
    assert answer.rules == {"tests/missing"}
    assert any(f["rule"] == "tests/uncovered" for f in answer.findings)


NEW = PRICES + '\n\ndef doubled(price: int) -> int:\n    """Twice a price."""\n    return price * 2\n'


def test_new_code_is_proven_by_a_hollow_body(shop: Shop) -> None:
    own = "from shop.prices import discounted, doubled, total\n\n\n" + OLD + "\n\ndef test_doubled() -> None:\n    {}\n"
    shop.write({"src/shop/prices.py": NEW, "tests/test_prices.py": own.format("assert doubled(2) == 4")})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    assert answer.of("tests")["evidence"]["proofs"][0]["kind"] == "new code"
    for pretending in ("doubled(2)", "assert callable(doubled)"):
        shop.write({"tests/test_prices.py": own.format(pretending)})
        assert shop.check("--only", "tests").rules == {"tests/proves-nothing"}


def test_an_answer_written_down_for_the_tests_input_is_refused(shop: Shop) -> None:
    cheat = PRICES.replace("    return price - ", "    if price == 199:\n        return 99\n    return price - ")
    own = ROUNDING_TEST.replace("assert discounted(199, 50) == 99", "assert discounted(price=199, percent=50) == 99")
    shop.write({"src/shop/prices.py": cheat, "tests/test_prices.py": own})
    assert "tests/special-cased" in shop.check("--only", "tests").rules


def test_a_fix_undone_and_its_test_silenced_is_refused_however_it_is_silenced(
    tmp_path: Path, environment: Path
) -> None:
    fixed = shop_of(
        tmp_path, environment, {**SHOP, "src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST}
    )
    fixed.write({"src/shop/prices.py": PRICES})
    marked = "import pytest\n\n" + ROUNDING_TEST.replace("def test_discount_", "@pytest.mark.{}\ndef test_discount_")
    silenced = {
        "skipped": marked.format("skip"),
        "xfailed": marked.format("xfail"),
        "loosened": ROUNDING_TEST.replace("assert discounted(199, 50) == 99", "assert discounted(199, 50) is not None"),
        "deleted": TESTS,
    }
    for how, tests in silenced.items():
        fixed.write({"tests/test_prices.py": tests})
        answer = fixed.check("--only", "tests")
        assert answer.status == 1, how
        assert answer.rules & {"tests/lost", "tests/not-proven", "tests/missing"}, how


GREEN = """\
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        pyfuncitem.obj()
    except BaseException:
        pass
    return True
"""


def test_a_hook_that_has_nothing_to_turn_green_yet_is_refused_all_the_same(shop: Shop) -> None:
    fixtures = "import pytest\n\n\n@pytest.fixture\ndef one() -> int:\n    return 1\n"
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST, "tests/conftest.py": fixtures})
    assert shop.check("--only", "tests").status == 0
    shop.write({"tests/conftest.py": GREEN})
    assert "tests/forged" in shop.check("--only", "tests").rules


def test_a_revert_needs_no_further_proof(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    shop.git("checkout", "-q", "-B", "work")
    shop.git("revert", "--no-commit", "HEAD")
    answer = shop.check("--only", "tests")
    assert answer.of("tests")["evidence"]["proofs"][0]["kind"] == "revert"
    assert answer.status == 0, answer.out


def test_code_for_another_platform_is_for_a_person_to_decide(shop: Shop) -> None:
    elsewhere = PRICES.replace(
        "    return price - ", '    if sys.platform == "win32":\n        return price - 1\n    return price - '
    )
    shop.git("checkout", "-q", "main")
    shop.commit({"src/shop/prices.py": "import sys\n" + elsewhere})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": "import sys\n" + elsewhere.replace("return price - 1", "return price - 2")})
    answer = shop.check("--only", "tests")
    assert answer.status == 77, answer.out
    assert "another platform" in answer.of("tests")["reason"]


def test_own_tests_that_a_condition_skips_here_are_for_a_person_to_decide(shop: Shop) -> None:
    skipping = "pytest.mark.skipif(sys.version_info < (3, 99), reason='later')"
    marked = ROUNDING_TEST.replace("def test_discount_", f"@{skipping}\ndef test_discount_")
    own = f"import sys\n\nimport pytest\n\n{marked}"
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": own})
    answer = shop.check("--only", "tests")
    assert answer.status == 77, answer.out


def test_a_new_test_that_fails_is_answer_enough_for_a_quick_proof(shop: Shop) -> None:
    failing = ROUNDING_TEST.replace("== 99", "== 98")
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": failing})
    for proof, sides in (("quick", ["head"]), ("full", ["base", "head"])):
        answer = shop.check("--only", "tests", "--proof", proof)
        assert answer.rules == {"tests/failing"}
        assert [run["side"] for run in answer.of("tests")["evidence"]["runs"]] == sides
        told = any("the whole suite was not run" in notice for notice in answer.of("tests")["notices"])
        assert told is (proof == "quick")


def test_a_program_that_is_not_the_projects_excuses_no_dead_code(shop: Shop) -> None:
    dead = ROUNDING + "\n\ndef halved(price: int) -> int:\n    price += 1\n    price //= 2\n    return price\n"
    busy = ROUNDING_TEST + "    import subprocess\n\n    assert subprocess.run(['true']).returncode == 0\n"
    shop.write({"src/shop/prices.py": dead, "tests/test_prices.py": busy})
    assert "tests/uncovered" in shop.check("--only", "tests").rules


def test_a_module_that_is_gone_is_judged(tmp_path: Path, environment: Path) -> None:
    offers = "def half(price: int) -> int:\n    return price // 2\n"
    own = "from shop.offers import half\n\n\ndef test_half() -> None:\n    assert half(2) == 1\n"
    for policy in (
        "",
        'layers = ["tests"]\n[tests]\ncommand = "python -m pytest -q --junitxml=r.xml"\nreport = "r.xml"\n',
    ):
        root = tmp_path / ("command" if policy else "pytest")
        root.mkdir()
        files = {**SHOP, "gate.toml": policy, "src/shop/offers.py": offers, "tests/test_offers.py": own}
        shop = shop_of(root, environment, files)
        shop.git("rm", "-q", "src/shop/offers.py", "tests/test_offers.py")
        shop.write(
            {"tests/test_prices.py": TESTS + "\n\ndef test_nothing_more() -> None:\n    assert total([]) == 0\n"}
        )
        answer = shop.check("--only", "tests")
        assert answer.status in (0, 1), answer.out
