"""`agentgate: allow`: on the spot, one named rule, a reason; a person decides, and it never passes."""

from __future__ import annotations

import pytest

from agentgate.layers.integrity.allowed import allowed
from agentgate.verdict import Finding, Location, Severity, State
from tests.layers.conftest import Propose
from tests.layers.integrity.judging import judge

ALLOW = "# agentgate: allow integrity/suppression because the stubs of b are broken"


def of(text: str, line: int, path: str = "a.py") -> tuple[str, str]:
    finding = Finding("integrity/suppression", Severity.ERROR, "", Location(path, line))
    return allowed(finding, lambda _: text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"import b  # type: ignore  {ALLOW}\n", 1),
        (f"{ALLOW}\nimport b  # type: ignore\n", 2),
        (f"{ALLOW}\n# and more to say\nimport b  # type: ignore\n", 3),
    ],
)
def test_on_the_line_and_in_the_comments_directly_above(text: str, line: int) -> None:
    assert of(text, line) == ("the stubs of b are broken", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{ALLOW}\n\nimport b  # type: ignore\n", 3),
        (f"import b  # type: ignore\n{ALLOW}\n", 1),
        (f"import a  {ALLOW}\nimport b  # type: ignore\n", 2),
        (f'"""\n{ALLOW}\n"""\nimport b  # type: ignore\n', 4),
        (f'"{ALLOW}"; import b  # type: ignore\n', 1),
    ],
)
def test_not_elsewhere_and_not_in_a_string(text: str, line: int) -> None:
    assert of(text, line) == ("", "")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("allow all because the stubs are broken", "the comment allows all, and this is integrity/suppression"),
        ("allow integrity/* because the stubs are broken", "the comment allows integrity/*"),
        ("allow integrity/suppression because so", "a reason of 10 characters or more"),
        ("allow integrity/suppression", "a reason of 10 characters or more"),
        ("allow integrity/suppression because          ", "a reason of 10 characters or more"),
    ],
)
def test_only_the_named_rule_with_a_reason(said: str, why: str) -> None:
    reason, why_not = of(f"import b  # type: ignore  # agentgate: {said}\n", 1)
    assert reason == ""
    assert why in why_not


@pytest.mark.parametrize("text", ["key: 1 {}\n", "<!-- x --> <!-- {} -->\n", "a(); // {}\n", "/* {} */\n"])
def test_other_files_have_their_own_comments(text: str) -> None:
    assert of(text.format(ALLOW), 1, "a.yml")[0] == "the stubs of b are broken"
    assert of(f"{ALLOW}\n{text}", 2, "a.yml")[0] == "the stubs of b are broken"


def test_the_layer_needs_a_person_and_tells_the_reason(propose: Propose) -> None:
    result = judge(propose({"a.py": "import b\n"}, {"a.py": f"{ALLOW}\nimport b  # type: ignore\n"}))
    assert result.state is State.NEEDS_HUMAN
    assert result.reason == "integrity/suppression is allowed because the stubs of b are broken"
    assert [f.severity for f in result.findings] == [Severity.WARNING]
    assert not result.admits


def test_beside_one_that_is_not_allowed_it_is_refused(propose: Propose) -> None:
    head = f"{ALLOW}\nimport b  # type: ignore\nimport c  # type: ignore\n"
    result = judge(propose({"a.py": "import b\nimport c\n"}, {"a.py": head}))
    assert result.state is State.REFUSED
    assert [f.location.line for f in result.refusals if f.location] == [3]


def test_one_that_does_not_count_says_why(propose: Propose) -> None:
    head = "import b  # type: ignore # agentgate: allow all because stubs are broken\n"
    result = judge(propose({"a.py": "import b\n"}, {"a.py": head}))
    assert result.refusals[0].remedy.startswith("the comment allows all")
