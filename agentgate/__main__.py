"""The door: answers an unchanged `check` at once, opens the command line for the rest, and catches every error.

The quick way loads neither typer nor rich nor pydantic (tests/test_main.py holds it to that).
"""

from __future__ import annotations

import os
import sys

if sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]  # `python -m agentgate` puts the working tree there: a json.py in the change must not be ours

import contextlib
import signal
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from agentgate import process
from agentgate.cli import answer, choice
from agentgate.errors import CannotJudge
from agentgate.verdict import EXIT_CANNOT_JUDGE, EXIT_INTERRUPTED, EXIT_TERMINATED


class Terminated(BaseException):
    """SIGTERM or SIGHUP came: clean up and go."""


def main() -> NoReturn:
    """The `agentgate` command."""
    status = run(sys.argv[1:])
    process.end_all()  # whatever the end was: no program outlives it
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader went away; Python's own flush at exit would make the status 120
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run the command line `arguments`; the exit status. Every error ends here."""
    if sys.platform == "win32":
        answer.say("agentgate: Windows is not supported; run it in WSL", sys.stderr)
        return EXIT_CANNOT_JUDGE
    try:
        with _signals():
            status = _unchanged(arguments)
            return _command(arguments) if status is None else status
    except CannotJudge as error:
        answer.failure(error, _format(arguments))
        return error.exit_code
    except KeyboardInterrupt:
        answer.say("agentgate: interrupted", sys.stderr)
        return EXIT_INTERRUPTED
    except Terminated:
        return EXIT_TERMINATED
    except Exception as error:
        return _bug(error)


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """End the programs first, then unwind: what they ran in can only be removed when they are gone.

    A signal that was ignored when we were started (nohup) stays so. After one that ended us they are all ignored.
    """
    handled = [n for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is not signal.SIG_IGN]

    def end(number: int, frame: FrameType | None) -> NoReturn:
        del frame
        for each in handled:  # cleaning up is short, and a second Ctrl-C must not cut it off
            signal.signal(each, signal.SIG_IGN)
        process.end_all()
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    before = {number: signal.signal(number, end) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is end:
                signal.signal(number, handler)


def _unchanged(arguments: list[str]) -> int | None:
    """The kept answer to a plain `check` of an unchanged tree, as an exit status; None where there is none."""
    options = _plain_check(arguments)
    if options is None or os.environ.get("CI"):
        return None
    from agentgate.cli import unchanged  # noqa: PLC0415 - git and the store are not needed to print a help text

    verdict = unchanged.kept(options.get("--target"))
    if verdict is None:
        return None
    answer.give(verdict, choice.chosen(options.get("--format", ""), os.environ, sys.stdout), (), os.environ)
    return verdict.exit_code


def _plain_check(arguments: list[str]) -> dict[str, str] | None:
    """The options of a `check` that asks for nothing special, else None."""
    if arguments[:1] != ["check"] or len(arguments) % 2 == 0:
        return None
    options = dict(zip(arguments[1::2], arguments[2::2], strict=True))
    return options if options.keys() <= {"--format", "--target"} else None


def _format(arguments: list[str]) -> str:
    """The format wanted, read leniently: an error must be told even where the option is wrong."""
    for position, argument in enumerate(arguments):
        if argument == "--format":
            return "".join(arguments[position + 1 : position + 2])
        if argument.startswith("--format="):
            return argument.partition("=")[2]
    return os.environ.get("AGENTGATE_FORMAT", "")


def _command(arguments: list[str]) -> int:
    from agentgate.cli import app  # noqa: PLC0415 - typer costs 100 ms, which the quick way does not pay

    try:
        return app.run(arguments)
    except SystemExit:  # click's answer to a reader that went away, with a status that is ours for "refused"
        return EXIT_CANNOT_JUDGE


def _bug(error: Exception) -> int:
    from agentgate.store import Store  # noqa: PLC0415 - only a bug needs it

    log = Store("").log("".join(traceback.format_exception(error)))
    what = str(error)
    answer.say(f"agentgate: a bug in AgentGate: {type(error).__name__}: {what!r}", sys.stderr)
    answer.say(f"  fix: report it with {log}" if log else "  fix: report it", sys.stderr)
    return EXIT_CANNOT_JUDGE


if __name__ == "__main__":
    main()
