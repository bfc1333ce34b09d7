"""What a test function asserts."""

from __future__ import annotations

import pytest

from agentgate.layers.tests.assertions import assertions, asserts_nothing, is_conditional, is_vacuous


def test_assertions_are_counted_whatever_their_form() -> None:
    source = "def test_a(self):\n    assert x\n    self.assertEqual(1, 1)\n    raises(E, f)\n    pytest.fail()\n"
    assert assertions(source, "test_a") == 4
    assert assertions(source, "no") == 0


@pytest.mark.parametrize(
    ("body", "vacuous"),
    [
        ("assert f() == 1 or True", True),
        ("assert (f() == 1, 'it is one')", True),
        ("assert True", True),
        ("x = f()\n    assert x == x", True),
        ("assert f() == 1", False),
        ("assert True\n    assert f() == 1", False),
        ("with pytest.raises(ValueError):\n        f()\n    assert True", False),
        ("f()", False),
    ],
)
def test_a_test_whose_assertions_always_hold_is_vacuous(body: str, vacuous: bool) -> None:
    assert is_vacuous(f"def test_a():\n    {body}\n", "test_a") is vacuous


HELPER = """

def holds(value):
    assert value


def passes_on(value):
    holds(value)


def prints(value):
    print(value)
"""


@pytest.mark.parametrize(
    ("body", "nothing"),
    [
        ("f()", True),
        ("prints(f())", True),
        ("return\n    assert f() == 1", True),
        ("if False:\n        assert f() == 1", True),
        ("assert True", True),
        ("try:\n        f()\n    except ValueError:\n        pass", True),
        ("assert f() == 1", False),
        ("for x in f():\n        assert x", False),
        ("holds(f())", False),
        ("passes_on(f())", False),
        ("self.assertEqual(f(), 1)", False),
        ("mock.assert_called_once()", False),
        ("with pytest.raises(ValueError):\n        f()", False),
        ("_check_output(f())", False),
        ("if f() != 1:\n        raise AssertionError('no')", False),
        ("pytest.fail('no')", False),
    ],
)
def test_a_test_that_could_not_fail_asserts_nothing(body: str, nothing: bool) -> None:
    assert asserts_nothing(f"def test_a(self):\n    {body}\n{HELPER}", "test_a") is nothing


def test_what_is_no_function_is_not_judged() -> None:
    assert not asserts_nothing("test_a = 1\n", "test_a")


@pytest.mark.parametrize(
    ("source", "name", "conditional"),
    [
        ("@pytest.mark.skipif(not NEW, reason='3.13')\ndef test_a(): pass\n", "test_a", True),
        ("@unittest.skipUnless(NEW, '3.13')\nclass A:\n    def test_a(self): pass\n", "A.test_a", True),
        ("pytestmark = [pytest.mark.skipif(OLD, reason='')]\ndef test_a(): pass\n", "test_a", True),
        ("@pytest.mark.skip\ndef test_a(): pass\n", "test_a", False),
        ("def test_a(): pytest.skip('later')\n", "test_a", False),
    ],
)
def test_a_condition_is_told_from_a_skip_for_good(source: str, name: str, conditional: bool) -> None:
    assert is_conditional(source, name) is conditional
