"""What travels into the project's interpreter: runs its tests and writes down how each one ended.

Started by file path, as `python witness.py`, with its instructions as JSON on standard input (so that neither the
command line nor the environment tells the tests where the report is). Python 3.9 and later, standard library only; it
imports nothing of ours. The runner comes from the environment, never from the tree under test; the project's own
modules come from the tree, whatever an editable install says (a finder stands before all others).

The report is one JSON record a line, flushed as it comes, opened before any code of the project runs, and ended by a
record that a run which died does not have.
"""

import contextlib
import functools
import importlib.machinery
import inspect
import json
import os
import re
import signal
import sys
import time
import traceback
import unittest

import tracing

del sys.modules["tracing"]  # the project may have a module of that name

#: Exceptions by which a test says something else than "failed".
NO_FAILURE = ("Skipped", "XFailed", "Exit", "SkipTest")
DETAIL = 4000  # characters of a traceback that are kept, from its end


class Report:
    """The open report."""

    def __init__(self, path, nonce):
        self._file = open(path, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115 - open to the end
        self._nonce = nonce

    def write(self, kind, **fields):
        """One record."""
        self._file.write(json.dumps({"nonce": self._nonce, "kind": kind, **fields}) + "\n")
        self._file.flush()


class AgentGateTimeout(BaseException):
    """A single test took longer than it may; the others go on."""


class Notes:
    """What a test did besides ending: the lines of the traced files that it ran, and its doings; and its time."""

    def __init__(self, files, each=0):
        """`each`: seconds that one test may take, 0 for no limit."""
        self._each = each
        self._lines = tracing.Lines(files)
        self._doings = tracing.Doings(files)
        self._on = bool(files)
        self._lines.install()

    def start(self):
        """A test begins."""
        if self._each:
            signal.signal(signal.SIGALRM, self._late)
            signal.setitimer(signal.ITIMER_REAL, self._each)
        if self._on:
            self._lines.start()
            self._doings.start()

    def stop(self):
        """What it did, as fields of its record; {} where nothing is traced."""
        if self._each:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if not self._on:
            return {}
        return {"doings": self._doings.stop(), "lines": self._lines.stop()}

    def _late(self, number, frame):
        raise AgentGateTimeout(f"the test took more than {self._each} s")


class Finder:
    """Finds the project's own top-level modules in the tree under test."""

    def __init__(self, modules, roots):
        self._modules = frozenset(modules)
        self._roots = list(roots)

    def find_spec(self, name, path=None, target=None):
        """As importlib asks it; None for everything that is not the project's."""
        if path is None and name in self._modules:
            return importlib.machinery.PathFinder.find_spec(name, self._roots, target)
        return None


def origins(modules):
    """Where each of the project's modules was imported from, as far as it was."""
    found = {}
    for name in modules:
        module = sys.modules.get(name)
        if module is not None:
            found[name] = getattr(module, "__file__", None) or str(next(iter(getattr(module, "__path__", [])), ""))
    return found


class PytestWitness:
    """A plugin that writes down what pytest reports, and what the test functions really raised."""

    def __init__(self, report, root, notes):
        self._report = report
        self._root = root
        self._notes = notes
        self._raised = {}
        self._phases = {}

    def pytest_collection_finish(self, session):
        """The inventory: every test that is going to run."""
        self._report.write("inventory", ids=[item.nodeid for item in session.items], **self._notes.stop())

    def pytest_runtest_logstart(self, nodeid, location):
        """A test begins."""
        self._notes.start()

    def pytest_collectreport(self, report):
        """A module or class that could not be collected."""
        if report.failed:
            text = str(report.longreprtext if hasattr(report, "longreprtext") else report.longrepr)
            path = report.nodeid.split("::")[0] or str(getattr(report, "fspath", ""))
            self._report.write("collect", path=path, detail=text[-DETAIL:], **crash(text))

    def pytest_runtest_logreport(self, report):
        """One phase of one test."""
        phases = self._phases.setdefault(report.nodeid, {})
        part = "subtest" in type(report).__name__.lower()  # of a test that goes on: its failure is the test's
        raised = self._raised.pop(report.nodeid, None) if report.when == "call" and not part else None
        if phases.get(report.when, {}).get("outcome") != "failed":
            phases[report.when] = phase_of(report, raised)
        if report.when == "teardown":
            self._report.write("test", id=report.nodeid, **decided(phases), **placed(report), **self._notes.stop())
            del self._phases[report.nodeid]

    def unfinished(self):
        """Tests that began and never ended."""
        return sorted(self._phases)


def witness_calls(plugin, pytest):
    """Adds the innermost look at a test call, in the form that this pytest knows: hookwrapper works in 3 to 9."""

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_pyfunc_call(pyfuncitem):
        original = pyfuncitem.obj
        calls = Calls()
        pyfuncitem.obj = calls.watching(original)
        result = yield
        pyfuncitem.obj = original
        error = result.excinfo
        raised = calls.raised or (
            error[0].__name__ if error is not None and error[0].__name__ not in NO_FAILURE else ""
        )
        if not calls.number and error is None:
            raised = "nothing, for it was never called"
        if raised:
            plugin._raised[pyfuncitem.nodeid] = raised

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_runtest_call(item):
        yield
        collected = getattr(item, "_excinfo", None)  # what a unittest.TestCase told pytest
        if collected and collected[-1].type.__name__ not in NO_FAILURE:
            plugin._raised.setdefault(item.nodeid, collected[-1].type.__name__)

    plugin.pytest_pyfunc_call = pytest_pyfunc_call
    plugin.pytest_runtest_call = pytest_runtest_call
    return plugin


class Calls:
    """How often a test function was called, and what its last call raised."""

    def __init__(self):
        self.number = 0
        self.raised = ""

    @contextlib.contextmanager
    def _one(self):
        self.number += 1
        self.raised = ""
        try:
            yield
        except BaseException as error:
            if type(error).__name__ not in NO_FAILURE:
                self.raised = type(error).__name__
            raise

    def watching(self, function):
        """The function, watched from as near as possible: no hook stands between."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def watched(*args, **kwargs):
                with self._one():
                    return await function(*args, **kwargs)

        elif inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            self.number += 1  # frameworks that run these (tornado) look at what they are
            return function
        else:

            @functools.wraps(function)
            def watched(*args, **kwargs):
                with self._one():
                    return function(*args, **kwargs)

        return watched


def phase_of(report, raised):
    """Outcome, seconds, and for a failure its text and signature."""
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xfailed" if report.skipped else "xpassed"
    told = {"outcome": outcome, "seconds": getattr(report, "duration", 0.0), "detail": ""}
    if outcome == "passed" and raised:
        told.update(
            outcome="failed", detail="reported as passed, though it raised " + raised, exception="forged outcome"
        )
    elif outcome in ("failed", "skipped"):
        text = report.longreprtext if report.outcome == "failed" else str(report.longrepr)
        told["detail"] = text[-DETAIL:]
    if outcome == "failed":
        told.update(crash(told["detail"], getattr(report.longrepr, "reprcrash", None)))
    return told


def decided(phases):
    """One outcome of the phases: what failed first, else what the call said, else what set-up said."""
    for when, name in (("setup", "error"), ("call", "failed"), ("teardown", "error")):
        told = phases.get(when)
        if told and told["outcome"] == "failed":
            return {"phase": when, **told, "outcome": name, "seconds": total(phases)}
    told = phases.get("call") or phases.get("setup") or {"outcome": "error", "detail": "no phase was reported"}
    return {"phase": "call" if "call" in phases else "setup", **told, "seconds": total(phases)}


def total(phases):
    """Seconds of all phases."""
    return round(sum(told.get("seconds", 0.0) for told in phases.values()), 6)


def placed(report):
    """File and line (from 1) of a test."""
    path, line = report.location[0], report.location[1]
    return {"path": path, "line": (line or 0) + 1}


EXCEPTION = re.compile(
    r"^E?\s*((?:\w+\.)*\w*(?:Error|Exception|Failed|Exit|Warning|Interrupt|Timeout)\w*)\b", re.MULTILINE
)
MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


def crash(text, place=None):
    """What compares between two runs: the exception's type and the file where it came up."""
    lines = [line for line in text.splitlines() if line.startswith("E ")] or text.splitlines()[-3:]
    match = EXCEPTION.search(place.message if place is not None else "\n".join(lines))
    missing = MISSING.search(text)
    exception = match.group(1).rpartition(".")[2] if match else "AssertionError"
    where = os.path.basename(str(place.path)) if place is not None else ""
    return {"exception": exception, "where": where, "missing": missing.group(1) if missing else ""}


def run_pytest(told, report):
    """Run pytest in this process; its exit status."""
    import pytest

    plugin = witness_calls(
        PytestWitness(report, told["root"], Notes(told.get("files", {}), told.get("each", 0))), pytest
    )
    sys.path[:0] = [told["root"], *told["roots"]]
    report.write("start", version=pytest.__version__, python=sys.version.split()[0])
    status = int(pytest.main(told["arguments"], plugins=[plugin]))
    report.write("end", status=status, origins=origins(told["modules"]), unfinished=plugin.unfinished())
    return status


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
    report.write("end", status=status, origins=origins(told["modules"]), unfinished=[])
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


def prepared():
    """The instructions from standard input and the open report; the imports are those of the tree under test."""
    told = json.load(sys.stdin)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    del sys.path[0]  # this file's directory
    report = Report(told["report"], told["nonce"])
    sys.meta_path.insert(0, Finder(told["modules"], told["roots"]))
    sys.argv = [told["runner"]]
    return told, report


def main():
    """Read the instructions, prepare the imports, run."""
    told, report = prepared()
    status = (run_pytest if told["runner"] == "pytest" else run_unittest)(told, report)
    sys.stdout.flush()
    sys.exit(status)


if __name__ == "__main__":
    main()
