"""What travels into the project's interpreter to call base's and head's version of a function with the same arguments.

The arguments are those with which the tests call it, and slight variations of them. Where one version answers otherwise
than the other, the change is no refactoring, whatever the existing tests say. Variations may do harm (a path that is
another path), so it runs only where the kernel lets the process give up writing and connecting first (Landlock, see
`confine`). Python 3.9 and later, standard library only.
"""

import contextlib
import copy
import itertools
import signal
import sys
import types

MOST_CALLS = 20  # recorded of one function
MOST_VARIATIONS = 150  # tried of one function
PLAIN = (type(None), bool, int, float, str, bytes)
MOST_SLOW = 3  # calls of one function that may take too long
SECONDS = 0.5  # for one call


class Slow(BaseException):
    """A call took too long."""


class Recorder:
    """Copies the arguments of calls of certain functions, as a profile function."""

    def __init__(self, wanted):
        """`wanted`: {(file name, function name, first line)}."""
        self._wanted = frozenset(wanted)
        self.calls = {}  # type: dict[tuple[str, str, int], list[dict[str, object]]]

    def __call__(self, frame, event, argument):
        """As sys.setprofile calls it."""
        if event != "call":
            return
        code = frame.f_code
        key = (code.co_filename, code.co_name, code.co_firstlineno)
        if key not in self._wanted:
            return
        calls = self.calls.setdefault(key, [])
        if len(calls) < MOST_CALLS and not code.co_flags & 0x0C:  # no *args, **kwargs
            with contextlib.suppress(Exception):
                names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
                calls.append(copy.deepcopy({name: frame.f_locals[name] for name in names}))


def variations(arguments):
    """Argument sets that differ a little from these: one value at a time, of the same type."""
    yield arguments
    for name, value in arguments.items():
        if name not in ("self", "cls"):
            for other in near(value):
                yield {**arguments, name: other}


def near(value, depth=0):
    """Values of the same type near this one."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, 0, -value, value * 2 + 1, value // 2, value * 10 - 1)
    elif isinstance(value, float):
        yield from (value + 0.5, -value, 0.0, value * 3, value / 7, value // 1)
    elif isinstance(value, str):
        yield from (
            "",
            value + "x",
            value[1:],
            value[:-1],
            " " + value,
            value.upper(),
            value[::-1],
            value + value,
            value + "-1",
        )
    elif isinstance(value, bytes):
        yield from (b"", value + b"x", value[1:], value[::-1])
    elif type(value) in (list, tuple) and depth < 2:
        yield from (value[:0], value[::-1], value[1:], value + value)
        for position, item in itertools.islice(enumerate(value), 3):
            for other in itertools.islice(near(item, depth + 1), 3):
                yield type(value)([*value[:position], other, *value[position + 1 :]])
    elif type(value) is dict and depth < 2:
        yield {}
        for key in itertools.islice(value, 3):
            yield {k: v for k, v in value.items() if k != key}
            for other in itertools.islice(near(value[key], depth + 1), 3):
                yield {**value, key: other}


def answer(function, arguments):
    """What it answers: ("returned", value) or ("raised", type name); iterators are read out. Raises Slow."""

    def late(number, frame):
        raise Slow

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        value = function(**copy.deepcopy(arguments))
        if isinstance(value, types.GeneratorType) or (hasattr(value, "__next__") and hasattr(value, "__iter__")):
            value = list(itertools.islice(value, 200))
    except Exception as error:
        return "raised", type(error).__name__
    else:
        return "returned", value
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def same(one, other):
    """Whether two answers are the same; what cannot be compared counts as the same."""
    if one[0] != other[0]:
        return False
    if one[0] == "raised":
        return True  # which exception is a matter of taste: only whether there is one
    if not comparable(one[1]) or not comparable(other[1]):
        return type(one[1]) is type(other[1])
    try:
        return type(one[1]) is type(other[1]) and (bool(one[1] == other[1]) or repr(one[1]) == repr(other[1]))
    except Exception:
        return True


def comparable(value, depth=0):
    """Whether equality of a value says something: plain data all the way down."""
    if isinstance(value, PLAIN):
        return True
    if type(value) in (list, tuple, set, frozenset) and depth < 4:
        return all(comparable(item, depth + 1) for item in itertools.islice(value, 50))
    if type(value) is dict and depth < 4:
        return all(comparable(item, depth + 1) for pair in itertools.islice(value.items(), 50) for item in pair)
    return False


def counterpart(function, code):
    """A function with base's code in head's place, or None where they cannot stand for one another."""
    mine = function.__code__
    parameters = slice(0, mine.co_argcount + mine.co_kwonlyargcount)
    same_shape = (
        mine.co_freevars == code.co_freevars
        and mine.co_varnames[parameters] == code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    )
    if not same_shape or code.co_flags & 0x280:  # coroutines and asynchronous generators
        return None
    other = types.FunctionType(
        code, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    other.__kwdefaults__ = function.__kwdefaults__
    return other


def first_difference(head, base, calls):
    """(arguments, base's answer, head's answer) of the first that differ, twice, or None; and how many were tried."""
    tried = slow = 0
    seen = set()
    for arguments in itertools.chain.from_iterable(zip(*(variations_of(call) for call in calls))) if calls else ():
        key = repr(arguments)
        if key in seen:
            continue
        seen.add(key)
        if tried >= MOST_VARIATIONS:
            break
        try:
            before, now = answer(base, arguments), answer(head, arguments)
        except (Slow, RecursionError, MemoryError):
            slow += 1
            if slow > MOST_SLOW:
                break
            continue
        if before[0] == "raised" and before[1] in ("NameError", "UnboundLocalError"):
            return None, 0  # base's code needs what head has no more: they cannot be compared
        tried += 1
        if not same(before, now) and same(before, answer(base, arguments)) and same(now, answer(head, arguments)):
            return (arguments, before, now), tried
    return None, tried


def variations_of(call):
    """All variations of one call, as a list padded by its own start so that several can be read in turn."""
    found = list(itertools.islice(variations(call), 60))
    return found + [call] * (60 - len(found))


def told(value):
    """A value as people read it, short."""
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def shown(name, difference):
    """A difference in words: the call, and both answers."""
    arguments, before, now = difference
    parts = [told(value) if key not in ("self", "cls") else key for key, value in arguments.items()]
    answers = [f"{said} {told(value) if said == 'returned' else value}" for said, value in (before, now)]
    return {"call": f"{name}({', '.join(parts)})", "before": answers[0], "now": answers[1]}


def quiet():
    """Nothing that a varied call prints is of interest."""
    return contextlib.redirect_stdout(sys.stderr)
