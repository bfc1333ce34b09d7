"""Journeys: the real command over real repositories with the real ruff, mypy and pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sandbox

OURS = str(Path(__file__).parents[2])
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shop"
version = "1.0"

[tool.mypy]
strict = true

[tool.ruff.format]
"""
PRICES = '''\
"""Prices in cents."""


def total(prices: list[int]) -> int:
    """The sum of all prices."""
    return sum(prices)


def discounted(price: int, percent: int) -> int:
    """A price less a percentage."""
    return price - price * percent // 100
'''
TESTS = """\
from shop.prices import discounted, total


def test_total() -> None:
    assert total([1, 2, 3]) == 6


def test_discounted() -> None:
    assert discounted(200, 10) == 180
"""
ROUNDING = PRICES.replace("price * percent // 100", "round(price * percent / 100)")
ROUNDING_TEST = (
    TESTS
    + """

def test_discount_rounds() -> None:
    assert discounted(199, 50) == 99
"""
)
SHOP = {
    "pyproject.toml": PYPROJECT,
    "src/shop/__init__.py": '"""A shop."""\n',
    "src/shop/py.typed": "",
    "src/shop/prices.py": PRICES,
    "tests/test_prices.py": TESTS,
    "README.md": "# Shop\n",
}


@dataclass(frozen=True)
class Answer:
    """What one run of the command said."""

    status: int
    out: str
    err: str
    report: dict[str, Any] = field(default_factory=dict)  # the JSON report is read as a consumer would

    @property
    def rules(self) -> set[str]:
        """The rules of the findings that refuse."""
        return {f["rule"] for f in self.findings if f["severity"] == "error"}

    @property
    def findings(self) -> list[dict[str, Any]]:
        """All findings of all layers."""
        return [finding for result in self.report.get("results", []) for finding in result["findings"]]

    def state(self, layer: str) -> str:
        """A layer's answer."""
        return next(str(r["state"]) for r in self.report["results"] if r["layer"] == layer)

    def of(self, layer: str) -> dict[str, Any]:
        """A layer's whole result."""
        return next(r for r in self.report["results"] if r["layer"] == layer)


class Shop(Sandbox):
    """A repository with a target branch `main`, a work branch, and an environment in which the project is installed."""

    def __init__(self, root: Path, environment: Path) -> None:
        super().__init__(root)
        self.environment = environment
        self.variables = {"VIRTUAL_ENV": str(environment)}

    def agentgate(self, *arguments: str, **variables: str) -> Answer:
        """Run the command here, as a user of a fresh shell would."""
        inherited = {k: os.environ[k] for k in ("PATH", "TMPDIR", "LANG") if k in os.environ}
        home = self.root.parent / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [Path(sys.executable).with_name("agentgate"), *arguments],
            cwd=self.root, capture_output=True, text=True, check=False, errors="surrogateescape", timeout=120,
            env={**inherited, "HOME": str(home), "PYTHONPATH": OURS, **self.variables, **variables},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Answer(done.returncode, done.stdout, done.stderr)

    def check(self, *arguments: str, **variables: str) -> Answer:
        """`agentgate check`, read by its JSON report."""
        answer = self.agentgate("check", "--format", "json", *arguments, **variables)
        return Answer(answer.status, answer.out, answer.err, json.loads(answer.out))


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment in which `shop` is installed and our own pytest can be imported."""
    root = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(root, symlinks=True)
    site = next(root.glob("lib/python*/site-packages"))
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    metadata = site / "shop-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    return root


@pytest.fixture
def shop(tmp_path: Path, environment: Path) -> Shop:
    """The shop, on branch work."""
    return shop_of(tmp_path, environment, SHOP)


def shop_of(tmp_path: Path, environment: Path, files: dict[str, str]) -> Shop:
    """Another repository with these files on main."""
    made = Shop(tmp_path / "shop", environment)
    made.commit(files)
    made.git("checkout", "-q", "-b", "work")
    return made
