"""JUnit XML, held to Jenkins' published schema."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest

from agentgate.reports.junit import render
from agentgate.verdict import Verdict
from tests.reports import published
from tests.reports import verdicts as v


def totals(verdict: Verdict) -> tuple[str | None, ...]:
    root = fromstring(render(verdict))
    return tuple(root.get(name) for name in ("tests", "failures", "errors"))


def cases(verdict: Verdict, suite: str) -> list[Element]:
    return fromstring(render(verdict)).findall(f"testsuite[@name='agentgate.{suite}']/testcase")


@pytest.mark.parametrize("verdict", v.REALISTIC.values(), ids=v.REALISTIC)
def test_every_verdict_is_valid(verdict: Verdict) -> None:
    published.junit().validate(render(verdict))


@pytest.mark.parametrize("text", v.HOSTILE.values(), ids=v.HOSTILE)
def test_hostile_text_is_valid(text: str) -> None:
    published.junit().validate(render(v.hostile(text)))


def test_the_schema_refuses_what_is_no_junit() -> None:
    assert not published.junit().is_valid(
        render(v.REFUSED).replace("<failure", "<failed").replace("/failure", "/failed")
    )


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (v.REFUSED, ("7", "5", "0")),
        (v.ADMITTED, ("3", "0", "0")),
        (v.UNABLE, ("3", "0", "2")),
        (v.HUMAN, ("4", "1", "0")),
        (v.SILENT, ("2", "0", "1")),
        (v.DOCUMENTATION, ("3", "0", "0")),
        (v.EMPTY, ("1", "0", "1")),
    ],
)
def test_a_consumer_that_counts_sees_what_stands_in_the_way(verdict: Verdict, expected: tuple[str, ...]) -> None:
    assert totals(verdict) == expected


def test_an_error_is_a_failure_with_place_remedy_and_code() -> None:
    case = cases(v.REFUSED, "types")[0]
    failure = case.find("failure")
    assert case.get("name") == "types/return-value src/shop/prices.py:42:12"
    assert failure is not None
    assert failure.get("message") == v.RETURN.message
    assert failure.text == "\n".join(
        ("src/shop/prices.py:42:12", v.RETURN.message, f"fix: {v.RETURN.remedy}", v.RETURN.excerpt)
    )


def test_a_warning_passes() -> None:
    case = cases(v.REFUSED, "types")[1]
    assert [child.tag for child in case] == ["system-out"]


def test_what_does_not_apply_is_skipped_with_its_reason() -> None:
    skipped = cases(v.DOCUMENTATION, "tests")[0].find("skipped")
    assert skipped is not None
    assert skipped.text == "only documentation changes"
