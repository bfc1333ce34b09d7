"""The whole proof in every interpreter from 3.9 on that can be had here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, ROUNDING, ROUNDING_TEST, TESTS, shop_of

VERSIONS = ("3.9", "3.10", "3.12", "3.13", "3.14")


def interpreter(version: str) -> str:
    """The path of a working interpreter of a version, "" for none."""
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    candidates = [str(path) for path in found] + [path for path in [shutil.which(f"python{version}")] if path]
    return next(
        (c for c in candidates if not subprocess.run([c, "-c", ""], capture_output=True, check=False).returncode), ""
    )


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_a_fix_is_proven_and_a_change_without_a_test_is_shown(tmp_path: Path, version: str) -> None:
    python = interpreter(version)
    if not python:
        pytest.skip(f"no Python {version} here")
    environment = tmp_path / "venv"
    subprocess.run([python, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin" / "python", "-m", "pip", "install", "-q", "pytest"], check=True)
    shop = shop_of(
        tmp_path, environment, {"shop/__init__.py": "", "shop/prices.py": PRICES, "tests/test_prices.py": TESTS}
    )
    shop.write({"shop/prices.py": ROUNDING})
    assert shop.check("--only", "tests").rules == {"tests/missing"}
    shop.write({"tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests", "--proof", "full")
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert (proof["kind"], proof["statements"], proof["covered_by_own"]) == ("behaviour change", 1, 1)
    assert proof["mutants"] == proof["mutants_killed"] > 0
