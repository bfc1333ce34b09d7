"""Runs unittest suites and writes down how each test ended."""

import os
import sys
import time
import traceback
import unittest

from notes import DETAIL, MISSING, Notes, origins


class UnittestWitness(unittest.TestResult):
    """A result that writes down each test."""

    def __init__(self, report, notes):
        super().__init__()
        self._report = report
        self._notes = notes
        self._told = {}
        self._started = 0.0

    def startTest(self, test):
        """A test begins."""
        super().startTest(test)
        self._notes.start()
        self._started = time.perf_counter()
        self._told = {"outcome": "passed", "phase": "call", "detail": ""}

    def stopTest(self, test):
        """A test has ended."""
        super().stopTest(test)
        self._write(test)

    def _write(self, test):
        if type(test).__name__ == "_FailedTest":
            told = {key: self._told.get(key, "") for key in ("detail", "exception", "missing")}
            name = test.id().rpartition("_FailedTest.")[2]
            self._report.write("collect", path=name.replace(".", "/") + ".py", where="", **told)
            return
        module = sys.modules.get(type(test).__module__)
        method = getattr(type(test), getattr(test, "_testMethodName", ""), None)
        line = getattr(getattr(method, "__code__", None), "co_firstlineno", 0)
        path = getattr(module, "__file__", "") or ""
        seconds = time.perf_counter() - self._started
        placed = {"path": path, "line": line, **self._notes.stop()}
        self._report.write("test", id=test.id(), seconds=seconds, **placed, **self._told)

    def _failed(self, outcome, error):
        text = "".join(traceback.format_exception(*error))
        last = error[2]
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        where = os.path.basename(last.tb_frame.f_code.co_filename) if last is not None else ""
        missing = MISSING.search(text)
        self._told = {
            "outcome": outcome,
            "phase": "call",
            "detail": text[-DETAIL:],
            "exception": error[0].__name__,
            "where": where,
            "missing": missing.group(1) if missing else "",
        }

    def addFailure(self, test, err):
        """An assertion failed."""
        super().addFailure(test, err)
        self._failed("failed", err)

    def addError(self, test, err):
        """Something else was raised; outside a test (set-up of a class or module) it is written at once."""
        super().addError(test, err)
        self._failed("failed" if isinstance(test, unittest.TestCase) else "error", err)
        if not isinstance(test, unittest.TestCase):
            self._report.write("test", id=test.id(), seconds=0.0, path="", line=0, **self._told)

    def addSubTest(self, test, subtest, err):
        """A part of a test failed: the test failed."""
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failed("failed", err)

    def addSkip(self, test, reason):
        """A test was skipped; outside a test it is a whole class or module."""
        super().addSkip(test, reason)
        skipped = {"outcome": "skipped", "phase": "call", "detail": reason}
        if not isinstance(test, unittest.TestCase):
            self._report.write("test", id=test.id(), seconds=0.0, path="", line=0, **skipped)
        elif type(test).__name__ != "_SubTest":  # a part that is skipped says nothing of the whole
            self._told = skipped

    def addExpectedFailure(self, test, err):
        """Failed as expected."""
        super().addExpectedFailure(test, err)
        self._told = {"outcome": "xfailed", "phase": "call", "detail": ""}

    def addUnexpectedSuccess(self, test):
        """Passed against expectation."""
        super().addUnexpectedSuccess(test)
        self._told = {
            "outcome": "failed",
            "phase": "call",
            "detail": "unexpected success",
            "exception": "XPASS",
            "where": "",
        }


def run_unittest(told, report):
    """Discover and run unittest suites in this process; the exit status that `python -m unittest` would have."""
    report.write("start", version=sys.version.split()[0], python=sys.version.split()[0])
    notes = Notes(told.get("files", {}), told.get("each", 0))
    suite = discovered(told)
    ids = [test.id() for test in flat(suite) if type(test).__name__ != "_FailedTest"]
    report.write("inventory", ids=ids, **notes.stop())
    result = UnittestWitness(report, notes)
    suite.run(result)
    status = 0 if result.wasSuccessful() else 1
    if not result.testsRun and not result.skipped and status == 0:
        status = 5
    report.write("end", status=status, origins=origins(told["modules"], told["roots"]), unfinished=[])
    return status


def discovered(told):
    """The suite of the names that are told, else of all that unittest discovers."""
    sys.path[:0] = [told["root"], *told["roots"]]
    loader = unittest.TestLoader()
    suite = unittest.TestSuite()
    if told["names"]:
        suite.addTests(loader.loadTestsFromName(name) for name in told["names"])
    else:
        for start, top in told["starts"]:
            suite.addTests(loader.discover(start, pattern="test*.py", top_level_dir=top))
    return suite


def flat(suite):
    """The tests of a suite."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test
