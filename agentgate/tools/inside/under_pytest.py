"""Runs pytest and writes down what it reports, and what the test functions really raised."""

import contextlib
import functools
import inspect
import os
import re
import sys

from notes import DETAIL, MISSING, NO_FAILURE, Notes, origins


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
    report.write("end", status=status, origins=origins(told["modules"], told["roots"]), unfinished=plugin.unfinished())
    return status
