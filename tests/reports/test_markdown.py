"""Markdown: nothing that a change wrote becomes markup, and no summary is too large for GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from agentgate.reports.markdown import render
from agentgate.verdict import Location, Verdict
from tests.reports import verdicts as v

BLOCKS = {"paragraph", "heading", "bullet_list", "list_item", "blockquote", "table", "thead", "tbody", "tr", "th", "td"}
OURS = {"text", "softbreak", "hardbreak", "code_inline", "strong_open", "strong_close", "html_inline"}


def tokens(text: str) -> Iterator[Token]:
    """Every token of the text as GitHub's flavour reads it, nested ones included."""
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        yield token
        yield from token.children or ()


def html(text: str) -> list[str]:
    return [t.content.strip() for t in tokens(text) if t.type in ("html_inline", "html_block")]


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_hostile_text_becomes_code_and_never_markup(text: str) -> None:
    report = render(v.hostile(text))
    kinds = {t.type for t in tokens(report)}
    assert kinds - OURS <= {f"{b}_{end}" for b in BLOCKS for end in ("open", "close")} | {
        "inline",
        "fence",
        "html_block",
    }
    allowed = ("<br>", "</details>", "<details open><summary><code>lint</code>: 1 error, 1 warning, 1 note</summary>")
    assert set(html(report)) <= set(allowed)
    assert [t.content for t in tokens(report) if t.type == "heading_open"] == [""]


@pytest.mark.parametrize("text", ["@everyone", "#1", "[a](b)", "<b>", "https://evil.example"])
def test_no_text_of_a_change_stands_outside_of_code(text: str) -> None:
    plain = [t.content for t in tokens(render(v.hostile(text))) if t.type == "text"]
    assert not [content for content in plain if text in content]


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_every_verdict_has_a_heading_and_a_row_for_each_layer(verdict: Verdict) -> None:
    found = list(tokens(render(verdict)))
    assert sum(t.type == "heading_open" for t in found) == 1
    assert sum(t.type == "tr_open" for t in found) == 1 + len(verdict.results) + len(verdict.silent)


def test_a_refusing_layer_is_unfolded_and_what_is_only_told_is_folded() -> None:
    assert html(render(v.REFUSED)).count("<details open><summary><code>types</code>: 1 error, 1 warning</summary>") == 1
    assert html(render(v.ADMITTED))[0] == "<details><summary><code>tests</code>: 1 note</summary>"


def test_the_code_of_a_finding_is_fenced() -> None:
    fences = [t.content for t in tokens(render(v.REFUSED)) if t.type == "fence"]
    assert v.RETURN.excerpt + "\n" in fences
    assert v.FORMAT.diff in fences


@pytest.mark.parametrize("limit", [5_000, 65_535, 1_000_000])
def test_a_report_stays_below_its_limit_and_counts_what_it_left_out(limit: int) -> None:
    noise = "é" * 3_000
    many = [replace(v.UNUSED, message=noise, excerpt=noise, location=Location(f"{n}.py", 1)) for n in range(2_000)]
    report = render(v.verdict(v.lint(*many), v.types(v.RETURN)), limit=limit)
    assert len(report.encode()) <= limit
    assert "left out: `agentgate show lint`" in report
    assert html(report)[-1] == "</details>"
    assert report.endswith("- Next: `agentgate fix && agentgate check`")


def test_what_others_wrote_in_a_caveat_is_code_and_our_words_are_not() -> None:
    assert "> **a person must decide: **`gate.toml at origin/main is broken: judged by the defaults`" in render(v.HUMAN)
    assert "> **observe mode let it go: in enforce mode this is exit 1**" in render(v.OBSERVED)
