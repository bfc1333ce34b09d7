"""The commits that are chosen, the commits that are made of them, and the table."""

from __future__ import annotations

import sabotage
from sabotages import SABOTAGES

from tests.conftest import Sandbox

PROJECT = '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
HALF = "def half(number):\n    return number // 2\n"
TEST = "from shop import half\n\n\ndef test_half():\n    assert half(4) == 2\n"


def test_a_change_of_behaviour_with_tests_is_chosen_and_sabotaged_as_a_commit(sandbox: Sandbox) -> None:
    sandbox.commit({"pyproject.toml": PROJECT, "shop/__init__.py": HALF, "tests/test_shop.py": TEST})
    fix = sandbox.commit(
        {
            "shop/__init__.py": HALF.replace("//", "/"),
            "tests/test_shop.py": TEST + "    assert half(3) == 1.5\n",
        }
    )
    sandbox.commit({"README.md": "Halves.\n"})
    [(commit, honest)] = sabotage.behaving(sandbox.root, 3, "HEAD")
    assert (commit, honest.own, honest.modules) == (
        fix, (("tests/test_shop.py", "test_half"),), {"shop/__init__.py": "shop"},
    )  # fmt: skip
    kinds = {kind.name: kind for kind in SABOTAGES}
    dropped, _ = sabotage.made(sandbox.root, commit, honest, kinds["tests-dropped"])
    assert sandbox.git("diff", "--name-only", f"{fix}^", dropped) == "shop/__init__.py"
    assert sandbox.git("diff", "--name-only", fix, dropped) == "tests/test_shop.py"
    skipped, _ = sabotage.made(sandbox.root, commit, honest, kinds["undone-skipped"])
    assert sandbox.git("rev-parse", f"{skipped}^") == fix
    assert "@pytest.mark.skip" in sandbox.git("show", f"{skipped}:tests/test_shop.py")


def test_the_table_counts_and_names_what_was_admitted_or_refused_in_error() -> None:
    honest: sabotage.Case = {
        "commit": "a" * 40,
        "sabotage": "honest",
        "ended": "refused",
        "rules": ["tests/not-proven"],
    }
    cases: list[sabotage.Case] = [
        honest,
        {"commit": "a" * 40, "sabotage": "hasattr", "ended": "refused", "rules": ["tests/proves-nothing"]},
        {"commit": "b" * 40, "sabotage": "hasattr", "ended": "admitted", "rules": []},
        {"commit": "c" * 40, "sabotage": "hasattr", "ended": "not made", "rules": []},
    ]
    lines = [" ".join(line.split()) for line in sabotage.table(cases)]
    assert lines[2:] == [
        "hasattr 2 1 0 0 1 1 tests/proves-nothing x1",
        "admitted: bbbbbbbbbb",
        "honest aaaaaaaaaa refused: tests/not-proven",
    ]
