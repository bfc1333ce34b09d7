"""Each trick that would disarm a judge or forge an outcome is refused or harmless."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, PYPROJECT, ROUNDING, ROUNDING_TEST, SHOP, TESTS, Shop, shop_of

UNUSED = "import os\n" + PRICES
WRONG_TYPE = PRICES.replace("return sum(prices)", 'return "no"')
BROKEN = PRICES.replace("sum(prices)", "sum(prices) + 1")
MARK = "import pathlib\npathlib.Path(__file__).with_name('RAN').write_text('x')\n"


@pytest.mark.parametrize("name", ["ruff.toml", ".ruff.toml", "src/shop/ruff.toml", "src/.ruff.toml"])
def test_a_linter_configuration_of_the_change_does_not_silence_the_linter(shop: Shop, name: str) -> None:
    shop.write({"src/shop/prices.py": UNUSED, name: 'exclude = ["*.py"]\nlint.ignore = ["ALL"]\n'})
    assert "lint/F401" in shop.check("--only", "lint").rules


def test_a_configuration_that_the_targets_extends_is_the_targets_too(tmp_path: Path, environment: Path) -> None:
    files = {**SHOP, "ruff.toml": 'extend = "config/shared.toml"\n', "config/shared.toml": 'lint.select = ["F"]\n'}
    shop = shop_of(tmp_path, environment, files)
    shop.write({"src/shop/prices.py": UNUSED, "config/shared.toml": 'lint.ignore = ["F401"]\n'})
    assert "lint/F401" in shop.check("--only", "lint").rules


def test_modules_of_the_change_are_never_imported_by_a_judge(shop: Shop) -> None:
    traps = {
        f"{place}{name}": MARK
        for place in ("", "src/")
        for name in ("json.py", "mypy/__init__.py", "ruff/__init__.py", "sitecustomize.py")
    }
    shop.write({**traps, "src/shop/prices.py": "import os\n" + WRONG_TYPE})
    answer = shop.check("--only", "lint,types")
    assert {"lint/F401", "types/return-value"} <= answer.rules
    assert not list(Path(shop.root).rglob("RAN"))


def test_a_mypy_plugin_of_the_change_does_not_run(shop: Shop) -> None:
    marker = shop.root.parent / "PLUGIN_RAN"
    plugin = (
        f"open({str(marker)!r}, 'w').close()\nfrom mypy.plugin import Plugin\ndef plugin(version):\n    return Plugin\n"
    )
    configured = PYPROJECT.replace("strict = true", 'strict = true\nplugins = ["evil.py"]\nignore_errors = true')
    shop.write({"src/shop/prices.py": WRONG_TYPE, "evil.py": plugin, "pyproject.toml": configured})
    answer = shop.check("--only", "types")
    assert "types/return-value" in answer.rules
    assert not marker.exists()


def test_a_type_checker_configuration_above_a_package_is_the_targets(tmp_path: Path, environment: Path) -> None:
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["libs/*"]\n\n[tool.mypy]\nstrict = true\n',
        **{f"libs/shop/{name}": text for name, text in SHOP.items() if name != "pyproject.toml"},
        "libs/shop/pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n',
    }
    shop = shop_of(tmp_path, environment, files)
    silenced = '[tool.uv.workspace]\nmembers = ["libs/*"]\n\n[tool.mypy]\nignore_errors = true\n'
    shop.write({"libs/shop/src/shop/prices.py": WRONG_TYPE, "pyproject.toml": silenced})
    assert "types/return-value" in shop.check("--only", "types").rules


def test_a_users_own_linter_and_checker_configuration_does_not_judge(shop: Shop) -> None:
    home = shop.root.parent / "home"
    for name, text in {
        ".mypy.ini": "[mypy]\nignore_errors = true\n",
        ".config/ruff/ruff.toml": 'lint.ignore = ["ALL"]\n',
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    shop.git("checkout", "-q", "main")
    shop.commit({"pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n'})
    shop.git("checkout", "-q", "-B", "work")
    shop.write({"src/shop/prices.py": "import os\n" + WRONG_TYPE})
    assert {"lint/F401", "types/return-value"} <= shop.check("--only", "lint,types").rules


def test_a_policy_of_the_change_is_not_in_force(shop: Shop) -> None:
    shop.write({"src/shop/prices.py": UNUSED, "gate.toml": 'layers = ["types"]\nmode = "observe"\n'})
    answer = shop.check()
    assert "lint/F401" in answer.rules
    assert answer.status == 1
    assert any("not yet in force" in notice for notice in answer.report["notices"])


FORGERIES = {
    "reports turned green": """\
import pytest
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome, report.longrepr = "passed", None
""",
    "reports turned green late": """\
def pytest_runtest_logreport(report):
    report.outcome, report.longrepr = "passed", None
""",
    "calls swallowed": """\
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        pyfuncitem.obj()
    except BaseException:
        pass
    return True
""",
    "tests dropped": """\
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if item.name != "test_total"]
""",
    "exit status set": """\
import pytest
@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    session.exitstatus = 0
""",
    "interpreter ended at exit": "import atexit, os\natexit.register(os._exit, 0)\n",
    "interpreter ended": "import os\ndef pytest_runtest_setup(item):\n    os._exit(0)\n",
    "skipped": "import pytest\ndef pytest_runtest_setup(item):\n    pytest.skip('no')\n",
    "directory ignored": "collect_ignore_glob = ['test_*']\n",
}


@pytest.mark.parametrize("trick", FORGERIES)
def test_a_conftest_cannot_turn_a_broken_suite_green(shop: Shop, trick: str) -> None:
    own = TESTS + "\n\ndef test_new() -> None:\n    assert discounted(100, 0) == 100\n"
    shop.write({"src/shop/prices.py": BROKEN, "tests/test_prices.py": own, "tests/conftest.py": FORGERIES[trick]})
    answer = shop.check("--only", "tests")
    assert answer.status in (1, 3), answer.out
    assert answer.state("tests") in ("refused", "errored")


@pytest.mark.parametrize(
    "options",
    [
        'addopts = "-k nothing_of_this"',
        'addopts = "--deselect tests/test_prices.py::test_total"',
        'testpaths = ["other"]',
        'python_files = ["x.py"]',
    ],
)
def test_a_narrowed_selection_is_seen_as_lost_tests(shop: Shop, options: str) -> None:
    own = "from shop.prices import discounted\n\n\ndef test_new() -> None:\n    assert discounted(100, 0) == 100\n"
    configured = PYPROJECT + f"\n[tool.pytest.ini_options]\n{options}\n"
    shop.write({"src/shop/prices.py": BROKEN, "pyproject.toml": configured, "other/test_other.py": own, "x.py": own})
    answer = shop.check("--only", "tests")
    assert answer.status == 1
    assert answer.rules & {"tests/lost", "tests/regression"}


def test_a_test_that_ends_the_interpreter_never_passes(shop: Shop) -> None:
    own = TESTS + "\n\ndef test_new() -> None:\n    import os\n\n    os._exit(0)\n"
    shop.write({"src/shop/prices.py": BROKEN, "tests/test_prices.py": own})
    answer = shop.check("--only", "tests")
    assert answer.status == 3
    assert "without a report" in answer.of("tests")["reason"]


def test_secrets_are_withheld_from_tests(shop: Shop) -> None:
    looking = "assert not [v for v in os.environ.values() if v == 's3cret']"
    own = ROUNDING_TEST + f"\n\ndef test_new() -> None:\n    import os\n\n    {looking}\n"
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": own})
    answer = shop.check(
        "--only", "tests", GITHUB_TOKEN="s3cret", AWS_SECRET_ACCESS_KEY="s3cret", ANTHROPIC_API_KEY="s3cret"
    )
    assert answer.status == 0, answer.out
    assert "s3cret" not in answer.out


def test_what_a_test_rewrites_is_put_back_and_reported(shop: Shop) -> None:
    vandal = """\
import pathlib


def test_new() -> None:
    pathlib.Path('src/shop/prices.py').write_text('')
    pathlib.Path('README.md').unlink()
"""
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST, "tests/test_vandal.py": vandal})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    assert any("rewrote tracked files" in notice and "README.md" in notice for notice in answer.of("tests")["notices"])
    assert (shop.root / "README.md").read_text() == "# Shop\n"


WRITING = """

def test_new() -> None:
    import os

    for path in {!r}:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, 'w').close()
        except OSError:
            continue
        raise AssertionError(path)
"""


def test_tests_can_write_neither_to_the_repository_nor_to_what_a_later_verdict_trusts(shop: Shop) -> None:
    target = [
        str(shop.root / "README.md"),
        str(shop.root / ".git" / "agentgate" / "receipts" / "x.json"),
        str(shop.root / ".git" / "config"),
    ]
    own = ROUNDING_TEST + WRITING.format(target)
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": own})
    answer = shop.check("--only", "tests")
    if "tests/failing" in answer.rules and not _landlock():
        pytest.skip("this kernel has no Landlock: the store cannot be closed to tests")
    assert answer.status == 0, answer.out


def _landlock() -> bool:
    try:
        with open("/sys/kernel/security/lsm", encoding="ascii") as file:
            return "landlock" in file.read()
    except OSError:
        return os.path.exists("/sys/kernel/security/landlock")


def test_filters_and_hooks_of_the_repository_never_run(shop: Shop) -> None:
    marker = shop.root.parent / "RAN"
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor"):
        shop.git("config", key, f"touch {marker}")
    hooks = shop.root / ".git" / "hooks"
    for name in ("post-checkout", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o755)
    shop.write({".gitattributes": "*.py filter=evil diff=evil\n", "src/shop/prices.py": UNUSED})
    assert "lint/F401" in shop.check("--only", "lint").rules
    assert not marker.exists()


def test_hostile_names_are_escaped_and_judged(shop: Shop) -> None:
    shop.write({"src/shop/a\x1b[31m\nb.py": "import os\n"})
    answer = shop.agentgate("check", "--only", "lint", "--format", "plain")
    assert answer.status == 1
    assert "\x1b" not in answer.out
    assert "F401" in answer.out
