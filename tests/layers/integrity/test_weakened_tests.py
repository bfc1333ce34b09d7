"""Each way to weaken a test, with an honest edit that looks like it."""

from __future__ import annotations

import pytest

from agentgate.layers.integrity.python_tests import reading
from agentgate.layers.integrity.python_tests.reading import Fact

TOP = (
    "import contextlib\nimport sys\nimport time\nimport unittest\n\nimport pytest\nfrom shop import price, total\n\n\n"
)


def facts(
    base: str, head: str, *, removed: frozenset[str] = frozenset(), source: bool = True, ran: bool = False
) -> list[Fact]:
    files = [("tests/test_shop.py", TOP + base, "tests/test_shop.py", TOP + head)]
    return list(reading.facts(files, removed=removed, source_changes=source, witnessed=lambda _path, _name: ran))


def moves(base: str, head: str, *, removed: frozenset[str] = frozenset(), source: bool = True) -> list[str]:
    return [fact.move for fact in facts(base, head, removed=removed, source=source)]


def of(*lines: str) -> str:
    return "def test_price():\n" + "".join(f"    {line}\n" for line in lines)


EQUAL = of("assert price(1) == 10", "assert total([1, 2]) == 30")
CASE = "class PriceTest(unittest.TestCase):\n    def test_price(self):\n        {}\n"
ROWS = "@pytest.mark.parametrize(('count', 'expected'), [{}])\ndef test_price(count, expected):\n    {}\n"
RAISES = of("with pytest.raises({}):", "    {}")


EMPTIED = {
    "assertions deleted": of("price(1)", "total([1, 2])"),
    "nothing left": of("pass"),
    "assert True": of("assert True"),
    "or True": of("assert price(1) == 10 or True", "assert total([1, 2]) == 30 or True"),
    "a tuple": of("assert (price(1) == 10, 'ten')", "assert (total([1, 2]) == 30, 'thirty')"),
    "what is written out": of("assert {'price': 10}", "assert [price(1)] is not None"),
    "the same on both sides": of("found = price(1)", "assert found == found"),
    "caught by name": of("try:", "    assert price(1) == 10", "except AssertionError:", "    pass"),
    "caught bare": of("try:", "    assert price(1) == 10", "except:", "    pass"),
    "caught with a print": of("try:", "    assert price(1) == 10", "except Exception as e:", "    print(e)"),
    "suppressed": of("with contextlib.suppress(Exception):", "    assert price(1) == 10"),
    "expected to fail": of("with pytest.raises(AssertionError):", "    assert price(1) == 11"),
    "early return": of("return", "assert price(1) == 10", "assert total([1, 2]) == 30"),
    "if False": of("if False:", "    assert price(1) == 10"),
    "while 0": of("while 0:", "    assert price(1) == 10"),
    "a loop over nothing": of("for n in []:", "    assert price(n) == 10"),
}


@pytest.mark.parametrize("head", EMPTIED.values(), ids=EMPTIED)
def test_a_test_that_asserts_nothing_any_more_refuses(head: str) -> None:
    (fact,) = facts(EQUAL, head)
    assert fact.move == ("voided" if "AssertionError):" in head else "emptied")
    assert fact.refuses
    assert fact.message.startswith("test_price ")
    assert "assert price(1) == 10" in fact.message
    assert "-    assert" in fact.diff or "+    " in fact.diff


def test_one_assertion_that_cannot_fail_refuses() -> None:
    (fact,) = facts(EQUAL, of("assert price(1) == 10 or True", "assert total([1, 2]) == 30"))
    assert fact.move == "voided"
    assert fact.refuses
    assert fact.message == (
        "test_price asserts what cannot fail it any more: "
        "`assert price(1) == 10` is `assert price(1) == 10 or True` now, it always holds"
    )
    assert fact.excerpt == "assert price(1) == 10 or True"


HONEST_FLOW = {
    "the exception is told of": of(
        "try:",
        "    assert price(1) == 10",
        "    assert total([1, 2]) == 30",
        "except AssertionError as e:",
        "    raise",
    ),
    "only an import is caught": of(
        "try:", "    import x", "except ImportError:", "    pass", "assert price(1) == 10", "assert total([1, 2]) == 30"
    ),
    "return in a branch": of(
        "if sys.flags.debug:", "    return", "assert price(1) == 10", "assert total([1, 2]) == 30"
    ),
    "suppress of another": of(
        "with contextlib.suppress(OSError):", "    assert price(1) == 10", "    assert total([1, 2]) == 30"
    ),
    "a loop": of("for n, p in [(1, 10), (2, 20)]:", "    assert price(n) == p", "assert total([1, 2]) == 30"),
    "if True": of("if True:", "    assert price(1) == 10", "    assert total([1, 2]) == 30"),
}


@pytest.mark.parametrize("head", HONEST_FLOW.values(), ids=HONEST_FLOW)
def test_assertions_that_can_still_fail_are_kept(head: str) -> None:
    assert moves(EQUAL, head) == []


def test_a_removed_assertion_is_a_warning() -> None:
    (fact,) = facts(EQUAL, of("assert price(1) == 10"))
    assert (fact.move, fact.refuses) == ("removed", False)
    assert fact.message == "test_price lost assertions: `assert total([1, 2]) == 30` is gone"


MOVED = {
    "into another test": of("assert price(1) == 10") + "def test_total():\n    assert total([1, 2]) == 30\n",
    "into a helper": "def check(n):\n    assert total([1, n]) == 30\n" + of("assert price(1) == 10", "check(2)"),
    "into rows": ROWS.format("([1], 10), ([1, 2], 30)", "assert total(count) == expected"),
    "into a loop": of("for f, a, b in ((price, 1, 10), (total, [1, 2], 30)):", "    assert f(a) == b"),
    "both into one": of("assert price(1) == 10 and total([1, 2]) == 30"),
    "into a nested class": "class TestPrice:\n    def test_price(self):\n        assert price(1) == 10\n"
    "        assert total([1, 2]) == 30\n",
}


@pytest.mark.parametrize("head", MOVED.values(), ids=MOVED)
def test_an_assertion_that_moved_is_not_removed(head: str) -> None:
    assert moves(EQUAL, head) == []


def test_assertions_of_what_the_source_no_longer_has_may_go() -> None:
    assert moves(EQUAL, of("assert price(1) == 10"), removed=frozenset({"total"})) == []


LOOSENED = {
    "truth": ("assert price(1) == 10", "assert price(1)"),
    "is not None": ("assert price(1) == 10", "assert price(1) is not None"),
    "membership": ("assert price(1) == 10", "assert price(1) in (10, 11)"),
    "a part": ("assert price(1) == 'ten'", "assert price(1).startswith('t')"),
    "contains": ("assert price(1) == 'ten'", "assert 't' in price(1)"),
    "an ordering": ("assert price(1) == 10", "assert price(1) >= 1"),
    "a type": ("assert price(1) == 10", "assert isinstance(price(1), int)"),
    "about": ("assert price(1) == 10", "assert price(1) == pytest.approx(10, rel=0.5)"),
    "membership to truth": ("assert price(1) in (10, 11)", "assert price(1)"),
    "a call without its arguments": ("mock.assert_called_once_with(1)", "mock.assert_called()"),
}


@pytest.mark.parametrize(("before", "now"), LOOSENED.values(), ids=LOOSENED)
def test_an_assertion_that_says_less_is_a_warning(before: str, now: str) -> None:
    (fact,) = facts(of(before), of(now))
    assert (fact.move, fact.refuses) == ("loosened", False)
    assert before.removeprefix("assert ") in fact.message
    assert now.removeprefix("assert ") in fact.message
    assert moves(of(now), of(before)) == []


UNITTEST = {
    "truth": ("self.assertEqual(price(1), 10)", "self.assertTrue(price(1))"),
    "not None": ("self.assertEqual(price(1), 10)", "self.assertIsNotNone(price(1))"),
    "membership": ("self.assertEqual(price(1), 10)", "self.assertIn(price(1), (10, 11))"),
    "the other way round": ("self.assertEqual(10, price(1))", "self.assertIn(price(1), (10, 11))"),
    "in pytest's words": ("self.assertEqual(price(1), 10)", "assert price(1)"),
}


@pytest.mark.parametrize(("before", "now"), UNITTEST.values(), ids=UNITTEST)
def test_unittest_is_read_too(before: str, now: str) -> None:
    assert moves(CASE.format(before), CASE.format(now)) == ["loosened"]
    assert moves(CASE.format(now), CASE.format(before)) == []


SAME = {
    "pytest's words": (CASE.format("self.assertEqual(price(1), 10)"), CASE.format("assert price(1) == 10")),
    "truth of an equation": (
        CASE.format("self.assertEqual(price(1), 10)"),
        CASE.format("self.assertTrue(price(1) == 10)"),
    ),
    "True": (of("assert price(1) == True"), of("assert price(1)")),
    "emptiness": (of("assert total([]) == []"), of("assert not total([])")),
    "in parts": (of("found = price(1)", "assert found == 10"), of("found = price(1)", "assert found.value == 10")),
    "type and value": (
        of("found = price(1)", "assert found == 10"),
        of("found = price(1)", "assert isinstance(found, Price)", "assert found.value == 10"),
    ),
    "old strings": (of("assert price(1) == u'10'"), of("assert price(1) == '10'")),
    "a message": (of("assert price(1) == 10"), of("assert price(1) == 10, 'ten'")),
    "async": ("async def test_a():\n    assert await f() == 1\n", "async def test_a():\n    assert 1 == await f()\n"),
}


@pytest.mark.parametrize(("before", "now"), SAME.values(), ids=SAME)
def test_the_same_in_other_words_is_nothing(before: str, now: str) -> None:
    assert moves(before, now) == []


def test_an_async_test_is_read() -> None:
    base = "async def test_a():\n    async with client() as c:\n        assert await c.get() == 1\n"
    assert moves(base, base.replace(" == 1", "")) == ["loosened"]
    assert moves(base, base.replace("assert await", "await")) == ["emptied"]


WIDER = {
    "rel": ("assert price(1) == approx(10, rel=1e-6)", "assert price(1) == approx(10, rel=0.1)"),
    "abs by place": ("assert price(1) == approx(10, 0, 1e-6)", "assert price(1) == approx(10, 0, 1)"),
    "the default dropped": ("assert price(1) == approx(10, rel=1e-9)", "assert price(1) == approx(10, abs=1e-12)"),
    "isclose": ("assert isclose(price(1), 10, rel_tol=1e-9)", "assert isclose(price(1), 10, rel_tol=0.1)"),
    "round": ("assert round(price(1), 4) == 10", "assert round(price(1), 1) == 10"),
    "places": ("self.assertAlmostEqual(price(1), 10, places=7)", "self.assertAlmostEqual(price(1), 10, places=1)"),
    "delta": ("self.assertAlmostEqual(price(1), 10, delta=1)", "self.assertAlmostEqual(price(1), 10, delta=5)"),
    "at most": ("assert price(1) < 10", "assert price(1) < 100"),
    "at least": ("assert price(1) >= 10", "assert price(1) >= 1"),
}


@pytest.mark.parametrize(("before", "now"), WIDER.values(), ids=WIDER)
def test_a_wider_tolerance_is_a_warning(before: str, now: str) -> None:
    (fact,) = facts(CASE.format(before), CASE.format(now))
    assert (fact.move, fact.refuses) == ("wider", False)
    assert " -> " in fact.message
    assert moves(CASE.format(now), CASE.format(before)) == []


BROADER = {
    "Exception": ("ValueError", "Exception", "broader"),
    "a parent": ("KeyError", "LookupError", "broader"),
    "one of ours": ("PriceError", "Exception", "broader"),
    "a tuple that grew": ("ValueError", "(ValueError, TypeError)", "broader"),
    "match dropped": ("ValueError, match='ten'", "ValueError", "unmatched"),
}


@pytest.mark.parametrize(("before", "now", "move"), BROADER.values(), ids=BROADER)
def test_a_broader_exception_is_a_warning(before: str, now: str, move: str) -> None:
    (fact,) = facts(RAISES.format(before, "price(-1)"), RAISES.format(now, "price(-1)"))
    assert (fact.move, fact.refuses) == (move, False)
    assert moves(RAISES.format(now, "price(-1)"), RAISES.format(before, "price(-1)")) == []


def test_unittests_broader_exception_is_one_too() -> None:
    before, now = "self.assertRaises(ValueError, price, -1)", "self.assertRaises(Exception, price, -1)"
    assert moves(CASE.format(before), CASE.format(now)) == ["broader"]


def test_an_alias_and_another_exception_are_not_broader() -> None:
    assert moves(RAISES.format("IOError", "price(-1)"), RAISES.format("OSError", "price(-1)")) == []
    assert moves(RAISES.format("ValueError", "price(-1)"), RAISES.format("PriceError", "price(-1)")) == []


def test_a_block_that_grew_is_a_warning() -> None:
    before = of("basket = total([1])", "with pytest.raises(ValueError):", "    basket.pop()")
    now = of("with pytest.raises(ValueError):", "    basket = total([1])", "    basket.pop()")
    assert moves(before, now) == ["grown"]
    assert moves(now, before) == []


def test_a_message_that_became_a_match_is_not_removed() -> None:
    before = of("with pytest.raises(ValueError) as e:", "    price(-1)", "assert str(e.value) == 'less than nothing'")
    now = of("with pytest.raises(ValueError, match='less than nothing'):", "    price(-1)")
    assert moves(before, now) == []


SILENCED = {
    "skip": "@pytest.mark.skip(reason='flaky')\n" + EQUAL,
    "skip without call": "@pytest.mark.skip\n" + EQUAL,
    "unittest's skip": "@unittest.skip('flaky')\n" + EQUAL,
    "xfail": "@pytest.mark.xfail\n" + EQUAL,
    "xfail with a reason": "@pytest.mark.xfail(reason='flaky', strict=False)\n" + EQUAL,
    "expectedFailure": "@unittest.expectedFailure\n" + EQUAL,
    "skipif True": "@pytest.mark.skipif(True, reason='x')\n" + EQUAL,
    "skipUnless False": "@unittest.skipUnless(False, 'x')\n" + EQUAL,
    "a call": EQUAL.replace("():\n", "():\n    pytest.skip('flaky')\n"),
    "SkipTest": EQUAL.replace("():\n", "():\n    raise unittest.SkipTest('flaky')\n"),
    "pytestmark": "pytestmark = pytest.mark.skip('flaky')\n\n" + EQUAL,
    "pytestmark of many": "pytestmark = [pytest.mark.slow, pytest.mark.skip('flaky')]\n\n" + EQUAL,
    "the module": "pytest.skip('flaky', allow_module_level=True)\n\n" + EQUAL,
    "__test__": "__test__ = False\n\n" + EQUAL,
}


@pytest.mark.parametrize("head", SILENCED.values(), ids=SILENCED)
def test_a_silenced_test_refuses(head: str) -> None:
    (fact,) = facts(EQUAL, head)
    assert (fact.move, fact.refuses) == ("silenced", True)
    assert moves(head, EQUAL) == []
    assert facts(EQUAL, head, ran=True) == []


def test_a_silenced_class_refuses() -> None:
    base = CASE.format("self.assertEqual(price(1), 10)")
    (fact,) = facts(base, "@unittest.skip('flaky')\n" + base)
    assert fact.message == "the class PriceTest no longer has to pass: `unittest.skip('flaky')` is new"


CONDITIONAL = {
    "skipif": "@pytest.mark.skipif(sys.platform == 'win32', reason='x')\n" + EQUAL,
    "xfail of a version": "@pytest.mark.xfail(sys.version_info < (3, 12), reason='x')\n" + EQUAL,
    "skipUnless": "@unittest.skipUnless(hasattr(sys, 'x'), 'x')\n" + EQUAL,
    "in a branch": EQUAL.replace("():\n", "():\n    if sys.platform == 'win32':\n        pytest.skip('x')\n"),
    "importorskip": "pytest.importorskip('numpy')\n\n" + EQUAL,
    "a new test": EQUAL + "@pytest.mark.skip\ndef test_new():\n    assert price(3) == 1\n",
    "in a string": EQUAL + 'TEXT = """\n@pytest.mark.skip\ndef test_price(): pass\n"""\n',
}


@pytest.mark.parametrize("head", CONDITIONAL.values(), ids=CONDITIONAL)
def test_conditions_and_new_tests_are_nothing(head: str) -> None:
    assert moves(EQUAL, head) == []


def test_lost_cases_are_a_warning() -> None:
    base = ROWS.format("(1, 10), (2, 20), (3, 30)", "assert price(count) == expected")
    (fact,) = facts(base, ROWS.format("(1, 10)", "assert price(count) == expected"))
    assert fact.move == "cases"
    assert fact.message == "test_price lost cases: `(2, 20)` is gone; `(3, 30)` is gone"
    assert moves(base, base.replace("(2, 20)", "pytest.param(2, 20, marks=pytest.mark.skip)")) == ["cases"]


def test_cases_that_moved_or_are_named_elsewhere_are_kept() -> None:
    base = ROWS.format("(1, 10), (2, 20)", "assert price(count) == expected")
    less = ROWS.format("(1, 10)", "assert price(count) == expected")
    assert moves(base, less + "def test_two():\n    assert price(2) == 20\n") == []
    named = "CASES = [(1, 10), (2, 20)]\n" + base.replace("[(1, 10), (2, 20)]", "CASES")
    assert moves(base, named) == []
    assert moves(named, named.replace(", (2, 20)]", "]")) == ["cases"]


def test_another_expected_value_is_a_warning_while_source_changes() -> None:
    head = EQUAL.replace("10", "11")
    (fact,) = facts(EQUAL, head)
    assert fact.message == "test_price expects another value: `assert price(1) == 10` is `assert price(1) == 11` now"
    assert moves(EQUAL, head, source=False) == []
    base = ROWS.format("(1, 10), (2, 20)", "assert price(count) == expected")
    assert moves(base, base.replace("20", "21")) == ["expected"]


def test_more_patience_is_a_warning() -> None:
    base = of("time.sleep(0.1)", "thread.join(timeout=1)", "assert price(1) == 10")
    assert moves(base, base.replace("0.1", "5")) == ["patience"]
    assert moves(base, base.replace("timeout=1", "timeout=60")) == ["patience"]
    assert moves(base, "@pytest.mark.flaky(reruns=3)\n" + base) == ["patience"]
    assert moves(base, base.replace("0.1", "0.01")) == []
    assert moves(base, base.replace("price(1)", "price(timeout=9)")) == []


def test_a_weakened_helper_is_named_as_one() -> None:
    base = "def check(n):\n    assert price(n) == 10 * n\n\n\n" + of("check(1)")
    (fact,) = facts(base, base.replace(" == 10 * n", ""))
    assert fact.message.startswith("the helper check asserts less: ")
    (fact,) = facts(base, base.replace("assert ", ""))
    assert fact.message.startswith("the helper check no longer asserts anything")


def test_a_renamed_test_is_compared_with_what_it_was() -> None:
    base = of("basket = total([1, 2, 3])", "assert price(basket) == 10", "assert total(basket) == 30")
    head = base.replace("test_price", "test_price_of_a_basket")
    assert moves(base, head) == []
    assert moves(base, head.replace("    assert total(basket) == 30\n", "    total(basket)\n")) == ["removed"]


def test_a_test_in_another_file_is_compared_with_what_it_was() -> None:
    def of_files(head: str) -> list[str]:
        files = [("tests/test_a.py", TOP + EQUAL, "tests/test_a.py", TOP), ("", "", "tests/test_b.py", TOP + head)]
        found = reading.facts(files, removed=frozenset(), source_changes=True, witnessed=lambda _path, _name: False)
        return [fact.move for fact in found]

    assert of_files(EQUAL) == []
    assert of_files(of("price(1)")) == ["emptied"]


def test_what_cannot_be_parsed_is_nothing() -> None:
    assert moves(EQUAL, "def test_price(:\n") == []
