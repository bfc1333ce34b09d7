"""For a log or a pipe: everything in words, nothing that moves."""

from __future__ import annotations

from agentgate.reports.plain import render
from tests.reports import verdicts as v


def test_the_whole_of_a_small_refusal() -> None:
    assert (
        render(v.verdict(v.types(v.RETURN)))
        == """\
REFUSED: 1 error
change: working tree for origin/main, 4 files +61 -12 (tree 4a7d1ce83f56, target 9f3c2ab41d7e, base 5e81d09c6b2f)
policy: gate.toml at origin/main (9f3c2ab41d7e), enforce mode
judges: mypy 2.4.1 (the target's .venv)

types: refused: 1 error (3.1 s)

src/shop/prices.py:42:12: error: Incompatible return value type (got "float", expected "int") [types/return-value]
  42 | return total * (100 - discount) / 100
     |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  fix: make the types agree, here or where the value comes from

next: mend what is listed, then: agentgate check"""
    )


def test_a_traceback_has_no_line_numbers_that_it_does_not_have() -> None:
    assert "  | E       assert None == 0" in render(v.REFUSED).splitlines()


def test_a_layer_that_did_nothing_took_no_time() -> None:
    lines = render(v.DOCUMENTATION).splitlines()
    assert "tests: not applicable: only documentation changes" in lines
    assert "lint: passed (0.4 s)" in lines


def test_a_hundred_findings_of_a_layer_are_shown_and_the_rest_counted() -> None:
    report = render(v.MANY)
    assert report.count("[lint/F401]") == 100
    assert "+100 more: agentgate show lint" in report
