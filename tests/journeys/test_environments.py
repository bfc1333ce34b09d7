"""An environment that says nothing never passes, and the answer names the one command that mends it."""

from __future__ import annotations

import shutil
import venv
from pathlib import Path

from tests.journeys.conftest import PRICES, PYPROJECT, ROUNDING, ROUNDING_TEST, SHOP, TESTS, Shop, shop_of


def test_where_no_environment_has_the_runner_each_one_tried_is_named_with_one_command(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    venv.create(bare, symlinks=True)
    shop = shop_of(tmp_path, bare, SHOP)
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests", PATH=f"{bare}/bin:/usr/bin:/bin")
    assert answer.status == 3
    assert f"{bare}/bin/python (the active virtual environment) has no pytest" in answer.of("tests")["reason"]
    assert answer.of("tests")["remedy"] == "python3 -m venv .venv && .venv/bin/python -m pip install -e . pytest"


def test_an_environment_in_which_everything_fails_on_both_sides_does_not_pass(
    tmp_path: Path, environment: Path
) -> None:
    needy = {**SHOP, "src/shop/__init__.py": "import not_installed_anywhere\n"}
    shop = shop_of(tmp_path, environment, needy)
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.status == 3
    assert "no test passes" in answer.of("tests")["reason"]
    assert "not_installed_anywhere" in answer.of("tests")["reason"]


def test_a_required_dependency_that_is_not_installed_is_inability(tmp_path: Path, environment: Path) -> None:
    needy = PYPROJECT.replace('version = "1.0"', 'version = "1.0"\ndependencies = ["surely-absent>=1"]')
    shop = shop_of(tmp_path, environment, {**SHOP, "pyproject.toml": needy})
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.status == 3
    assert "surely-absent" in answer.of("tests")["reason"]


def test_the_changes_own_test_module_that_base_cannot_collect_either_is_inability(shop: Shop) -> None:
    optional = "import not_installed_anywhere\n\n\ndef test_optional() -> None:\n    assert not_installed_anywhere\n"
    shop.git("checkout", "-q", "main")
    shop.commit({"tests/test_optional.py": optional})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_optional.py": optional + "    assert 1 == 1\n"})
    answer = shop.check("--only", "tests")
    assert answer.status == 3
    assert "tests/test_optional.py" in answer.of("tests")["reason"]


def test_what_passes_on_base_and_cannot_be_collected_at_head_is_refused(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": PRICES.replace("def total", "def sum_of"), "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.rules == {"tests/collection"}


def test_a_generated_version_file_that_only_the_environment_has_is_carried_along(
    tmp_path: Path, environment: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(environment, own, symlinks=True)
    site = next(own.glob("lib/python*/site-packages"))
    (site / "shop").mkdir()
    (site / "shop" / "_version.py").write_text("version = '1.0'\n")
    files = {
        **SHOP,
        "src/shop/__init__.py": "from shop._version import version as version\n",
        ".gitignore": "_version.py\n",
    }
    shop = shop_of(tmp_path, own, files)
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out


def test_an_ignored_file_is_carried_from_the_working_tree_and_by_name(tmp_path: Path, environment: Path) -> None:
    files = {
        **SHOP,
        "src/shop/__init__.py": "from shop._version import version as version\nfrom shop.generated import N as N\n",
        ".gitignore": "_version.py\ngenerated.py\n",
        "gate.toml": 'carry = ["src/shop/generated.py"]\n',
    }
    shop = shop_of(tmp_path, environment, files)
    shop.write({"src/shop/_version.py": "version = '1'\n", "src/shop/generated.py": "N: list[str] = []\n"})
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out


def test_prepare_makes_each_checkout_ready_and_its_failure_is_inability(tmp_path: Path, environment: Path) -> None:
    files = {
        **SHOP,
        "src/shop/__init__.py": "from shop.made import MADE as MADE\n",
        ".gitignore": "made.py\n",
        "make.py": "open('src/shop/made.py', 'w').write('MADE = 1\\n')\n",
        "gate.toml": f'prepare = "{environment}/bin/python make.py"\n',
    }
    shop = shop_of(tmp_path, environment, files)
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    assert shop.check("--only", "tests").status == 0
    shop.write({"make.py": "raise SystemExit(2)\n"})
    broken = shop.check("--only", "tests")
    assert broken.status == 3
    assert "prepare" in broken.of("tests")["reason"]


def test_tests_import_the_tree_under_test_whatever_is_installed_editable(tmp_path: Path, environment: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(environment, own, symlinks=True)
    shop = shop_of(tmp_path, own, SHOP)
    site = next(own.glob("lib/python*/site-packages"))
    (site / "shop.pth").write_text(f"{shop.root}/src\n")
    wrong = TESTS + "\n\ndef test_sums_up() -> None:\n    assert total([1]) == 2\n"
    shop.write({"src/shop/prices.py": PRICES.replace("sum(prices)", "sum(prices) + 1"), "tests/test_prices.py": wrong})
    answer = shop.check("--only", "tests")
    assert answer.rules == {"tests/regression"}
    base = next(run for run in answer.of("tests")["evidence"]["runs"] if run["side"] == "base")
    assert base["counts"]["failed"] == 0


def test_a_run_in_the_working_tree_is_heads_own_only(tmp_path: Path, environment: Path) -> None:
    shop = shop_of(tmp_path, environment, {**SHOP, "gate.toml": "in_place = true\n"})
    here = (
        ROUNDING_TEST + f"\n\ndef test_here() -> None:\n    import os\n\n    assert os.getcwd() == {str(shop.root)!r}\n"
    )
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": here})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out


def test_a_suite_that_does_not_end_is_ended_and_never_passes(tmp_path: Path, environment: Path) -> None:
    shop = shop_of(tmp_path, environment, {**SHOP, "gate.toml": "[tests]\ntimeout = 2\n"})
    shop.write(
        {"tests/test_prices.py": TESTS + "\n\ndef test_slow() -> None:\n    import time\n\n    time.sleep(60)\n"}
    )
    answer = shop.check("--only", "tests")
    assert answer.status == 3
    assert "did not end in time" in answer.of("tests")["reason"]


IT = "def test_it() -> None:\n    assert value() == 1\n"


def test_each_package_of_a_monorepo_is_judged_with_those_that_depend_on_it(tmp_path: Path, environment: Path) -> None:
    def member(name: str, depends: str = "") -> dict[str, str]:
        return {
            f"libs/{name}/pyproject.toml": f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [{depends}]\n',
            f"libs/{name}/src/{name}/__init__.py": "",
            f"libs/{name}/src/{name}/value.py": "def value() -> int:\n    return 1\n",
            f"libs/{name}/tests/test_{name}.py": f"from {name}.value import value\n\n\n{IT}",
        }

    own = tmp_path / "own"
    shutil.copytree(environment, own, symlinks=True)
    site = next(own.glob("lib/python*/site-packages"))
    for name in ("one", "two", "three"):
        (site / f"{name}-1.dist-info").mkdir()
        (site / f"{name}-1.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["libs/*"]\n',
        **member("one"),
        **member("two", '"one"'),
        **member("three"),
    }
    shop = shop_of(tmp_path, own, files)
    shop.write({"libs/one/src/one/value.py": "def value() -> int:\n    return 2\n"})
    answer = shop.check("--only", "tests")
    assert {"tests/regression", "tests/missing"} == answer.rules
    assert {run["package"] for run in answer.of("tests")["evidence"]["runs"]} == {"libs/one", "libs/two"}
