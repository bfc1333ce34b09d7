"""`integrity/weakened-test` over real changes: what it reads, what a run already told, snapshots."""

from __future__ import annotations

from agentgate import project
from agentgate.change import Change
from agentgate.evidence import Evidence, Outcome, TestOutcome, TestRun
from agentgate.layers.integrity.sides import PythonFile, Sides
from agentgate.layers.integrity.weakened_tests import find
from agentgate.verdict import Finding, Location, Severity
from tests.layers.conftest import Files, Propose

TEST = "from shop import price\n\n\ndef test_price():\n    assert price(1) == 10\n    assert price(2) == 20\n"
SOURCE = "def price(count):\n    return count * 10\n"
BASE = {"shop.py": SOURCE, "tests/test_shop.py": TEST}
SKIPPED = TEST.replace("def test", "@pytest.mark.skip\ndef test")


def sides(change: Change, evidence: Evidence) -> Sides:
    read = project.read(change.head)
    python = tuple(
        PythonFile(
            file.path,
            file.base_path,
            (change.base.read_text(file.base_path) if file.base_path else None) or "",
            change.head.read_text(file.path) or "",
            is_test=file.path.startswith("tests/"),
        )
        for file in change.files
        if file.path.endswith(".py")
    )
    return Sides(change, read, evidence, python)


def findings(propose: Propose, head: Files, evidence: Evidence | None = None, base: Files = BASE) -> list[Finding]:
    return list(find(sides(propose(base, head), evidence or Evidence())))


def test_a_finding_names_the_test_the_place_the_difference_and_one_remedy(propose: Propose) -> None:
    (found,) = findings(propose, {"tests/test_shop.py": TEST.replace("    assert price(2) == 20\n", "")})
    assert found.rule == "integrity/weakened-test"
    assert found.severity is Severity.WARNING
    assert found.message == "test_price lost assertions: `assert price(2) == 20` is gone"
    assert found.location == Location("tests/test_shop.py", 4)
    assert found.excerpt == "def test_price():"
    assert found.diff.startswith("--- a/tests/test_shop.py\n+++ b/tests/test_shop.py\n")
    assert "-    assert price(2) == 20\n" in found.diff
    assert found.remedy == "put the assertion back, or say why in the change"


def test_a_renamed_file_is_the_same_file(propose: Propose) -> None:
    emptied = TEST.replace("assert ", "")
    (found,) = findings(propose, {"tests/test_shop.py": None, "tests/test_market.py": emptied})
    assert found.severity is Severity.ERROR
    assert findings(propose, {"tests/test_shop.py": None, "tests/test_market.py": TEST}) == []


def test_what_a_run_witnessed_is_the_tests_layers_to_tell(propose: Propose) -> None:
    def run(side: str, outcome: Outcome) -> TestRun:
        one = TestOutcome("a", outcome, function="tests/test_shop.py::test_price", path="tests/test_shop.py")
        return TestRun(side, ".", "pytest", "python", (one,))

    head = {"tests/test_shop.py": SKIPPED}
    both = (run("base", Outcome.PASSED), run("head", Outcome.SKIPPED))
    assert [f.severity for f in findings(propose, head)] == [Severity.ERROR]
    assert findings(propose, head, Evidence(runs=both)) == []
    assert findings(propose, head, Evidence(runs=both[1:])) != []


def test_an_expected_value_is_told_while_the_source_changes(propose: Propose) -> None:
    tests = {"tests/test_shop.py": TEST.replace("20", "21")}
    assert findings(propose, tests) == []
    (found,) = findings(propose, {**tests, "shop.py": SOURCE.replace("10", "10 + 1")})
    assert found.severity is Severity.WARNING
    assert "`assert price(2) == 20` is `assert price(2) == 21` now" in found.message


def test_a_function_that_goes_takes_its_assertions_with_it(propose: Propose) -> None:
    base = {**BASE, "shop.py": SOURCE + "\n\ndef rebate():\n    return 1\n"}
    base["tests/test_shop.py"] = TEST + "    assert shop.rebate() == 1\n"
    assert findings(propose, {"shop.py": SOURCE, "tests/test_shop.py": TEST}, base=base) == []
    assert findings(propose, {"tests/test_shop.py": TEST}, base=base) != []


def test_a_snapshot_that_is_rewritten_as_a_whole_is_told(propose: Propose) -> None:
    path = "tests/__snapshots__/test_shop.ambr"
    lines = [f"  'line {n}'\n" for n in range(20)]
    base = {**BASE, path: "".join(lines)}
    (found,) = findings(propose, {path: "".join(line.replace("line", "row") for line in lines)}, base=base)
    assert found.message == f"20 of 20 lines of the snapshot {path} are rewritten"
    assert findings(propose, {path: "".join(["  'row'\n", *lines[1:]])}, base=base) == []
    assert findings(propose, {path: "".join([*lines, "  'more'\n"])}, base=base) == []
    assert findings(propose, {"tests/data.txt": "x\n" * 20}, base={**BASE, "tests/data.txt": "y\n" * 20}) == []
