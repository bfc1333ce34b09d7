"""Hostile text becomes visible text; honest text stays as it is."""

from __future__ import annotations

import json
import time

import pytest

from agentgate.reports import escaping


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\rb", r"a\x0db"),
        ("\u202egpj", r"\u202egpj"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("::error::x", r"\::error::x"),
        ("  ::error::x", r"  \::error::x"),
        ("##[error]x", r"#\#[error]x"),
        ("##vso[task]", r"#\#vso[task]"),
        ("a\tb", "a    b"),
    ],
)
def test_what_would_steer_a_reader_is_shown_instead(hostile: str, shown: str) -> None:
    assert escaping.block(hostile) == shown


@pytest.mark.parametrize("honest", ["naïve café", "日本語", "עברית", "tests/test_a.py::test_b", "## heading", "[bold]"])
def test_honest_text_stays_as_it_is(honest: str) -> None:
    assert escaping.block(honest) == honest
    assert escaping.line(honest) == honest
    assert escaping.path(honest) == honest


def test_a_block_keeps_its_lines_and_a_line_has_none() -> None:
    assert escaping.block("a\r\nb\nc") == "a\nb\nc"
    assert escaping.line("  a\r\n b\t\nc ") == "a b c"


def test_white_space_in_a_path_is_told_apart() -> None:
    assert escaping.path("a b\nc\td\re") == r"a b\nc\td\re"


def test_a_cut_is_marked_by_three_dots() -> None:
    assert escaping.shortened("abcdef", 6) == "abcdef"
    assert escaping.shortened("abcdefg", 6) == "abc..."


def test_a_path_that_no_bytes_stand_for_has_octets_all_the_same() -> None:
    assert escaping.octets("caf\udce9") == b"caf\xe9"
    assert escaping.octets("\ud800") == rb"\ud800"


def test_json_is_strict_ascii_that_reads_back() -> None:
    text = escaping.as_json({"a": ["é##[x]", "\udce9", 1.5, None]})
    assert text.isascii()
    assert "##" not in text
    assert json.loads(text) == {"a": ["é##[x]", r"\xe9", 1.5, None]}


def test_a_megabyte_of_white_space_takes_no_time() -> None:
    started = time.monotonic()
    escaping.block("\n" * 500_000 + " " * 500_000 + "::")
    assert time.monotonic() - started < 2  # quadratic, it takes hours
