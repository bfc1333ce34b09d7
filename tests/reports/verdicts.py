"""Verdicts that people meet, and hostile ones that nobody should: what every report is held to."""

from __future__ import annotations

from dataclasses import replace

from agentgate.evidence import ChangeKind, CollectError, Evidence, Outcome, Proof, Survivor, TestOutcome, TestRun
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

CHANGE = ChangeIdentity(
    target="origin/main",
    target_commit="9f3c2ab41d7e" + "0" * 28,
    base_commit="5e81d09c6b2f" + "0" * 28,
    base_tree="b" * 40,
    head="working tree",
    head_commit="",
    head_tree="4a7d1ce83f56" + "0" * 28,
    files=4,
    insertions=61,
    deletions=12,
)
POLICY = PolicySource("gate.toml at origin/main", "9f3c2ab41d7e" + "0" * 28, "d" * 64)
RUFF = ToolVersion("ruff", "0.17.6", "AgentGate's own")
MYPY = ToolVersion("mypy", "2.4.1", "the target's .venv")
PYTEST = ToolVersion("pytest", "9.2.0", "the project's .venv")

UNUSED = Finding(
    "lint/F401",
    Severity.ERROR,
    "`decimal.Decimal` imported but unused",
    Location("src/shop/basket.py", 3, 21, 3, 28),
    excerpt="from decimal import Decimal",
    remedy="agentgate fix",
)
FORMAT = Finding(
    "lint/format",
    Severity.ERROR,
    "the file is not formatted, and was on the target",
    Location("src/shop/basket.py"),
    remedy="agentgate fix",
    diff="--- src/shop/basket.py\n+++ src/shop/basket.py\n@@ -40,2 +40,2 @@\n-    return {'total':total}\n"
    '+    return {"total": total}\n',
)
RETURN = Finding(
    "types/return-value",
    Severity.ERROR,
    'Incompatible return value type (got "float", expected "int")',
    Location("src/shop/prices.py", 42, 12, 42, 42),
    excerpt="    return total * (100 - discount) / 100",
    remedy="make the types agree, here or where the value comes from",
)
ANY = Finding(
    "types/any",
    Severity.WARNING,
    "explicit Any in the signature of `load`",
    Location("src/shop/basket.py", 17, 10, 17, 13),
    excerpt="def load(path: Any) -> Basket:",
    remedy="name the type; object accepts anything and still is checked",
)
FAILING = Finding(
    "tests/regression",
    Severity.ERROR,
    "tests/test_basket.py::test_empty_basket_is_free passes on base and fails now: assert None == 0",
    Location("tests/test_basket.py", 28),
    excerpt="    def test_empty_basket_is_free() -> None:\n>       assert Basket([]).total() == 0\n"
    "E       assert None == 0\n\ntests/test_basket.py:29: AssertionError",
    remedy="mend the change; the test tells what it broke",
)
MISSING = Finding(
    "tests/missing",
    Severity.ERROR,
    "behaviour changes in discounted, and no test is new or edited",
    Location("src/shop/prices.py", 38, 0, 42),
    excerpt="def discounted(total: int, discount: int) -> int:\n"
    '    """The price after the discount, in cents."""\n    if discount > 100:\n        raise ValueError(discount)\n'
    "    return total * (100 - discount) / 100",
    remedy="add a test to tests/test_prices.py that runs lines 38-42 of src/shop/prices.py and fails without it",
    diff="--- /dev/null\n+++ b/tests/test_prices.py\n@@ -0,0 +1,6 @@\n+from shop.prices import discounted\n+\n+\n"
    "+def test_discounted() -> None:\n"
    "+    # src/shop/prices.py: lines 38-42, the branch `if discount > 100:`\n"
    "+    assert discounted(...) == ...  # what it must be now, and was not before\n",
)
KNOWN = Finding(
    "tests/already-failing",
    Severity.NOTE,
    "tests/test_mail.py::test_sends fails on base too: ConnectionRefusedError",
    Location("tests/test_mail.py", 9),
    remedy="nothing to mend here",
)


def run(side: str = "head", **counts: int) -> TestRun:
    """A pytest run of so many outcomes of each kind."""
    outcomes = [
        TestOutcome(f"tests/test_x.py::test_{name}_{number}", Outcome(name), seconds=0.01)
        for name, count in counts.items()
        for number in range(count)
    ]
    return TestRun(side, ".", "pytest", "/repo/.venv/bin/python", tuple(outcomes), exit_status=0, seconds=4.2)


def lint(*findings: Finding, **changes: object) -> LayerResult:
    """The layer's answer to these findings."""
    return _answer("lint", findings, (RUFF,), 0.4, changes)


def types(*findings: Finding, **changes: object) -> LayerResult:
    """The layer's answer to these findings."""
    return _answer("types", findings, (MYPY,), 3.14, changes)


def tests(*findings: Finding, **changes: object) -> LayerResult:
    """The layer's answer to these findings, with what it witnessed."""
    evidence = Evidence(
        ChangeKind("source", "src/shop/prices.py changes behaviour", ("src/shop/prices.py",), ()),
        (run(passed=212, failed=1), run("base", passed=213)),
        new_tests=("tests/test_basket.py::test_load",),
    )
    return _answer("tests", findings, (PYTEST,), 8.6, {"evidence": evidence, **changes})


tests.__test__ = False  # type: ignore[attr-defined]


def verdict(*results: LayerResult, **changes: object) -> Verdict:
    """A verdict of these answers under a policy that names these layers."""
    whole = Verdict(
        CHANGE, POLICY, Mode.ENFORCE, results, tuple(r.layer for r in results), seconds=9.1, version="0.1.0"
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def _answer(
    layer: str,
    findings: tuple[Finding, ...],
    tools: tuple[ToolVersion, ...],
    seconds: float,
    changes: dict[str, object],
) -> LayerResult:
    state = State.REFUSED if any(f.severity is Severity.ERROR for f in findings) else State.PASSED
    return replace(LayerResult(layer, state, findings, tools=tools, seconds=seconds), **changes)  # type: ignore[arg-type]


REFUSED = verdict(
    lint(UNUSED, FORMAT),
    types(RETURN, ANY),
    tests(FAILING, MISSING, KNOWN),
    notices=("left out: .venv, node_modules",),
)
ADMITTED = verdict(lint(), types(), tests(KNOWN))
UNABLE = verdict(
    lint(),
    LayerResult(
        "types",
        State.ERRORED,
        reason="mypy 2.4.1 crashed: INTERNAL ERROR -- please report it",
        remedy="agentgate show types, and pin a mypy that does not crash in the target's environment",
        tools=(MYPY,),
        seconds=2.0,
        raw="Traceback\x1b[31m (most recent call last)",
    ),
    LayerResult("tests", State.NOT_RUN, reason="--fail-fast: types did not admit the change"),
)
HUMAN = verdict(lint(), types(), tests(), needs_human="gate.toml at origin/main is broken: judged by the defaults")
OBSERVED = replace(REFUSED, mode=Mode.OBSERVE)
CACHED = replace(ADMITTED, cached=True, seconds=0.02)
ONLY = verdict(lint(UNUSED), only=("lint",), named=("lint", "types", "tests"))
UNOFFICIAL = replace(ADMITTED, not_for_submission="--base was given")
SILENT = verdict(lint(), named=("lint", "types"))
DOCUMENTATION = verdict(
    lint(),
    LayerResult("types", State.NOT_APPLICABLE, reason="the change touches nothing that a type checker reads"),
    LayerResult("tests", State.NOT_APPLICABLE, reason="only documentation changes"),
)
MANY = verdict(
    lint(
        *(
            replace(
                UNUSED, message=f"`module_{n}` imported but unused", location=Location(f"src/shop/part_{n}.py", n + 1)
            )
            for n in range(200)
        )
    ),
    types(RETURN),
)
EMPTY = verdict()

REALISTIC = {
    "refused": REFUSED,
    "admitted": ADMITTED,
    "unable": UNABLE,
    "human": HUMAN,
    "observed": OBSERVED,
    "cached": CACHED,
    "only": ONLY,
    "unofficial": UNOFFICIAL,
    "silent": SILENT,
    "documentation": DOCUMENTATION,
    "many": MANY,
    "empty": EMPTY,
}

#: What a change may write to steer its reader: each kind once, and all together.
HOSTILE = {
    "ansi": "\x1b[2J\x1b[1;32mADMITTED\x1b[0m\x07",
    "c1": "\x9b31m\x85\x90",
    "bidi": "\u202egnp.exe\u2066\u200b\u200e",
    "newline": "a\nb\r\nc\rd\x0b\x0c\u2028e",
    "bytes": "caf\udce9\udcff",
    "workflow": "\n::error file=x::owned\n   ::add-mask::y\n##[error]owned ##vso[task.complete]",
    "xml": "\x00\x01\x1f\ufffe\uffff ]]> <![CDATA[ </failure> &amp;",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "`` ``` ````x | [a](javascript:b) ![i](http://evil/) @everyone #1 **b** </details>\n```\n# H",
    "rich": "[bold red]x[/] [link=http://evil]y[/link] :smile:",
    "tags": "\U000e0041\U000e0042\ufe0f",
    "tab": "a\tb",
}


def hostile(text: str) -> Verdict:
    """A verdict in which every text that a change or a tool can write is `text`."""
    finding = Finding(
        "lint/" + text, Severity.ERROR, text, Location(text, 3, 2, 3, 9), excerpt="x" + text, remedy=text, diff=text,
        package=text,
    )  # fmt: skip
    evidence = Evidence(
        ChangeKind(text, text, (text,), (text,)),
        (
            TestRun(
                "head", text, text, text, (TestOutcome(text, Outcome.FAILED, detail=text),),
                (CollectError(text, text, text),), rewritten=(text,),
            ),
        ),
        (text,),
        (text,),
        (Proof(text, "revert", text, (text,), 1, 1, 1, survivors=(Survivor(text, 1, text, text, text),)),),
    )  # fmt: skip
    findings = tuple(replace(finding, severity=severity) for severity in Severity)
    refused = LayerResult(
        "lint", State.REFUSED, findings,
        reason=text, remedy=text, evidence=evidence, tools=(ToolVersion(text, text, text),), raw=text, notices=(text,),
    )  # fmt: skip
    unable = LayerResult("types", State.ERRORED, reason=text, remedy=text, raw=text, notices=(text,))
    return Verdict(
        replace(CHANGE, target=text, head=text),
        PolicySource(text, "c" * 40, "d"),
        Mode.ENFORCE,
        (refused, unable, LayerResult("tests", State.NOT_APPLICABLE, reason=text)),
        ("lint", "types", "tests"),
        not_for_submission=text,
        notices=(text,),
        needs_human=text,
        version="0.1.0",
    )
