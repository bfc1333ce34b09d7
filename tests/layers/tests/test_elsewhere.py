"""Names that ask where the code runs."""

from __future__ import annotations

import pytest

from agentgate.layers.tests.changed import changed_sources
from agentgate.layers.tests.elsewhere import platform_names
from tests.layers.conftest import Propose

COMPAT = (
    "import sys\n\nPY_NEW = sys.version_info >= (3, 99)\nON_WINDOWS: bool = sys.platform == 'win32'\nDEBUG = True\n"
)
BASE = "def f():\n    return 1\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from ._compat import PY_NEW, DEBUG", {"PY_NEW"}),
        ("from shop._compat import ON_WINDOWS as WINDOWS", {"WINDOWS"}),
        ("from shop import PY_NEW", set()),
        ("from elsewhere import PY_NEW", set()),
        ("import os\nHERE = os.name == 'nt'", set()),
    ],
)
def test_a_name_asks_where_its_module_does(propose: Propose, line: str, found: set[str]) -> None:
    change = propose({"src/shop/_compat.py": COMPAT, "src/shop/a.py": BASE}, {"src/shop/a.py": f"{line}\n{BASE}"})
    text = change.head.read_text("src/shop/a.py") or ""
    assert platform_names(change.base, "src/shop/a.py", "src/shop/a.py", text) == found


def test_a_name_that_the_change_brings_exempts_nothing(propose: Propose) -> None:
    change = propose({"src/shop/a.py": BASE}, {"src/shop/_compat.py": COMPAT, "src/shop/a.py": BASE + "\n"})
    text = f"from ._compat import PY_NEW\n{BASE}"
    assert platform_names(change.base, "src/shop/a.py", "src/shop/a.py", text) == set()


def test_what_only_runs_there_is_not_asked_to_be_run_here(propose: Propose) -> None:
    new = "from ._compat import DEBUG, PY_NEW\n\n\ndef f():\n    if PY_NEW:\n        return 2\n    return 1\n"
    change = propose({"src/shop/_compat.py": COMPAT, "src/shop/a.py": BASE}, {"src/shop/a.py": new})
    (source,) = changed_sources(change, ["src/shop/a.py"])
    assert [s.first for s in source.statements] == [5]
    assert source.elsewhere == 1
    change = propose(
        {"src/shop/_compat.py": COMPAT, "src/shop/a.py": BASE}, {"src/shop/a.py": new.replace("if PY_NEW", "if DEBUG")}
    )
    assert [s.first for s in changed_sources(change, ["src/shop/a.py"])[0].statements] == [5, 6]
