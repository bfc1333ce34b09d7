"""What lint and types count: only what the change brings, as strictly as the target is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, PYPROJECT, SHOP, Shop, shop_of

UNTYPED = "def total(prices):\n    return sum(prices)\n"
PLAIN = '[project]\nname = "shop"\nversion = "1.0"\n'


def test_an_old_finding_never_blocks_because_it_moved_or_its_line_was_touched(
    tmp_path: Path, environment: Path
) -> None:
    old = "import os\nimport re\n\n\ndef f(x: int) -> int:\n    unused = x\n    return x\n"
    shop = shop_of(tmp_path, environment, {**SHOP, "src/shop/old.py": old})
    moved = '"""Old."""\n\n' + old.replace("unused = x", "unused = x + 1")
    shop.write({"src/shop/old.py": None, "src/shop/older.py": moved})
    answer = shop.check("--only", "lint")
    assert answer.rules == set(), answer.out
    shop.write({"src/shop/older.py": moved.replace("import re", "import re\nimport sys")})
    assert [f["message"] for f in shop.check("--only", "lint").findings] == ["`sys` imported but unused"]


def test_a_new_finding_far_from_the_diff_blocks(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit(
        {"src/shop/till.py": "from shop.prices import total\n\n\ndef due(p: list[int]) -> int:\n    return total(p)\n"}
    )
    shop.git("checkout", "-q", "-B", "work")
    shop.write(
        {
            "src/shop/prices.py": PRICES.replace(
                "def total(prices: list[int]) -> int", "def total(prices: list[int]) -> float"
            )
        }
    )
    answer = shop.check("--only", "types")
    assert {(f["rule"], f["location"]["path"]) for f in answer.findings} == {
        ("types/return-value", "src/shop/till.py")
    } or any(f["location"]["path"] == "src/shop/till.py" for f in answer.findings)
    assert answer.status == 1


def test_formatting_is_judged_only_where_the_target_formats(tmp_path: Path, environment: Path) -> None:
    ugly = PRICES + "\n\nX = { 'a':1 }\n"
    by_others = shop_of(tmp_path / "a", environment, {"pyproject.toml": PLAIN, "shop.py": "x = { 1:2 }\n"})
    by_others.write({"shop.py": "x = { 1:3 }\n"})
    assert by_others.check("--only", "lint").status == 0
    with_ruff = shop_of(tmp_path / "b", environment, SHOP)
    with_ruff.write({"src/shop/prices.py": ugly})
    answer = with_ruff.check("--only", "lint")
    assert answer.rules == {"lint/format"}
    assert '+X = {"a": 1}' in answer.findings[0]["diff"]


def test_fix_mends_what_ruff_can_in_the_files_of_the_change_only(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"src/shop/other.py": "import os\n"})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": "import os\n" + PRICES + "\n\nX = { 'a':1 }\n"})
    assert "agentgate fix" in [f["remedy"] for f in shop.check("--only", "lint").findings]
    mended = shop.agentgate("fix")
    assert mended.out == "mended src/shop/prices.py\n1 file(s) mended\n"
    assert shop.check("--only", "lint").status == 0
    assert (shop.root / "src/shop/other.py").read_text() == "import os\n"


@pytest.mark.parametrize(
    ("pyproject", "typed", "status"),
    [
        pytest.param(PYPROJECT, False, 1, id="strict is configured"),
        pytest.param(PLAIN, True, 1, id="py.typed"),
        pytest.param(PLAIN, False, 1, id="no strict finding today"),
    ],
)
def test_an_untyped_function_is_refused_where_the_target_is_typed(
    tmp_path: Path, environment: Path, pyproject: str, typed: bool, status: int
) -> None:
    files = {"pyproject.toml": pyproject, "src/shop/__init__.py": "", "src/shop/prices.py": PRICES}
    shop = shop_of(tmp_path, environment, {**files, "src/shop/py.typed": ""} if typed else files)
    shop.write({"src/shop/more.py": UNTYPED})
    answer = shop.check("--only", "types")
    assert answer.status == status
    assert "types/no-untyped-def" in answer.rules


def test_an_untyped_function_only_warns_in_an_untyped_package(tmp_path: Path, environment: Path) -> None:
    shop = shop_of(
        tmp_path, environment, {"pyproject.toml": PLAIN, "src/shop/__init__.py": "", "src/shop/prices.py": UNTYPED}
    )
    shop.write({"src/shop/prices.py": UNTYPED + "\n\ndef count(prices):\n    return len(prices)\n"})
    answer = shop.check("--only", "types")
    assert answer.status == 0
    assert {f["severity"] for f in answer.findings} == {"warning"}
    shop.write({"src/shop/prices.py": UNTYPED + "\n\nX: int = 'no'\n"})
    assert shop.check("--only", "types").rules == {"types/assignment"}


def test_an_explicit_any_is_refused_where_strictness_applies(shop: Shop) -> None:
    loose = PRICES.replace("prices: list[int]) -> int", "prices: Any) -> int").replace(
        'cents."""\n', 'cents."""\n\nfrom typing import Any\n', 1
    )
    shop.write({"src/shop/prices.py": loose})
    answer = shop.check("--only", "types")
    assert "types/any" in answer.rules


def test_a_syntax_error_is_a_finding_and_not_a_crash(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": PRICES + "\ndef (:\n"})
    answer = shop.check("--only", "lint,types")
    assert answer.status == 1
    assert "lint/syntax-error" in answer.rules
    assert answer.state("types") == "refused"
