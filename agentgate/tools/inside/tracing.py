"""What travels into the project's interpreter to see which lines each test runs; only the files asked for are traced.

Tracing few files costs about a quarter of a suite's time, coverage contexts over all of them twice its time
(shared/reference/tests.md, 4.3). Python 3.9 and later, standard library only.
"""

import contextlib
import dis
import functools
import os
import sys
import threading

#: How a function without a return statement ends, by version: RETURN_CONST to 3.13, then LOAD_CONST and RETURN_VALUE.
ENDINGS = frozenset(dis.opmap[name] for name in ("RETURN_CONST", "LOAD_CONST") if name in dis.opmap)


@functools.cache
def line_at(code, offset):
    """The line of an instruction, 0 for none."""
    return next((line or 0 for first, last, line in code.co_lines() if first <= offset < last), 0)


class Lines:
    """Collects, between `start` and `stop`, the lines of `files` that run, in every thread of this process."""

    def __init__(self, files):
        """`files`: real path -> [the name that is reported for it, the (first, last) lines of what is of interest]."""
        self._files = dict(files)
        self._known = {}  # id of a code object -> (the object, so that the id stays its own; the name to report)
        self._seen = set()  # (name, line)
        self._jumped = set()  # (name, line, the line that came next, 0 for none); not where that is the next line
        self._trace = None
        self._looks = False

    def install(self):
        """Begin to look; call again after code that takes tracing over."""
        if not self._files:
            return
        if hasattr(sys, "monitoring"):
            self._monitor(sys.monitoring)
        elif self._trace is None:
            self._trace = self._tracer()

    def start(self):
        """Forget what was seen, and look."""
        self._seen.clear()
        self._jumped.clear()
        self._look(self._trace)

    def _look(self, trace):
        self._looks = trace is not None
        if self._trace is not None:
            threading.settrace(trace)
            sys.settrace(trace)

    @contextlib.contextmanager
    def while_importing(self):
        """Look while a module is executed, too: before the first test, that runs at import."""
        if self._looks:
            yield
            return
        self._look(self._trace)
        try:
            yield
        finally:
            self._look(None)

    def stop(self):
        """What was seen since `start`: name -> sorted lines."""
        self._look(None)
        found = {}  # type: dict[str, list[int]]
        for name, line in self._seen:
            found.setdefault(name, []).append(line)
        return {name: sorted(lines) for name, lines in found.items()}

    def jumps(self):
        """Where it went on but at the next line: name -> sorted [line, line run next, 0 for a function's end]."""
        found = {}  # type: dict[str, list[list[int]]]
        for name, line, following in self._jumped:
            found.setdefault(name, []).append([line, following])
        return {name: sorted(pairs) for name, pairs in found.items()}

    def _name(self, code):
        """The name to report for a code object, "" where it is of no interest."""
        known = self._known.get(id(code))
        if known is None:
            name, spans = self._files.get(os.path.realpath(code.co_filename), ("", ()))
            inside = any(first <= code.co_firstlineno <= last for first, last in spans)
            known = self._known[id(code)] = (code, name if inside else "")
        return known[1]

    def _tracer(self):
        """The trace function: called for every call of anything, so the way out for foreign code is the shortest."""
        filenames = frozenset(self._files)  # real paths, as the finder gives them to modules
        add, name_of, jump = self._seen.add, self._name, self._jumped.add

        def called(frame, event, argument):
            if frame.f_globals.get("__file__") not in filenames:  # to ask for f_code is an audit event, which costs
                return None
            name = name_of(frame.f_code)
            if not name:
                return None
            add((name, frame.f_lineno))
            last = 0

            def ran(frame, event, argument):
                nonlocal last
                if event == "line":
                    line = frame.f_lineno
                    add((name, line))
                    if line != last + 1:
                        jump((name, last, line))
                    last = line
                elif event == "exception":
                    last = 0  # the condition has not been false: it raised
                elif event == "return":
                    jump((name, last, 0))
                return ran

            return ran

        return called

    def _monitor(self, monitoring):
        tool = next((number for number in (3, 4, 2) if monitoring.get_tool(number) is None), None)
        if tool is None:
            return
        monitoring.use_tool_id(tool, "agentgate")
        events = monitoring.events

        def entered(code, offset):
            if self._name(code):
                monitoring.set_local_events(tool, code, events.LINE | branching)
                self._seen.add((self._name(code), code.co_firstlineno))
            return monitoring.DISABLE

        def ran(code, line):
            self._seen.add((self._name(code), line))

        def branched(code, offset, destination):
            at, to = line_at(code, offset), line_at(code, destination)
            if to == at and code.co_code[destination] in ENDINGS:
                to = 0  # the end of a function has the line of what came before
            if to != at:
                self._jumped.add((self._name(code), at, to))

        branching = 0
        for kind in ("BRANCH_LEFT", "BRANCH_RIGHT") if hasattr(events, "BRANCH_LEFT") else ("BRANCH",):
            branching |= getattr(events, kind)
            monitoring.register_callback(tool, getattr(events, kind), branched)
        monitoring.register_callback(tool, events.PY_START, entered)
        monitoring.register_callback(tool, events.LINE, ran)
        monitoring.set_events(tool, events.PY_START)


def words(arguments):
    """Every text in the arguments of a started program, however deep in lists."""
    for one in arguments:
        if isinstance(one, (str, bytes, os.PathLike)):
            yield os.fsdecode(one)
        elif isinstance(one, (list, tuple)):
            yield from words(one)


class Doings:
    """Notes, between `start` and `stop`, whether the source files were read as text, and whether a program was started.

    A test that reads the source it tests can fail with another text and pass with this one without running any of it.
    """

    _PROGRAMS = ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.system", "os.exec", "pty.spawn")

    def __init__(self, files):
        """`files`: real paths."""
        self._files = frozenset(files)
        self._on = False
        self._seen = set()
        if self._files:
            sys.addaudithook(self._heard)

    def start(self):
        """Begin to note."""
        self._seen.clear()
        self._on = True

    def stop(self):
        """What was noted since `start`: some of "read" and "started"."""
        self._on = False
        return sorted(self._seen)

    def _heard(self, event, arguments):
        if not self._on:
            return
        if event in self._PROGRAMS:
            told = " ".join(words(arguments[:2]))
            if event == "os.fork" or "python" in told or os.path.dirname(sys.executable) in told or not told:
                self._seen.add("started")  # what may import the project; grep and true do not
            elif any(name in told or os.path.basename(name) in told for name in self._files):
                self._seen.add("read")
        elif event == "open" and isinstance(arguments[0], (str, bytes)):
            self._on = False  # looking the path up must not be heard
            name = os.path.realpath(os.fsdecode(arguments[0]))
            if name in self._files and self._by_hand(sys._getframe(1)):
                self._seen.add("read")
            self._on = True

    def _by_hand(self, frame):
        """Whether neither an import nor a traceback reads the file."""
        names = []  # type: list[str]
        while frame is not None and len(names) < 12:
            names.append(os.path.basename(frame.f_code.co_filename))
            frame = frame.f_back
        if any(name.startswith("<frozen importlib") for name in names):
            return False
        return "linecache.py" not in names or "inspect.py" in names
