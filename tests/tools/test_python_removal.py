"""What is removed: by itself, or with something that it meant to what is left."""

from __future__ import annotations

import pytest

from agentgate.tools.python_effect import Effect, effect

PLAIN = "def f(x):\n    return x + 1\n"
KEPT = "def kept():\n    return 1\n\n\n"


REMOVED: dict[str, tuple[str, str | None]] = {
    "a function": (KEPT + PLAIN, KEPT),
    "an unused import": ("import os\n" + PLAIN, PLAIN),
    "an import with its only user": ("import json\n" + KEPT + "def g():\n    return json.dumps(1)\n", KEPT),
    "one name of an import": ("from a import b, c\nb()\n", "from a import b\nb()\n"),
    "an import that only annotations use now": (
        "from a import B\ndef f(x: B): pass\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\ndef f(x: B): pass\n",
    ),
    "a class": (KEPT + "class A(B):\n    x = 1\n", KEPT),
    "a method of a class without bases": (
        "class A:\n    def f(self): pass\n    def g(self): pass\n",
        "class A:\n    def f(self): pass\n",
    ),
    "the last method": ("class A:\n    def f(self): pass\n", "class A:\n    pass\n"),
    "a function with its entry in __all__": ("__all__ = ['f', 'kept']\n" + KEPT + PLAIN, "__all__ = ['kept']\n" + KEPT),
    "a module's __getattr__": (KEPT + "def __getattr__(name): raise AttributeError(name)\n", KEPT),
    "a whole file": ("X = 1\n" + PLAIN, None),
    "a function, and annotations come": (KEPT + PLAIN, KEPT.replace("()", "() -> int")),
}

OUT_OF_PLACE: dict[str, tuple[str, str | None]] = {
    "a function that is still called": (KEPT + PLAIN + "f(1)\n", KEPT + "f(1)\n"),
    "a later definition of the same name": (PLAIN + KEPT + PLAIN.replace("1", "2"), PLAIN + KEPT),
    "an earlier one under a condition": ("if a:\n    def f(x): return 1\n" + PLAIN, "if a:\n    def f(x): return 1\n"),
    "one that shadowed a builtin": ("def print(x): log(x)\n" + KEPT + "print(1)\n", KEPT + "print(1)\n"),
    "one that is only for the checker now": (
        PLAIN + KEPT,
        "import typing\nif typing.TYPE_CHECKING:\n    def f(x): return 1\n" + KEPT,
    ),
    "one that is only an overload now": (
        PLAIN + KEPT,
        "from typing import overload\n@overload\ndef f(x): return 1\n" + KEPT,
    ),
    "one that is registered": ("@app.route('/')\n" + PLAIN + KEPT, KEPT),
    "one that is looked up by name": (
        PLAIN + "def run(n): return globals()[n]()\n",
        "def run(n): return globals()[n]()\n",
    ),
    "an overriding method": ("class A(B):\n    def f(self): pass\n    x = 1\n", "class A(B):\n    x = 1\n"),
    "a method of a mixin": (
        "class M:\n    def f(self): pass\n    x = 1\nclass A(M, B): pass\n",
        "class M:\n    x = 1\nclass A(M, B): pass\n",
    ),
    "a special method": ("class A:\n    def __eq__(self, o): return True\n    x = 1\n", "class A:\n    x = 1\n"),
    "a setter": (
        "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v): pass\n",
        "class A:\n    @property\n    def f(self): pass\n",
    ),
    "a method that getattr finds": (
        "class A:\n    def do_x(self): pass\n    def run(self, n): getattr(self, 'do_' + n)()\n",
        "class A:\n    def run(self, n): getattr(self, 'do_' + n)()\n",
    ),
    "an attribute of a class": ("class A:\n    x = 1\n    y = 2\n", "class A:\n    x = 1\n"),
    "an entry of __all__ whose function stays": (
        "__all__ = ['f', 'kept']\n" + KEPT + PLAIN,
        "__all__ = ['kept']\n" + KEPT + PLAIN,
    ),
    "a function whose entry in __all__ stays": (
        "__all__ = ['f', 'kept']\n" + KEPT + PLAIN,
        "__all__ = ['f', 'kept']\n" + KEPT,
    ),
    "a setting": ("DEBUG = False\n" + PLAIN, PLAIN),
    "a whole file that registers": ("register(1)\n" + PLAIN, None),
    "definitions that change places": ("class A: x = 1\nclass B: x = 2\n", "class B: x = 2\nclass A: x = 1\n"),
}


@pytest.mark.parametrize(("base", "head"), REMOVED.values(), ids=REMOVED)
def test_what_nothing_left_could_mean_is_a_deletion(base: str, head: str | None) -> None:
    assert effect(base, head) is Effect.DELETION


@pytest.mark.parametrize(("base", "head"), OUT_OF_PLACE.values(), ids=OUT_OF_PLACE)
def test_a_removal_that_something_left_could_notice_is_behaviour(base: str, head: str | None) -> None:
    assert effect(base, head) is Effect.BEHAVIOUR
