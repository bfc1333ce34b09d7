"""The documents are true: what they name exists, and what exists they name."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from agentgate import verdict
from agentgate.agents import SIGNS
from agentgate.reports import FORMATS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(ROOT.glob("docs/**/*.md"))
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
EXITS = {value for name, value in vars(verdict).items() if name.startswith("EXIT_")}


def tokens(page: Path) -> list[Token]:
    """Every token of a page, those within a paragraph included."""
    blocks = MarkdownIt("commonmark").enable("table").parse(TEXTS[page])
    return [*blocks, *(child for block in blocks for child in block.children or ())]


def code(page: Path) -> str:
    """All that a page shows as code, a piece a line."""
    return "\n".join(t.content for t in tokens(page) if t.type in ("code_inline", "fence", "code_block"))


def agentgate(*arguments: str) -> str:
    """What the command prints in a plain, wide terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "agentgate", *arguments], cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def commands() -> dict[str, str]:
    """Command -> its help."""
    listed = re.findall(r"^  (\w+)  ", agentgate("--help").partition("Commands:")[2], re.MULTILINE)
    return {name: agentgate(name, "--help") for name in listed}


def test_every_command_is_in_readme(commands: dict[str, str]) -> None:
    assert commands
    shown = code(ROOT / "README.md")
    assert [name for name in commands if f"agentgate {name}" not in shown] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_option_in_a_page_exists(page: Path, commands: dict[str, str]) -> None:
    for command, rest in re.findall(r"\bagentgate (\w+)([^\n#;|]*)", code(page)):
        assert command in commands, f"agentgate {command}"
        for option in re.findall(r"(?<!\S)--[a-z-]+", rest):
            assert option in commands[command], f"agentgate {command} {option}"


@pytest.mark.parametrize("page", ["README.md", "docs/agents.md", "CHANGELOG.md"])
def test_every_exit_code_is_told(page: str) -> None:
    told = set(map(int, re.findall(r"(?<![\w.])\d+(?![\w.])", TEXTS[ROOT / page])))
    assert told >= EXITS


def test_help_tells_every_exit_code(commands: dict[str, str]) -> None:
    assert set(map(int, re.findall(r"\b\d+\b", commands["check"].partition("Exit status:")[2]))) == EXITS


def test_help_names_every_format(commands: dict[str, str]) -> None:
    assert [name for name in FORMATS if name not in commands["check"]] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [str(t.attrs.get("href") or t.attrs.get("src")) for t in tokens(page) if t.type in ("link_open", "image")]
    targets += re.findall(r'\bsrc="([^"]+)"', TEXTS[page])
    for target in targets:
        if not re.match(r"https?://", target):
            path, _, anchor = target.partition("#")
            linked = page.parent / path if path else page
            assert linked.exists(), target
            assert not anchor or anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    """What headings can be linked to as, by GitHub's rule."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_in_a_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|\s)make ([\w-]+)", code(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nobody_is_told_to_install_the_distribution_that_is_somebody_elses(page: Path) -> None:
    installs = re.findall(r"\b(?:install|add|--from|--spec)\s+[\"']?(agentgate[\w-]*)", TEXTS[page])
    assert set(installs) <= {"agentgate-cli"}


def test_every_sign_of_an_agent_is_told_with_its_source() -> None:
    page = TEXTS[ROOT / "docs/agents.md"]
    rows = {row[0].strip("`"): row for row in re.findall(r"^\| (`\w+`) \| ([^|]+) \| ([^|]+) \|$", page, re.MULTILINE)}
    assert {variable: rows[variable][2] for variable, _, _ in SIGNS} == {sign: source for sign, _, source in SIGNS}
    assert all(name == rows[variable][1] for variable, name, _ in SIGNS if name)


def test_the_ci_examples_are_yaml_that_fetches_the_whole_history() -> None:
    actions, gitlab = [yaml.safe_load(t.content) for t in tokens(ROOT / "docs/ci.md") if t.info == "yaml"]
    steps = actions["jobs"]["gate"]["steps"]
    assert steps[0]["with"]["fetch-depth"] == 0
    assert gitlab["gate"]["variables"]["GIT_DEPTH"] == "0"
    outputs = re.findall(r"--output (\w+)=", TEXTS[ROOT / "docs/ci.md"])
    assert set(outputs) <= set(FORMATS)
