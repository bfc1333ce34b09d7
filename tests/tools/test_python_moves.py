"""Edits that move code, and those that only look like it."""

from __future__ import annotations

import pytest

from agentgate.tools.python_effect import moved_only

PLAIN = "def f(x):\n    return x + 1\n"
KEPT = "def kept():\n    return 1\n\n\n"


HELPER = "def helper(x):\n    return x * LIMIT\n"
LIMIT = "LIMIT = 10\n"

MOVES = {
    "a function to another file": [(KEPT + PLAIN, KEPT), ("import os\n", "import os\n" + PLAIN)],
    "with what it needs": [(LIMIT + HELPER, ""), (None, LIMIT + HELPER)],
    "away from what it needs, which it imports": [(LIMIT + HELPER, LIMIT), (None, "from .a import LIMIT\n" + HELPER)],
    "and its users import it": [
        (PLAIN + "def g():\n    return f(1)\n", "from .b import f\ndef g():\n    return f(1)\n"),
        (None, PLAIN),
        ("from .a import f\nX = f(2)\n", "from .b import f\nX = f(2)\n"),
    ],
    "imports that are sorted": [("import b\nimport a\n" + PLAIN, "import a\nimport b\n" + PLAIN)],
    "functions within a file": [(KEPT + PLAIN, PLAIN + KEPT)],
    "deeper, and its imports with it": [
        ("from .x import y\ndef g(): return y()\n", ""),
        (None, "from ..x import y\ndef g(): return y()\n"),
    ],
}
NO_MOVES = {
    "nothing": [],
    "of imports alone": [(KEPT + "import a\n", "import a\n" + KEPT + "import b\n")],
    "a registration that changes its place": [
        ("@app.rule\ndef a(): pass\n@app.rule\ndef b(): pass\n", "@app.rule\ndef b(): pass\n@app.rule\ndef a(): pass\n")
    ],
    "statements that change their order": [("connect()\nsend()\n", "send()\nconnect()\n")],
    "a value that is set earlier": [("x = 1\ny = x\nx = 2\n", "x = 1\nx = 2\ny = x\n")],
    "an edited function": [(PLAIN, ""), (None, PLAIN.replace("1", "2"))],
    "to where a name means something else": [(LIMIT + HELPER, LIMIT), ("LIMIT = 99\n", "LIMIT = 99\n" + HELPER)],
    "to where a name is imported from elsewhere": [
        ("from .safe import check\ndef g(): return check()\n", ""),
        ("from .other import check\n", "from .other import check\ndef g(): return check()\n"),
    ],
    "while an import is exchanged": [
        (KEPT + PLAIN, KEPT),
        (None, PLAIN),
        ("from .safe import check\ncheck()\n", "from .lax import check\ncheck()\n"),
    ],
    "to where the name is taken": [
        (KEPT + PLAIN, KEPT),
        ("def f(x):\n    return 0\n", "def f(x):\n    return 0\n" + PLAIN),
    ],
    "of what registers": [("@app.rule\n" + PLAIN, ""), (None, "@app.rule\n" + PLAIN)],
    "of what cannot be parsed": [("def f(:\n", ""), (None, "def f(:\n")],
}


@pytest.mark.parametrize("edits", MOVES.values(), ids=MOVES)
def test_a_move_is_recognised(edits: list[tuple[str | None, str | None]]) -> None:
    assert moved_only(edits)


@pytest.mark.parametrize("edits", NO_MOVES.values(), ids=NO_MOVES)
def test_what_only_looks_like_a_move_is_none(edits: list[tuple[str | None, str | None]]) -> None:
    assert not moved_only(edits)
