"""Fail-to-pass under an editable install of every back end: the tree under test is imported, whatever is installed.

The reference (shared/reference/tests.md, 4.1) measured that most of them serve head's source when base is wanted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.journeys.conftest import PRICES, ROUNDING, ROUNDING_TEST, TESTS, shop_of

BACKENDS = {
    "setuptools flat": ("shop", 'requires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"', ""),
    "setuptools src": ("src/shop", 'requires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"', ""),
    "hatchling flat": ("shop", 'requires = ["hatchling"]\nbuild-backend = "hatchling.build"', ""),
    "flit flat": ("shop", 'requires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"', ""),
    "pdm src": ("src/shop", 'requires = ["pdm-backend"]\nbuild-backend = "pdm.backend"', ""),
    "poetry src": ("src/shop", 'requires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"', ""),
    "uv_build src": ("src/shop", 'requires = ["uv_build"]\nbuild-backend = "uv_build"', ""),
    "meson-python": (
        "shop",
        'requires = ["meson-python", "meson", "ninja"]\nbuild-backend = "mesonpy"',
        "project('shop', version: '1.0')\npy = import('python').find_installation(pure: true)\n"
        "py.install_sources(['shop/__init__.py', 'shop/prices.py'], subdir: 'shop')\n",
    ),
    "scikit-build-core": (
        "src/shop",
        'requires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"',
        "cmake_minimum_required(VERSION 3.15)\nproject(shop LANGUAGES NONE)\n",
    ),
}
FILES = {"meson-python": "meson.build", "scikit-build-core": "CMakeLists.txt"}


@pytest.mark.long
@pytest.mark.parametrize("backend", BACKENDS)
def test_base_source_is_tried_and_not_the_installed_one(tmp_path: Path, backend: str) -> None:
    package, build, extra = BACKENDS[backend]
    environment = tmp_path / "venv"
    venv.create(environment, symlinks=True, with_pip=True)
    site = next(environment.glob("lib/python*/site-packages"))
    pyproject = f'[build-system]\n{build}\n\n[project]\nname = "shop"\nversion = "1.0"\ndescription = "A shop."\n'
    files = {
        "pyproject.toml": pyproject,
        f"{package}/__init__.py": '"""A shop."""\n',
        f"{package}/prices.py": PRICES,
        "tests/test_prices.py": TESTS,
        ".gitignore": "build/\n*.egg-info/\n__pycache__/\n",
        **({FILES[backend]: extra} if extra else {}),
    }
    shop = shop_of(tmp_path, environment, files)
    python = environment / "bin" / "python"
    isolated = [] if backend != "meson-python" else ["--no-build-isolation"]
    if isolated:  # its editable install builds again at import, so the tools stay installed
        subprocess.run([python, "-m", "pip", "install", "-q", "meson-python", "meson", "ninja"], check=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", *isolated, "-e", "."],
        cwd=shop.root,
        env={**os.environ, "PATH": f"{environment}/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"{backend} cannot be installed here: {done.stderr[-200:]}")
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    shop.write({f"{package}/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    (proof,) = answer.of("tests")["evidence"]["proofs"]
    assert proof["kind"] == "behaviour change"
    assert proof["proving"] == ["tests/test_prices.py::test_discount_rounds"]


def test_the_finder_stands_before_a_plain_install_too(tmp_path: Path, environment: Path) -> None:
    del environment
    own = tmp_path / "own"
    venv.create(own, symlinks=True)
    site = next(own.glob("lib/python*/site-packages"))
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (site / "shop").mkdir()
    (site / "shop" / "__init__.py").write_text("")
    (site / "shop" / "prices.py").write_text(ROUNDING)
    (site / "shop-1.0.dist-info").mkdir()
    (site / "shop-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    files = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n', "src/shop/__init__.py": ""}
    shop = shop_of(tmp_path, own, {**files, "src/shop/prices.py": PRICES, "tests/test_prices.py": TESTS})
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.of("tests")["evidence"]["proofs"][0]["kind"] == "behaviour change", sys.version


REDIRECT = """\
import importlib.machinery, importlib.util, sys

FILES = {{"shop": "{root}/src/shop/__init__.py", "shop.prices": "{root}/src/shop/prices.py"}}


class Redirect:
    def find_spec(self, name, path=None, target=None):
        if name in FILES:
            places = ["{root}/src/shop"] if name == "shop" else None
            return importlib.util.spec_from_file_location(name, FILES[name], submodule_search_locations=places)
        return None


sys.meta_path.insert(0, Redirect())
"""


def test_a_finder_that_knows_every_module_of_the_project_does_not_serve_heads_source(tmp_path: Path) -> None:
    own = tmp_path / "own"
    venv.create(own, symlinks=True)
    site = next(own.glob("lib/python*/site-packages"))
    (site / "ours.pth").write_text(sysconfig.get_path("purelib") + "\nimport redirect_of_shop\n")
    (site / "redirect_of_shop.py").write_text(REDIRECT.format(root=tmp_path / "shop"))
    (site / "shop-1.0.dist-info").mkdir()
    (site / "shop-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1.0\n")
    files = {"pyproject.toml": '[project]\nname = "shop"\nversion = "1.0"\n', "src/shop/__init__.py": ""}
    shop = shop_of(tmp_path, own, {**files, "src/shop/prices.py": PRICES, "tests/test_prices.py": TESTS})
    shop.write({"src/shop/prices.py": ROUNDING, "tests/test_prices.py": ROUNDING_TEST})
    answer = shop.check("--only", "tests")
    assert answer.status == 0, answer.out
    assert answer.of("tests")["evidence"]["proofs"][0]["kind"] == "behaviour change"
