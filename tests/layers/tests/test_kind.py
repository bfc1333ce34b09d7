"""What kind of change it is, from the trees alone."""

from __future__ import annotations

import pytest

from agentgate import project
from agentgate.layers.tests.kind import kind_of
from tests.layers.conftest import Propose

CODE = "def f(x):\n    return x + 1\n"
BASE = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "shop/__init__.py": '__version__ = "1.0"\n',
    "shop/a.py": CODE + "\n\ndef g():\n    return 0\n",
    "shop/data.json": "{}\n",
    "tests/test_a.py": "from shop.a import f\n\n\ndef test_f():\n    assert f(1) == 2\n",
    "README.md": "# Shop\n",
    "docs/conf.py": "x = 1\n",
    "scripts/run.sh": "exit 0\n",
    ".github/workflows/ci.yml": "on: push\n",
}
G = "\n\ndef g():\n    return 0\n"

DOCUMENTED = '"""A."""\n__version__ = "1.0"\n'

KINDS = {
    "documentation": ("documentation", {"README.md": "# A shop\n", "docs/conf.py": "x = 2\n"}),
    "a comment": ("comments", {"shop/a.py": "# why\n" + CODE + G}),
    "a comment in a test": ("comments", {"tests/test_a.py": "# why\n" + BASE["tests/test_a.py"]}),
    "a docstring": ("docstrings", {"shop/a.py": '"""A."""\n' + CODE + G}),
    "a version": ("version", {"shop/__init__.py": '__version__ = "1.1"\n'}),
    "annotations": ("typing", {"shop/a.py": CODE.replace("(x)", "(x: int) -> int") + G}),
    "a deletion": ("deletion", {"shop/a.py": CODE}),
    "tests": ("tests", {"tests/test_a.py": BASE["tests/test_a.py"] + "\n\ndef test_more():\n    assert f(2) == 3\n"}),
    "test data": ("tests", {"tests/data.json": "{}\n"}),
    "configuration": ("configuration", {"pyproject.toml": BASE["pyproject.toml"].replace('"1"', '"2"')}),
    "automation": ("automation", {".github/workflows/ci.yml": "on: pull_request\n"}),
    "behaviour": ("source", {"shop/a.py": CODE.replace("1", "2") + G}),
    "behaviour and documentation": ("source", {"shop/a.py": CODE.replace("1", "2") + G, "README.md": "# A\n"}),
    "a move": ("move", {"shop/a.py": CODE, "shop/b.py": G.lstrip()}),
    "a new function": ("source", {"shop/b.py": "def h():\n    return 1\n"}),
    "a docstring beside a deletion": ("deletion", {"shop/a.py": CODE, "shop/__init__.py": DOCUMENTED}),
    "a README inside the source": ("source", {"shop/a.py": CODE.replace("1", "2") + G, "shop/README.md": "x\n"}),
}  # fmt: skip


@pytest.mark.parametrize(("expected", "head"), KINDS.values(), ids=KINDS)
def test_the_kind_is_inferred(propose: Propose, expected: str, head: dict[str, str | None]) -> None:
    change = propose(BASE, head)
    assert kind_of(change, project.read(change.head)).name == expected


def test_source_and_tests_of_a_change_are_named(propose: Propose) -> None:
    head: dict[str, str | None] = {
        "shop/a.py": CODE.replace("1", "2") + G,
        "shop/__init__.py": DOCUMENTED,
        "tests/test_a.py": BASE["tests/test_a.py"].replace("2", "3"),
        "tests/test_b.py": "# nothing\n",
    }
    change = propose(BASE, head)
    kind = kind_of(change, project.read(change.head))
    assert kind.source == ("shop/a.py",)
    assert kind.tests == ("tests/test_a.py",)
