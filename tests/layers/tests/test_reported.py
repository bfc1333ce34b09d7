"""What a coverage report shows of a change: from values alone, no run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentgate import project
from agentgate.change import Change
from agentgate.errors import CannotJudge
from agentgate.layers.tests.kind import kind_of
from agentgate.layers.tests.reported import Reported, reported
from agentgate.verdict import Severity
from tests.layers.conftest import Propose
from tests.layers.tests.runs import comparison

BASE = "def price(count):\n    return count\n"
HEAD = """\
def price(count):
    if count > 9:
        return count - 1
    return (
        count
    )


def rounded(count):
    count += 1
    count *= 2
    return -count
"""
SETUP = {"pyproject.toml": "[project]\nname = 'shop'\n", "tests/test_shop.py": "def test_x():\n    pass\n"}


def judged(change: Change, **lines: str) -> Reported:
    """What is reported where the report tells this of each file: "1+ 2-", line 1 ran and line 2 did not."""
    told = {name.replace("__", "/").replace("_", "."): one.split() for name, one in lines.items()}
    known = tuple((path, tuple(int(one[:-1]) for one in counts)) for path, counts in told.items())
    ran = tuple((path, tuple(int(one[:-1]) for one in counts if one[-1] == "+")) for path, counts in told.items())
    both = comparison(change, {}, {})
    both = replace(both, head=replace(both.head, lines=ran, known=known))
    found = project.read(change.head)
    return reported(both, found, kind_of(change, found))


def shown(found: Reported) -> list[tuple[str, str, int]]:
    return [(f.severity.value, f.location.path, f.location.line) for f in found.findings if f.location]


@pytest.fixture
def change(propose: Propose) -> Change:
    return propose({**SETUP, "shop.py": BASE}, {"shop.py": HEAD})


def test_a_changed_statement_that_did_not_run_is_told(change: Change) -> None:
    found = judged(change, shop_py="1+ 2+ 3- 4+ 9+ 10+ 11+ 12+")
    assert shown(found) == [("warning", "shop.py", 3)]
    assert found.findings[0].message == "no test runs this changed line"
    assert found.findings[0].excerpt == "        return count - 1"
    assert found.notices == ()
    assert (found.known, found.ran) == (6, 5)


def test_a_new_function_of_which_nothing_ran_is_refused_once(change: Change) -> None:
    found = judged(change, shop_py="1+ 2+ 3+ 4+ 9+ 10- 11- 12-")
    assert shown(found) == [("error", "shop.py", 10)]
    assert found.findings[0].message == "no test runs any of the new rounded"


def test_a_small_new_function_only_warns(change: Change) -> None:
    assert shown(judged(change, shop_py="1+ 2+ 3+ 4+ 9+ 10- 11-")) == [
        ("warning", "shop.py", 10),
        ("warning", "shop.py", 11),
    ]


def test_any_line_of_a_statement_is_the_statement(change: Change) -> None:
    assert shown(judged(change, shop_py="2+ 3+ 5+ 6+ 10+ 11+ 12+")) == []


def test_statements_that_the_report_does_not_know_are_never_called_covered(change: Change) -> None:
    found = judged(change, shop_py="1+ 2+ 3+ 4+")
    assert found.notices == ("the coverage report knows 3 of 6 changed statements of shop.py",)
    assert (found.known, found.ran) == (3, 3)


def test_a_source_that_is_not_in_the_report_is_named(change: Change) -> None:
    found = judged(change, other_py="1+")
    assert found.notices == ("not in the coverage report, so nobody knows whether it runs: shop.py",)
    assert found.findings == ()
    assert found.known == 0


def test_without_a_report_nothing_can_be_said(change: Change) -> None:
    with pytest.raises(CannotJudge, match="left no coverage report"):
        judged(change)


def test_ten_lines_are_told_at_most(propose: Propose) -> None:
    body = "".join(f"    count += {n}\n" for n in range(20))
    change = propose({**SETUP, "shop.py": BASE}, {"shop.py": BASE.replace("    return", body + "    return")})
    found = judged(change, shop_py="1+ " + " ".join(f"{n}-" for n in range(2, 22)) + " 22+")
    assert len(found.findings) == 10
    assert {f.severity for f in found.findings} == {Severity.WARNING}


SCRIPT = "function a() {\n  return 1;\n}\n"
LONGER = SCRIPT + "\nfunction b() {\n  return 2;\n}\n"


def test_other_languages_are_measured_by_the_added_lines_that_the_report_knows(propose: Propose) -> None:
    change = propose({**SETUP, "shop.py": BASE, "web/m.ts": SCRIPT}, {"web/m.ts": LONGER})
    found = judged(change, web__m_ts="1+ 2- 3+ 4+ 5+ 6- 7-")
    assert shown(found) == [("warning", "web/m.ts", 6)]
    assert (found.known, found.ran) == (2, 1)


def test_a_file_of_another_language_that_is_not_in_the_report_is_named(propose: Propose) -> None:
    change = propose({**SETUP, "shop.py": BASE}, {"web/m.ts": LONGER, "web/m.unheard": "x\n", "Makefile": "all:\n"})
    assert judged(change, shop_py="1+").notices == (
        "not in the coverage report, so nobody knows whether it runs: web/m.ts",
    )


def test_where_nothing_can_be_measured_no_report_is_asked_for(propose: Propose) -> None:
    change = propose({**SETUP, "shop.py": BASE}, {"Makefile": "all:\n", "tests/test_shop.py": "def test_y(): pass\n"})
    assert judged(change) == Reported()


def test_what_another_package_owns_is_not_asked_of_this_ones_report(propose: Propose) -> None:
    inner = {"libs/a/pyproject.toml": "[project]\nname = 'a'\n", "libs/a/a.py": BASE, "libs/a/m.ts": SCRIPT}
    workspace = {"pyproject.toml": "[project]\nname = 'shop'\n[tool.uv.workspace]\nmembers = ['libs/*']\n"}
    change = propose({**SETUP, **workspace, **inner, "shop.py": BASE}, {"libs/a/a.py": HEAD, "libs/a/m.ts": LONGER})
    assert judged(change, shop_py="1+") == Reported()
