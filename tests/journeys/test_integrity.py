"""Was the bar lowered? Refused, warned, moved, and allowed with a reason: the real command."""

from __future__ import annotations

from tests.journeys.conftest import PRICES, Shop

SUM = "    return sum(prices)\n"
PATH = "src/shop/prices.py"


def silenced(comment: str) -> dict[str, str]:
    return {PATH: PRICES.replace(SUM, f"    return sum(prices)  {comment}\n")}


def test_one_without_a_code_is_refused_and_explained(shop: Shop) -> None:
    shop.write(silenced("# type: ignore"))
    answer = shop.check("--only", "integrity")
    assert (answer.status, answer.state("integrity"), answer.rules) == (1, "refused", {"integrity/suppression"})
    assert answer.findings[0]["location"]["line"] == 6
    plain = shop.agentgate("check", "--only", "integrity", "--format", "plain").out
    assert "`# type: ignore` names no code" in plain
    assert "**Mend.**" in shop.agentgate("explain", "integrity/suppression").out


def test_one_with_a_code_warns(shop: Shop) -> None:
    shop.write(silenced("# noqa: S101"))
    answer = shop.check("--only", "integrity")
    assert (answer.status, answer.state("integrity")) == (0, "passed")
    assert [f["severity"] for f in answer.findings] == ["warning"]


def test_moved_code_brings_nothing(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit(silenced("# type: ignore"))
    shop.git("checkout", "-q", "-B", "work")
    head = silenced("# type: ignore")[PATH]
    function = head[head.index("def total") : head.index("def discounted")]
    shop.write({PATH: head.replace(function, ""), "src/shop/sums.py": f'"""Sums."""\n\n\n{function.rstrip()}\n'})
    answer = shop.check("--only", "integrity")
    assert (answer.status, answer.findings) == (0, [])


def test_one_that_is_allowed_with_a_reason_is_for_a_person(shop: Shop) -> None:
    allow = "# agentgate: allow integrity/suppression because sum has wrong stubs here"
    shop.write(silenced(f"# type: ignore  {allow}"))
    answer = shop.check("--only", "integrity")
    assert (answer.status, answer.state("integrity")) == (77, "needs_human")
    assert "because sum has wrong stubs here" in answer.of("integrity")["reason"]
    shop.write(silenced("# type: ignore  # agentgate: allow all because sum has wrong stubs here"))
    assert shop.check("--only", "integrity").status == 1


def test_documents_alone_are_not_applicable(shop: Shop) -> None:
    shop.write({"README.md": "# Shop # noqa\n"})
    answer = shop.check("--only", "integrity")
    assert (answer.status, answer.state("integrity")) == (0, "not_applicable")


def test_the_policy_lets_a_rule_only_warn(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"gate.toml": '[integrity]\nwarn = ["integrity/suppression"]\n'})
    shop.git("checkout", "-q", "-B", "work")
    shop.write(silenced("# type: ignore"))
    assert shop.check("--only", "integrity").status == 0


def test_an_unknown_rule_in_the_policy_is_a_mistake(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"gate.toml": '[integrity]\nwarn = ["integrity/none"]\n'})
    shop.git("checkout", "-q", "-B", "work")
    shop.write(silenced("# type: ignore"))
    answer = shop.agentgate("check", "--only", "integrity")
    assert answer.status == 2
    assert "allowed: integrity/suppression" in answer.err
