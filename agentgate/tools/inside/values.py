"""What travels into the project's interpreter to compare values that base's and head's version of a module make.

Base's module is executed in a namespace of its own, in a process that has given up writing and connecting (see
`differing`). Texts are left out: most are for people. Python 3.9 and later, standard library only.
"""

import os
import sys

import differing


def loaded(path):
    """The module of a file, None where it is not imported."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.realpath(file) == path:
            return module
    return None


def compared(told):
    """The first value that differs, as {"name", "before", "now"}, None for none that can be told."""
    head = loaded(told["path"])
    if head is None:
        return None
    names = ("__name__", "__package__", "__file__", "__spec__", "__path__")
    space = {name: getattr(head, name) for name in names if hasattr(head, name)}
    try:
        exec(compile(told["base"], told["path"], "exec", dont_inherit=True), space)  # noqa: S102 - confined by now
    except BaseException:
        return None  # it needs what head has no more
    for name in told["names"]:
        before, now = within(space, name), within(vars(head), name)
        if telling(before) and telling(now) and (type(before) is not type(now) or before != now):
            return {"name": name, "before": differing.told(before), "now": differing.told(now)}
    return None


def within(space, name):
    """The value of a dotted name in a namespace; a value that tells nothing where it is not there."""
    first, _, rest = name.partition(".")
    value = space.get(first, object())
    for part in rest.split(".") if rest else ():
        value = getattr(value, part, object())
    return value


def telling(value):
    """Whether a difference of this value is one of behaviour: plain data, and more than a text."""
    return differing.comparable(value) and not isinstance(value, (str, bytes))
