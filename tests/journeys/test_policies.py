"""Where the policy comes from, what a mistake in it does, and how observe mode answers."""

from __future__ import annotations

from tests.journeys.conftest import PRICES, Shop

UNUSED = "import os\n" + PRICES


def on_target(shop: Shop, policy: str) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"gate.toml": policy})
    shop.git("checkout", "-q", "-B", "work")


def test_observe_mode_tells_and_lets_go(shop: Shop) -> None:
    on_target(shop, 'mode = "observe"\nlayers = ["lint"]\n')
    shop.write({"src/shop/prices.py": UNUSED})
    answer = shop.check()
    assert (answer.status, answer.report["verdict"]) == (0, "refused")
    plain = shop.agentgate("check", "--format", "plain").out
    assert "WOULD BE REFUSED" in plain
    assert "observe mode" in plain


def test_the_policy_is_the_targets_tip_even_where_the_branch_is_older(shop: Shop) -> None:
    shop.git("checkout", "-q", "main")
    tip = shop.commit({"gate.toml": 'layers = ["lint"]\n'})
    shop.git("checkout", "-q", "work")
    shop.write({"src/shop/prices.py": UNUSED})
    answer = shop.check()
    assert [r["layer"] for r in answer.report["results"]] == ["lint"]
    assert answer.report["policy"]["commit"] == tip


def test_a_mistake_in_the_changes_own_policy_names_file_key_value_and_what_is_allowed(shop: Shop) -> None:
    shop.write({"gate.toml": 'mode = "lenient"\n'})
    answer = shop.agentgate("check")
    assert answer.status == 2
    assert "gate.toml in the change: mode = 'lenient'" in answer.err
    assert "'enforce' or 'observe'" in answer.err
    shop.write({"gate.toml": "[lint]\nfromat = true\n"})
    answer = shop.agentgate("check")
    assert "lint.fromat: no such key; allowed: format, pre_commit" in answer.err


def test_a_broken_policy_on_the_target_that_the_change_mends_needs_a_person(shop: Shop) -> None:
    on_target(shop, "layers = [\n")
    shop.write({"gate.toml": 'layers = ["lint"]\n'})
    answer = shop.check()
    assert answer.status == 77
    assert "gate.toml at main: not TOML" in answer.report["needs_human"]
    shop.write({"gate.toml": "layers = [\n", "README.md": "x\n"})
    assert shop.agentgate("check").status == 2


def test_a_policy_can_be_tried_out_but_not_for_submission(shop: Shop) -> None:
    draft = shop.root.parent / "draft.toml"
    draft.write_text('layers = ["lint"]\n')
    shop.write({"README.md": "# x\n"})
    answer = shop.check("--policy", str(draft))
    assert answer.status == 0
    assert answer.report["not_for_submission"] == "--policy was given"
    assert shop.check().report["cached"] is False


def test_a_named_base_is_not_for_submission(shop: Shop) -> None:
    shop.commit({"src/shop/prices.py": UNUSED})
    answer = shop.check("--base", "HEAD~1", "--only", "lint")
    assert "lint/F401" in answer.rules
    assert answer.report["not_for_submission"] == "--base was given"
