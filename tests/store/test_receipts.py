"""Receipts: found for exactly the same question, and only while everything they saw looks the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agentgate.evidence import ChangeKind, Evidence, Outcome, TestOutcome, TestRun
from agentgate.store import Store, receipts
from agentgate.store.receipts import Receipt
from agentgate.store.values import from_json, to_json
from agentgate.verdict import (
    ChangeIdentity,
    Finding,
    LayerResult,
    Location,
    Mode,
    PolicySource,
    Severity,
    State,
    ToolVersion,
    Verdict,
)

RUN = TestRun("head", ".", "pytest", "/usr/bin/python3", (TestOutcome("t.py::test", Outcome.PASSED),), seconds=1.5)
RESULT = LayerResult(
    "tests", State.REFUSED, (Finding("tests/missing", Severity.ERROR, "odd \udcff name", Location("a\udcff.py", 2)),),
    reason="no test", evidence=Evidence(ChangeKind("source", "f changed", ("a.py",)), (RUN,)),
    tools=(ToolVersion("pytest", "9", "ours"),),
)  # fmt: skip
VERDICT = Verdict(
    ChangeIdentity("main", "c", "b", "1", "working tree", "", "2", files=1), PolicySource("defaults", "", "d"),
    Mode.ENFORCE, (RESULT,), ("tests",),
)  # fmt: skip


def test_a_verdict_survives_the_way_to_json_and_back() -> None:
    assert from_json(Verdict, to_json(VERDICT)) == VERDICT


@pytest.mark.parametrize("damage", [None, 3, [], {}, {"change": 1}])
def test_what_is_no_verdict_is_a_value_error(damage: int | list[None] | dict[str, int] | None) -> None:
    with pytest.raises(ValueError, match=r"^not a Verdict: |is no "):
        from_json(Verdict, damage)  # type: ignore[arg-type]


def test_a_receipt_holds_only_while_what_it_saw_looks_the_same(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    receipts.keep(store, "k", Receipt(VERDICT, (("/venv", "before"),)))
    assert receipts.find(store, "k", {"/venv": "before"}.__getitem__) == VERDICT
    assert receipts.find(store, "k", {"/venv": "after"}.__getitem__) is None
    assert receipts.find(store, "other", {"/venv": "before"}.__getitem__) is None


def test_a_damaged_receipt_is_none(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    receipts.keep(store, "k", Receipt(VERDICT, ()))
    next(tmp_path.rglob("k.json")).write_text('{"verdict": {}}')
    assert receipts.find(store, "k", str) is None


def test_another_question_has_another_key() -> None:
    identity = VERDICT.change
    key = receipts.key("1", identity, "p", {})
    different = [
        receipts.key("2", identity, "p", {}),
        receipts.key("1", replace(identity, head_tree="3"), "p", {}),
        receipts.key("1", replace(identity, base_tree="3"), "p", {}),
        receipts.key("1", replace(identity, target="dev"), "p", {}),
        receipts.key("1", replace(identity, target_commit="d"), "p", {}),
        receipts.key("1", replace(identity, base_commit="d"), "p", {}),
        receipts.key("1", identity, "q", {}),
        receipts.key("1", identity, "p", {"VIRTUAL_ENV": "/x"}),
    ]
    assert key not in different
    assert len(set(different)) == len(different)
    assert receipts.key("1", replace(identity, head="HEAD", head_commit="e"), "p", {}) == key


@pytest.mark.parametrize(
    "verdict",
    [
        replace(VERDICT, results=(replace(RESULT, state=State.ERRORED),)),
        replace(VERDICT, results=(replace(RESULT, state=State.NOT_RUN),)),
        replace(VERDICT, results=()),
        replace(VERDICT, only=("tests",)),
        replace(VERDICT, not_for_submission="--base was given"),
        replace(VERDICT, named=("tests", "lint")),
    ],
)
def test_partial_and_errored_verdicts_are_never_kept(verdict: Verdict) -> None:
    assert receipts.may_keep(VERDICT)
    assert not receipts.may_keep(verdict)


def test_the_last_verdict_is_remembered_for_each_worktree(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    receipts.keep_last(store, str(tmp_path / "one"), VERDICT)
    assert receipts.last(store, str(tmp_path / "one")) == VERDICT
    assert receipts.last(store, str(tmp_path / "two")) is None


def test_a_verdict_answered_again_is_the_last_one(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    older = replace(VERDICT, version="older")
    receipts.keep(store, "k", Receipt(older, ()))
    receipts.keep_last(store, "w", VERDICT)
    receipts.keep_last_receipt(store, "w", "k")
    assert receipts.last(store, "w") == older


def test_a_store_without_a_place_keeps_and_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store("")
    receipts.keep(store, "k", Receipt(VERDICT, ()))
    receipts.keep_last(store, "w", VERDICT)
    receipts.keep_last_receipt(store, "w", "k")
    assert receipts.find(store, "k", str) is None
    assert receipts.last(store, "w") is None
    assert list(tmp_path.iterdir()) == []
