"""What a new "cannot find module" means."""

from __future__ import annotations

import pytest

from agentgate.errors import CannotJudge
from agentgate.layers.types.imports import severity
from agentgate.project import Environment, Package
from agentgate.tools.ports import Diagnostic

PACKAGE = Package(
    ".", "shop", modules=("shop",), requires=("requests",), declared=("requests", "pyyaml", "attrs-extra")
)


def counted(
    module: str, source: str = "import x\n", *, installed: tuple[str, ...] = ("requests",), line: int = 1
) -> str:
    """How a missing module counts in an environment where these are installed."""
    environment = Environment("/venv/bin/python", ".venv", (3, 12), "/venv", (), tuple((n, "1") for n in installed))
    said = f'Cannot find implementation or library stub for module named "{module}"'
    found = severity(Diagnostic("a.py", line, 1, "import-not-found", said), source, PACKAGE, environment, "/repo")
    return str(found)


def test_a_module_that_nobody_declares_is_an_error() -> None:
    assert counted("numpy") == "error"


def test_a_module_of_the_package_itself_that_is_not_there_is_an_error() -> None:
    assert counted("shop.gone") == "error"
    assert counted("shop.gone", installed=()) == "error"


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    import x\nexcept ImportError:\n    x = None\n",
        "if TYPE_CHECKING:\n    import x\n",
        "if a:\n    pass\nelse:\n    import x\n",
    ],
)
def test_a_guarded_import_only_warns(source: str) -> None:
    line = source.split("\n").index("    import x") + 1
    assert counted("numpy", source, line=line) == "warning"


def test_an_import_beside_a_guard_is_not_guarded() -> None:
    assert counted("numpy", "try:\n    import y\nexcept ImportError:\n    y = None\nimport x\n", line=5) == "error"


def test_a_declared_extra_that_is_not_installed_only_warns_by_its_name() -> None:
    assert counted("yaml") == "warning"
    assert counted("yaml", installed=("requests", "pyyaml")) == "error"


def test_a_required_dependency_that_is_not_installed_is_the_environments_fault() -> None:
    with pytest.raises(CannotJudge, match="shop declares requests") as caught:
        counted("requests", installed=())
    assert caught.value.remedy


def test_without_an_environment_it_only_warns() -> None:
    said = Diagnostic("a.py", 1, 1, "import-not-found", 'module named "numpy"')
    assert severity(said, "import numpy\n", PACKAGE, None, "/repo") == "warning"
