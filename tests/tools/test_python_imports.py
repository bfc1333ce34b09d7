"""Edits of imports and nothing else."""

from __future__ import annotations

import pytest

from agentgate.tools.python_imports import imports_only


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("import os\nx = 1\n", "x = 1\n"),
        ("import os\nx = 1\n", "import sys\nimport os\nx = 1\n"),
        ("import os\ndef f():\n    return os\n", "def f():\n    import os\n    return os\n"),
        ("from a import b, c\nb()\n", "from a import b\nb()\n"),
        ("import typing as t\nx = 1\n", "import typing as t\nfrom collections import abc\nx = 1\n"),
    ],
)
def test_only_imports_differ(base: str, head: str) -> None:
    assert imports_only(base, head)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("from a import f\nf()\n", "from b import f\nf()\n"),
        ("from math import ceil\nceil(1)\n", "from math import floor as ceil\nceil(1)\n"),
        ("import os\nx = 1\n", "x = 2\n"),
        ("import os\n", "import os\nos.remove('a')\n"),
        ("x = 1\n", "def (\n"),
    ],
)
def test_something_else_differs(base: str, head: str) -> None:
    assert not imports_only(base, head)
