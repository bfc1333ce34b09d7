"""Puts other code objects in the place of loaded ones, and finds base's version of a function."""

import functools
import gc
import os
import types

import differing


def codes_of(code):
    """Every code object within a module's, by (name, first line)."""
    found = {}  # type: dict[tuple[str, int], types.CodeType]
    waiting = [code]
    while waiting:
        one = waiting.pop()
        for constant in one.co_consts:
            if isinstance(constant, types.CodeType):
                found.setdefault((constant.co_name, constant.co_firstlineno), constant)
                waiting.append(constant)
    return found


def loaded_functions(filename):
    """The function objects of a file that are alive, by (name, first line)."""
    found = {}  # type: dict[tuple[str, int], list[types.FunctionType]]
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and same_file(thing.__code__.co_filename, filename):
            found.setdefault((thing.__code__.co_name, thing.__code__.co_firstlineno), []).append(thing)
    return found


@functools.cache
def same_file(one, other):
    """Whether two names are the same file."""
    return os.path.realpath(one) == other


def swap(variant):
    """Put a variant's code in the place of the loaded one; how many functions were given new code.

    Raises ValueError where a function's free variables differ, SyntaxError where the variant does not compile.
    """
    new = codes_of(compile(variant["text"], variant["path"], "exec", dont_inherit=True))
    alive = loaded_functions(variant["path"])
    swapped = 0
    for name, first in map(tuple, variant["chain"]):
        code = new.get((name, first))
        for function in alive.get((name, first), ()):
            if code is not None:
                function.__code__ = code
                swapped += 1
    for thing in gc.get_objects():
        if type(thing) is functools._lru_cache_wrapper:
            thing.cache_clear()
    return swapped


class Pair:
    """One function in base's version and head's."""

    def __init__(self, told):
        self.told = told
        functions = loaded_functions(told["path"]).get((told["function"], told["first"]), [])
        base = codes_of(compile(told["base"], told["path"], "exec", dont_inherit=True))
        code = base.get((told["function"], told["base_first"]))
        self._head = functions[0] if len(functions) == 1 else None
        self._base = differing.counterpart(self._head, code) if self._head is not None and code is not None else None
        self.usable = self._base is not None
        mine = functions[0].__code__ if functions else None
        self.key = (mine.co_filename, mine.co_name, mine.co_firstlineno) if mine else ("", "", 0)  # as profilers see it

    def compared(self, calls):
        """What the two versions answer; of arguments that cannot be copied, varied or shown, nothing is said."""
        try:
            difference, tried = differing.first_difference(self._head, self._base, calls)
            shown = differing.shown(self.told["symbol"], difference) if difference else None
        except Exception:
            shown, tried = None, 0
        return {"id": self.told["id"], "tried": tried, "difference": shown}
