"""What travels into the project's interpreter to try variants of its code: a warm runner that forks once a variant.

Started by file path like `witness.py`, beside which it lies and whose report, finder and plugins it uses. The runner
collects once; a first child runs every selected test and tells how long each takes; then, for each variant, a child
puts the variant's code objects in the place of the loaded ones and runs the tests that reach it, until one fails.
The parent never runs a test, so every child starts from the same clean state. Python 3.9 and later, standard library.
"""

import ctypes
import functools
import importlib.util
import os
import sys
import time
import unittest

import differing
import notes
import tracing
import under_pytest
import under_unittest
import values
from forks import in_child
from swapping import Pair, swap

SLOWEST = 5.0  # seconds that the tests of one variant may take at least, before they count as hanging
FACTOR = 5.0  # and how many times longer than without a variant
LEAST = 6  # mutants that are tried whatever time they take, within LONGEST times the time that there is
LONGEST = 6.0
MOST_RECORDED = 200  # tests whose calls are recorded


class Laboratory:
    """Tries variants. `run(ids, told)` is the runner's: told(id, outcome, seconds, lines) says when it is to stop."""

    def __init__(self, run, ids, told, report):
        self._run = run
        self._ids = list(ids)
        self._told = told
        self._report = report
        self._seconds = {}
        self._first = frozenset(told["first"])
        self._mutants = 0
        self._begun = time.monotonic()

    def work(self):
        """The control, then each variant."""
        if self._control():
            self._begun = time.monotonic()
            for variant in self._told["variants"]:
                self._try_out(variant)
            if self._told["pairs"] or self._told["values"]:
                self._compare()

    def _compare(self):
        """Base's version of each function against head's, on the arguments of the tests and near them."""

        def work(box):
            pairs = [pair for pair in map(Pair, self._told["pairs"]) if pair.usable]
            recorder = differing.Recorder(pair.key for pair in pairs)
            concerned = [n for n in self._seconds if any(self._runs(n, pair.told) for pair in pairs)]
            sys.setprofile(recorder)
            self._run(self._quick(concerned, self._told["seconds"] / 2), lambda *told: False)
            sys.setprofile(None)
            if not self._is_confined():
                box.send({"ended": "unconfined"})
                return
            found = []
            with differing.quiet():
                found += [pair.compared(recorder.calls.get(pair.key, [])) for pair in pairs]
                made = [{"path": one["name"], "difference": values.compared(one)} for one in self._told["values"]]
            box.send({"ended": "", "found": found, "values": made})

        answer = in_child(work, max(60.0, FACTOR * sum(self._seconds.values())))
        self._report.write("differences", **(answer if isinstance(answer, dict) else {"ended": answer}))

    def _quick(self, names, seconds):
        """The fastest of these tests, for so many seconds in all; at least one."""
        chosen = []  # type: list[str]
        gone = 0.0
        for name in sorted(names, key=self._seconds.__getitem__)[:MOST_RECORDED]:
            gone += self._seconds[name]
            if chosen and gone > seconds:
                break
            chosen.append(name)
        return chosen

    def _is_confined(self):
        """Give up writing anywhere but in the temporary directory, and connecting; False where that cannot be."""
        if not sys.platform.startswith("linux"):
            return False
        spec = importlib.util.spec_from_file_location("agentgate_confine", self._told["confine"])
        if spec is None or spec.loader is None:
            return False
        confine = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(confine)
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(confine.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return confine.restrict(libc, [os.environ["TMPDIR"], "/dev/null"], confine.TCP)

    def _runs(self, name, told):
        """Whether a test runs a line of a function."""
        first, last = told["span"]
        return any(first <= line <= last for line in self._lines[name].get(told["name"], ()))

    def _control(self):
        """Run everything once without a variant, and write down how it went; False where that cannot be told."""

        def work(box):
            found = {}

            def told(name, outcome, seconds, lines):
                found[name] = [outcome, seconds, lines]

            self._run(self._ids, told)
            box.send(found)

        found = in_child(work, self._told["timeout"])
        if not isinstance(found, dict):
            self._report.write("control", found=None, ended=found)
            return False
        self._report.write("control", found=found, ended="")
        self._seconds = {name: one[1] for name, one in found.items() if one[0] == "passed"}
        self._lines = {name: one[2] for name, one in found.items()}
        return True

    def _tests_of(self, variant):
        """The passing tests that run a line of the variant's function: those asked first, then the fastest first."""
        wanted = [name for name in self._seconds if self._runs(name, variant)]
        return sorted(wanted, key=lambda name: (name not in self._first, self._seconds[name]))

    def _is_too_late(self, variant):
        """Whether there is no time for a variant any more."""
        gone, given = time.monotonic() - self._begun, self._told["seconds"]
        enough = variant["kind"] == "mutant" and self._mutants >= LEAST
        return gone > (given if enough else LONGEST * given)

    def _try_out(self, variant):
        wanted = self._tests_of(variant)
        if wanted and self._is_too_late(variant):
            self._report.write("variant", id=variant["id"], ended="untried", killed="", tests=len(wanted))
            return
        self._mutants += variant["kind"] == "mutant" and bool(wanted)
        if not wanted:
            self._report.write("variant", id=variant["id"], ended="untested", killed="", tests=0)
            return

        def work(box):
            try:
                swapped = swap(variant)
            except (ValueError, SyntaxError) as error:
                box.send({"ended": "unswappable", "killed": str(error)[:200]})
                return
            if not swapped:
                box.send({"ended": "unswappable", "killed": "no function of it is alive"})
                return
            killers = []

            def told(name, outcome, seconds, lines):
                if outcome not in ("passed", "skipped", "xfailed", "xpassed"):
                    killers.append(name)
                return bool(killers)

            self._run(wanted, told)
            box.send({"ended": "killed" if killers else "survived", "killed": "".join(killers[:1])})

        expected = sum(self._seconds[name] for name in wanted)
        answer = in_child(work, max(SLOWEST, FACTOR * expected))
        if not isinstance(answer, dict):
            answer = {"ended": answer, "killed": ""}
        self._report.write("variant", id=variant["id"], tests=len(wanted), **answer)


class Ear:
    """A report for a witness in a child: passes each test's outcome on."""

    def __init__(self, told):
        self.told = told
        self.stop = False

    def write(self, kind, **fields):
        """One record of a witness."""
        if kind == "test":
            self.stop = bool(self.told(fields["id"], fields["outcome"], fields["seconds"])) or self.stop


class PytestLaboratory:
    """A plugin that takes the place of pytest's own loop over the tests."""

    def __init__(self, told, report, plugin, lines):
        self._told = told
        self._report = report
        self._plugin = plugin
        self._lines = lines

    def attach(self, pytest):
        """This plugin, with its hook in pytest's form."""

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(session):
            items = {item.nodeid: item for item in session.items}
            Laboratory(functools.partial(self._run, items), items, self._told, self._report).work()
            return True

        self.pytest_runtestloop = pytest_runtestloop
        return self

    def _run(self, items, ids, told):
        chosen = [items[name] for name in ids]
        self._lines.install()
        ear = Ear(lambda name, outcome, seconds: told(name, outcome, seconds, self._lines.stop()))
        self._plugin._report = ear
        for item, following in zip(chosen, [*chosen[1:], None]):
            self._lines.start()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if ear.stop:
                return


def try_pytest(told, report):
    """Try variants under pytest in this process; its exit status."""
    import pytest

    plugin = under_pytest.witness_calls(under_pytest.PytestWitness(report, told["root"], notes.Notes({})), pytest)
    laboratory = PytestLaboratory(told, report, plugin, tracing.Lines(told["files"])).attach(pytest)
    sys.path[:0] = [told["root"], *told["roots"]]
    return int(pytest.main(told["arguments"], plugins=[plugin, laboratory]))


def try_unittest(told, report):
    """Try variants under unittest in this process."""
    lines = tracing.Lines(told["files"])
    tests = {test.id(): test for test in under_unittest.flat(under_unittest.discovered(told))}

    def run(ids, on_test):
        lines.install()

        ear = Ear(lambda name, outcome, seconds: on_test(name, outcome, seconds, lines.stop()))
        result = under_unittest.UnittestWitness(ear, notes.Notes({}))
        for name in ids:
            lines.start()
            unittest.TestSuite([tests[name]]).run(result)
            if ear.stop:
                return

    Laboratory(run, tests, told, report).work()
    return 0


def main():
    """Read the instructions, prepare the imports, try."""
    told, report = notes.prepared()
    status = (try_pytest if told["runner"] == "pytest" else try_unittest)(told, report)
    report.write("end", status=status, origins=notes.origins(told["modules"], told["roots"]), unfinished=[])
    sys.stdout.flush()
    sys.exit(0)


if __name__ == "__main__":
    main()
