"""What the travelling programs share: their instructions, the open report, the imports, what is noted of each test."""

import contextlib
import functools
import importlib.machinery
import json
import os
import re
import signal
import sys

import tracing

#: Exceptions by which a test says something else than "failed".
NO_FAILURE = ("Skipped", "XFailed", "Exit", "SkipTest")
DETAIL = 4000  # characters of a traceback that are kept, from its end
MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
#: The travelling modules, by the bare names under which they import one another.
SIBLINGS = ("notes", "tracing", "differing", "forks", "swapping", "under_pytest", "under_unittest", "values")


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
        for finder in sys.meta_path if self._on else ():
            if isinstance(finder, Finder):
                finder.around = self._lines.while_importing

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
        return {"doings": self._doings.stop(), "lines": self._lines.stop(), "jumps": self._lines.jumps()}

    def _late(self, number, frame):
        raise AgentGateTimeout(f"the test took more than {self._each} s")


class Finder:
    """Finds the project's own modules in the tree under test, whatever an editable install's finder says of them."""

    def __init__(self, modules, roots):
        self._modules = frozenset(modules)
        self._roots = list(roots)
        self.around = None  # a context manager in which the project's modules are executed

    def find_spec(self, name, path=None, target=None):
        """As importlib asks it; None for everything that is not the project's."""
        if name.partition(".")[0] not in self._modules:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, self._roots if path is None else path, target)
        loader = getattr(spec, "loader", None)
        if self.around is not None and loader is not None and hasattr(loader, "exec_module"):
            loader.exec_module = functools.partial(self._executed, loader.exec_module)
        return spec

    def _executed(self, execute, module):
        around = self.around or contextlib.nullcontext
        with around():
            execute(module)


def origins(modules, roots):
    """Where each of the project's modules was imported from; of those within them, Python files from elsewhere."""
    found = {}
    for name, module in list(sys.modules.items()):
        top, _, within = name.partition(".")
        if top not in modules or module is None:
            continue
        file = getattr(module, "__file__", None) or str(next(iter(getattr(module, "__path__", [])), ""))
        here = any(os.path.realpath(file).startswith(os.path.realpath(root) + os.sep) for root in roots)
        if not within or (file.endswith(".py") and not here):
            found[name] = file
    return found


def prepared():
    """The instructions from standard input and the open report; the imports are those of the tree under test."""
    told = json.load(sys.stdin)
    for name in SIBLINGS:  # the project may have modules of these names
        sys.modules.pop(name, None)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    del sys.path[0]  # this file's directory
    report = Report(told["report"], told["nonce"])
    sys.meta_path.insert(0, Finder(told["modules"], told["roots"]))
    sys.argv = [told["runner"]]
    return told, report
