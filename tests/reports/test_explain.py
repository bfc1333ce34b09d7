"""Every rule is explained: why, a bad and a good example, how to mend."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentgate.reports.explain import explain, rules

ROOT = Path(__file__).parents[2]
RULE = re.compile(r"(lint|types|tests|integrity|review)/[a-z][a-z-]*")
SHAPE = re.compile(r"## \S+\n\n\*\*Why\.\*\* .+?\n\nBad: (.+?)\n\nGood: (.+?)\n\n\*\*Mend\.\*\* .+", re.DOTALL)


def named() -> Iterator[str]:
    """Every rule that the layers and their tools spell out: whole, or as the end of `f"{layer}/..."`."""
    layers = ROOT / "agentgate" / "layers"
    for path in [*layers.rglob("*.py"), *(ROOT / "agentgate" / "tools").rglob("*.py")]:
        layer = path.relative_to(layers).parts[0].removesuffix(".py") if path.is_relative_to(layers) else ""
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE.fullmatch(node.value):
                yield node.value
            if isinstance(node, ast.JoinedStr):
                match node.values:
                    case [ast.FormattedValue(value=ast.Name(id="layer")), ast.Constant(value=str(end))]:
                        yield layer + end


def test_the_sources_name_rules_at_all() -> None:
    assert {"tests/missing", "tests/lost", "lint/format", "lint/pre-commit"} <= set(named())


@pytest.mark.parametrize("rule", sorted({*named(), "types/any", "lint/syntax-error"}))
def test_every_rule_that_a_layer_names_has_its_own_heading(rule: str) -> None:
    assert rule in rules()


@pytest.mark.parametrize("rule", rules())
def test_every_heading_has_why_bad_good_and_mend(rule: str) -> None:
    text = explain(rule) or ""
    shape = SHAPE.fullmatch(text.rstrip())
    assert shape, text
    bad, good = (re.search(r"```(\w+)\n(.+?)```", example, re.DOTALL) for example in shape.groups())
    assert bad
    assert good
    assert bad[2] != good[2]
    assert good[1] != "python" or ast.parse(good[2])


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "rules").glob("*.md")), ids=lambda page: page.stem)
def test_a_page_is_of_one_layer_and_says_so(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# Rules of the layer `{page.stem}`\n")
    assert all(heading.startswith(f"{page.stem}/") for heading in re.findall(r"^## (.+)$", text, re.MULTILINE))


def test_a_rule_without_a_heading_has_its_familys() -> None:
    assert (explain("lint/F401") or "").startswith("## lint/*\n")
    assert (explain("types/return-value") or "").startswith("## types/*\n")
    assert (explain("types") or "").startswith("## types/*\n")


@pytest.mark.parametrize(
    "rule", ["", "nothing", "nothing/x", "tests/unheard-of", "../../etc/passwd", "tests/../lint/*"]
)
def test_what_is_no_rule_has_no_explanation(rule: str) -> None:
    assert explain(rule) is None
