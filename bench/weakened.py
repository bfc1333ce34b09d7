"""Seeds faults in the test functions of real repositories and counts those that `integrity/weakened-test` sees.

    python bench/weakened.py PATH... [--tests 4] [--all]

Of each repository's HEAD some test functions are taken, spread over all of them. Each gets every fault of `faults.py`
and those of `sabotages.py` that edit tests, one at a time, as texts: nothing runs, nothing of the repository is
touched. The last column says how many of the seen refuse.
"""

from __future__ import annotations

import argparse
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import sabotages
from faults import FAULTS, Edit, editing
from sabotages import CannotMake, Honest

from agentgate.layers.integrity.python_tests import reading
from agentgate.layers.integrity.python_tests.units import units

SOURCE = "seeded_source.py"
Make = Callable[[str, str], str]


def texts(root: Path) -> dict[str, str]:
    """The test files of HEAD."""
    git = ["git", "-C", str(root)]
    listed = subprocess.run([*git, "ls-tree", "-r", "--name-only", "-z", "HEAD"], check=True, capture_output=True)
    paths = [path for path in listed.stdout.decode().split("\0") if path.endswith(".py")]
    paths = [path for path in paths if path.rpartition("/")[2].startswith("test")]
    shown = [subprocess.run([*git, "show", f"HEAD:{path}"], check=True, capture_output=True).stdout for path in paths]
    return {path: text.decode("utf-8", "replace") for path, text in zip(paths, shown, strict=True)}


def chosen(files: dict[str, str], count: int) -> list[tuple[str, str]]:
    """(path, dotted name) of `count` test functions, evenly over all that assert something by themselves."""
    found = [
        (path, unit.name)
        for path, text in files.items()
        for unit in units(path, text).values()
        if unit.is_test and ("assert" in unit.text or "raises" in unit.text)
    ]
    return found[:: max(1, len(found) // count)][:count]


def of_sabotage(make: Callable[[Honest], sabotages.Files], name: str, text: str) -> str:
    """A whole test sabotaged, its source as it was."""
    path = "test_seeded.py"
    files = {path: text, SOURCE: "A = 1\n"}
    honest = Honest(files, files, (SOURCE,), (path,), (), ((path, name),), (), {SOURCE: ""})
    return make(honest)[path] or ""


def of_fault(edit: Edit, name: str, text: str) -> str:
    """One place of a test edited."""
    return sabotages.rewritten(text, [name], editing(edit))


MAKES: dict[str, Make] = {
    **{name: partial(of_fault, edit) for name, edit in FAULTS.items()},
    "all-removed": partial(of_sabotage, sabotages.assertions_removed),
    "all-or-true": partial(of_sabotage, sabotages.assert_or_true),
    "all-tuples": partial(of_sabotage, sabotages.assert_tuple),
    "all-swallowed": partial(of_sabotage, sabotages.assertion_swallowed),
    "all-in-broad-raises": partial(of_sabotage, sabotages.broad_raises),
    "skip-mark": partial(of_sabotage, sabotages.undone_skipped),
    "xfail-not-strict": partial(of_sabotage, sabotages.undone_xfailed),
    "all-loosened": partial(of_sabotage, sabotages.undone_loosened),
}


def seeded(files: dict[str, str], tests: list[tuple[str, str]]) -> Iterator[tuple[str, str, str, list[reading.Fact]]]:
    """(fault, path, test, what was seen) of each that can be made."""
    for path, name in tests:
        for fault, make in MAKES.items():
            try:
                head = make(name, files[path])
            except (CannotMake, LookupError):
                continue
            pair = (path, files[path], path, head)
            seen = reading.facts([pair], removed=frozenset(), source_changes=True, witnessed=lambda _path, _name: False)
            yield fault, path, name, [fact for fact in seen if fact.name == name or not fact.name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--tests", type=int, default=4, help="of each repository")
    parser.add_argument("--all", action="store_true", help="print every fault that is not seen")
    options = parser.parse_args()
    made: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for root in options.repositories:
        files = texts(root)
        for fault, path, name, facts in seeded(files, chosen(files, options.tests)):
            made[fault] += 1
            seen[fault] += bool(facts)
            refused[fault] += any(fact.refuses for fact in facts)
            if not facts and options.all:
                print(f"not seen: {fault} in {root.name} {path} {name}")
    print(f"{'fault':<22}{'made':>6}{'seen':>6}{'refused':>9}")
    for fault in MAKES:
        print(f"{fault:<22}{made[fault]:>6}{seen[fault]:>6}{refused[fault]:>9}")
    print(f"{'all':<22}{made.total():>6}{seen.total():>6}{refused.total():>9}")


if __name__ == "__main__":
    main()
