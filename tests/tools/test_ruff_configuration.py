"""What ruff reads as configuration, and which rules a project has agreed to by it."""

from __future__ import annotations

import pytest

from agentgate.tools.ruff_configuration import CLASSIC, RuffConfiguration, agreed, claims_formatting
from tests.tools.conftest import Treed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("ruff.toml", True),
        ("a/b/.ruff.toml", True),
        ("a/pyproject.toml", True),
        ("config/shared.toml", True),
        ("config/deeper.toml", True),
        ("config/other.toml", False),
        ("setup.cfg", False),
    ],
)
def test_its_own_names_count_anywhere_and_whatever_they_extend(tree: Treed, path: str, expected: bool) -> None:
    made = tree(
        {
            "ruff.toml": 'extend = "config/shared.toml"\n',
            "config/shared.toml": "extend = './deeper.toml'\n",
            "config/deeper.toml": "line-length = 100\n",
            "config/other.toml": "line-length = 100\n",
        }
    )
    assert RuffConfiguration(made).is_file(path) is expected


def test_a_circle_of_extends_ends(tree: Treed) -> None:
    made = tree({"ruff.toml": 'extend = "a.toml"\n', "a.toml": 'extend = "ruff.toml"\n'})
    assert RuffConfiguration(made).is_file("a.toml")


def test_extends_are_found_in_pyproject_too(tree: Treed) -> None:
    made = tree({"sub/pyproject.toml": '[tool.ruff]\nextend = "../shared.toml"\n', "shared.toml": "line-length = 3\n"})
    assert RuffConfiguration(made).is_file("shared.toml")


def test_an_inline_extends_is_found(tree: Treed) -> None:
    made = tree({"pyproject.toml": '[tool]\nruff = {extend = "shared.toml"}\n', "shared.toml": "line-length = 3\n"})
    assert RuffConfiguration(made).is_file("shared.toml")


def test_of_pyproject_only_ruffs_part_says_something(tree: Treed) -> None:
    configuration = RuffConfiguration(tree({"a.py": ""}))
    said = configuration.value("pyproject.toml", '[project]\nname = "a"\n[tool.ruff]\nline-length = 3\n')
    assert said == configuration.value("pyproject.toml", '[project]\nname = "b"\n[tool.ruff]\nline-length = 3\n')
    assert said != configuration.value(
        "pyproject.toml", '[project]\nrequires-python = ">=3.9"\n[tool.ruff]\nline-length = 3\n'
    )
    assert configuration.value("pyproject.toml", '[project]\nname = "a"\n') is None
    assert configuration.value("ruff.toml", "# only a comment\n") == configuration.value("ruff.toml", "")
    assert configuration.value("ruff.toml", "not = toml = at all") == "not = toml = at all"


CHOSEN = {
    "nothing": ({}, CLASSIC),
    "a selection": ({"ruff.toml": 'lint.select = ["B"]\n'}, None),
    "a selection of the old form": ({"ruff.toml": 'select = ["B"]\n'}, None),
    "a selection in pyproject": ({"pyproject.toml": '[tool.ruff.lint]\nselect = ["B"]\n'}, None),
    "a selection in a nested file": ({"sub/ruff.toml": 'lint.select = ["B"]\n'}, None),
    "an addition": ({"ruff.toml": 'lint.extend-select = ["B", "UP"]\n'}, (*CLASSIC, "B", "UP")),
    "only a style": ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, CLASSIC),
    "pyproject without ruff": ({"pyproject.toml": '[tool.other.lint]\nselect = ["B"]\n'}, CLASSIC),
    "what is no TOML": ({"ruff.toml": "select = [\n"}, CLASSIC),
}


@pytest.mark.parametrize(("files", "expected"), CHOSEN.values(), ids=CHOSEN)
def test_the_rules_that_a_project_has_agreed_to(
    tree: Treed, files: dict[str, str], expected: tuple[str, ...] | None
) -> None:
    made = tree({"a.py": "", **files})
    assert RuffConfiguration(made).chosen(made) == expected


@pytest.mark.parametrize(
    ("code", "chosen", "expected"),
    [
        ("B006", None, True),
        ("B006", CLASSIC, False),
        ("F401", CLASSIC, True),
        ("E501", CLASSIC, False),
        ("E711", CLASSIC, True),
        ("syntax-error", CLASSIC, True),
        ("B006", (*CLASSIC, "B"), True),
        ("B006", (*CLASSIC, "ALL"), True),
    ],
)
def test_a_rule_is_agreed_to_by_its_prefix(code: str, chosen: tuple[str, ...] | None, expected: bool) -> None:
    assert agreed(code, chosen) is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"ruff.toml": "[format]\n"}, True, id="an empty section"),
        pytest.param({"pyproject.toml": '[tool.ruff.format]\nquote-style = "single"\n'}, True, id="in pyproject"),
        pytest.param({"ruff.toml": "line-length = 3\n"}, False, id="none"),
        pytest.param({"pyproject.toml": "[format]\n"}, False, id="another tool's"),
    ],
)
def test_a_section_for_the_formatter_claims_formatting(tree: Treed, files: dict[str, str], expected: bool) -> None:
    assert claims_formatting(tree({"a.py": "", **files})) is expected
