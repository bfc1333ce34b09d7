"""Edits and the effect that they must be given; the hostile ones pose as less than they are."""

from __future__ import annotations

import pytest

from agentgate.tools.python_effect import Effect, effect, moved_only

PLAIN = "def f(x):\n    return x + 1\n"
KEPT = "def kept():\n    return 1\n\n\n"


def case(name: str, base: str | None, head: str | None, expected: Effect) -> object:
    return pytest.param(base, head, expected, id=name)


HARMLESS = [
    case("no file on either side", None, None, Effect.NONE),
    case("a comment", PLAIN, "# why\n" + PLAIN, Effect.NONE),
    case("formatting", PLAIN, "def f( x ) :\n  return (x+1)\n", Effect.NONE),
    case("a type comment", "x = []\n", "x = []  # type: list[int]\n", Effect.NONE),
    case("an encoding of a source in ASCII", PLAIN, "# coding: latin-1\n" + PLAIN, Effect.NONE),
    case("a docstring", PLAIN, '"""Says."""\n' + PLAIN, Effect.DOCSTRINGS),
    case("a method's docstring", "class A:\n    def f(self):\n        '''a'''\n        return 1\n",
         "class A:\n    def f(self):\n        '''b'''\n        return 1\n", Effect.DOCSTRINGS),
    case("a string that stands alone", PLAIN, PLAIN + "'alone'\n", Effect.DOCSTRINGS),
    case("a docstring is all there is", "def f(): ...\n", "def f():\n    '''a'''\n    ...\n", Effect.DOCSTRINGS),
    case("a version", '__version__ = "1.0"\n', '__version__ = "1.1.dev0"\n', Effect.VERSION),
    case("a version that is shown", '__version__ = "1.0"\nprint(__version__)\n', '__version__ = "1.1"\nprint(__version__)\n',
         Effect.VERSION),
    case("a version as a tuple", "version_info = (1, 0)\n", "version_info = (1, 1, 'dev')\n", Effect.VERSION),
    case("an annotated version", '__version__: str = "1.0"\n', '__version__: str = "2.0"\n', Effect.VERSION),
    case("an example that doctest runs", 'def f():\n    """>>> f()\n    1"""\n', 'def f():\n    """>>> f()\n    2"""\n',
         Effect.LIVE_DOCSTRINGS),
    case("a docstring that becomes an example", 'def f():\n    """One."""\n', 'def f():\n    """>>> f()\n    2"""\n',
         Effect.LIVE_DOCSTRINGS),
    case("the help text of a command", "@app.command()\ndef f():\n    'a'\n", "@app.command()\ndef f():\n    'b'\n",
         Effect.LIVE_DOCSTRINGS),
]  # fmt: skip

TYPED = [
    case("annotations of a function", PLAIN, "def f(x: int) -> int:\n    return x + 1\n", Effect.TYPING),
    case("of all kinds of parameters", "def f(a, /, b, *c, d=1, **e):\n    pass\n",
         "def f(a: int, /, b: int, *c: int, d: int = 1, **e: int) -> None:\n    pass\n", Effect.TYPING),
    case("of a coroutine", "async def f(x):\n    pass\n", "async def f(x: int) -> None:\n    pass\n", Effect.TYPING),
    case("of a method", "class A(B):\n    def f(self):\n        pass\n", "class A(B):\n    def f(self) -> None:\n        pass\n",
         Effect.TYPING),
    case("of a property", "class A:\n    @property\n    def f(self):\n        pass\n",
         "class A:\n    @property\n    def f(self) -> int:\n        pass\n", Effect.TYPING),
    case("of a property's setter", "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v): pass\n",
         "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v: int) -> None: pass\n", Effect.TYPING),
    case("of a method of a dataclass", "from dataclasses import dataclass\n@dataclass\nclass A:\n    def f(self): pass\n",
         "from dataclasses import dataclass\n@dataclass\nclass A:\n    def f(self) -> int: pass\n", Effect.TYPING),
    case("of a variable", "x = 1\n", "x: int = 1\n", Effect.TYPING),
    case("of a variable, on its own line", "def f():\n    x = 1\n    return x\n", "def f():\n    x: int\n    x = 1\n    return x\n",
         Effect.TYPING),
    case("of an attribute", "class A:\n    def f(self):\n        self.x = 1\n",
         "class A:\n    def f(self):\n        self.x: int = 1\n", Effect.TYPING),
    case("in a plain class", "class A:\n    x = 1\n", "class A:\n    x: int = 1\n", Effect.TYPING),
    case("from __future__ import annotations", PLAIN, "from __future__ import annotations\n" + PLAIN, Effect.TYPING),
    case("a typing import", PLAIN, "from typing import Any\ndef f(x: Any):\n    return x + 1\n", Effect.TYPING),
    case("a typing import gone", "from typing import Any, cast\n" + PLAIN, PLAIN, Effect.TYPING),
    case("a type variable", PLAIN, "from typing import TypeVar\nT = TypeVar('T')\ndef f(x: T) -> T:\n    return x + 1\n",
         Effect.TYPING),
    case("a type alias", PLAIN, "from typing import TypeAlias\nX: TypeAlias = 'int | str'\ndef f(x: X):\n    return x + 1\n",
         Effect.TYPING),
    case("a cast", "from typing import cast\nx = f()\n", "from typing import cast\nx = cast(int, f())\n", Effect.TYPING),
    case("a cast under another name", "x = f()\n", "import typing as t\nx = t.cast('int', f())\n", Effect.TYPING),
    case("an import for the checker", PLAIN, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\n" + PLAIN,
         Effect.TYPING),
    case("the same, without importing typing", "TYPE_CHECKING = False\n" + PLAIN,
         "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from a import B\n" + PLAIN, Effect.TYPING),
    case("what is under TYPE_CHECKING, with an else", "import typing\nif typing.TYPE_CHECKING:\n    A = int\nelse:\n    A = str\n",
         "import typing\nif typing.TYPE_CHECKING:\n    A = bool\nelse:\n    A = str\n", Effect.TYPING),
    case("an overload", "from typing import overload\n" + PLAIN,
         "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n" + PLAIN, Effect.TYPING),
    case("typing_extensions for typing", "from typing import Any\ndef f(x: Any): pass\n",
         "from typing_extensions import Any\ndef f(x: Any): pass\n", Effect.TYPING),
]  # fmt: skip

REMOVED = [
    case("a function", KEPT + PLAIN, KEPT, Effect.DELETION),
    case("an unused import", "import os\n" + PLAIN, PLAIN, Effect.DELETION),
    case("an import with its only user", "import json\n" + KEPT + "def g():\n    return json.dumps(1)\n", KEPT, Effect.DELETION),
    case("one name of an import", "from a import b, c\nb()\n", "from a import b\nb()\n", Effect.DELETION),
    case("an import that only annotations use now", "from a import B\ndef f(x: B): pass\n",
         "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\ndef f(x: B): pass\n", Effect.DELETION),
    case("a class", KEPT + "class A(B):\n    x = 1\n", KEPT, Effect.DELETION),
    case("a method of a class without bases", "class A:\n    def f(self): pass\n    def g(self): pass\n",
         "class A:\n    def f(self): pass\n", Effect.DELETION),
    case("the last method", "class A:\n    def f(self): pass\n", "class A:\n    pass\n", Effect.DELETION),
    case("a function with its entry in __all__", "__all__ = ['f', 'kept']\n" + KEPT + PLAIN, "__all__ = ['kept']\n" + KEPT,
         Effect.DELETION),
    case("a whole file", "X = 1\n" + PLAIN, None, Effect.DELETION),
    case("a function, and annotations come", KEPT + PLAIN, KEPT.replace("()", "() -> int"), Effect.DELETION),
]  # fmt: skip

FIELD = "from {module} import {name}\n{decorator}class A({base}):\n    x: {type} = 1\n"
HANDED = "import {module}\n{decorator}\ndef f(x: {type}):\n    return x\n"


def fields(module: str, name: str, decorator: str = "", base: str = "") -> tuple[str, str]:
    before, after = (
        FIELD.format(module=module, name=name, decorator=decorator, base=base, type=t) for t in ("int", "str")
    )
    return before, after


def handed(module: str, decorator: str) -> tuple[str, str]:
    before, after = (HANDED.format(module=module, decorator=decorator, type=t) for t in ("int", "str"))
    return before, after


HOSTILE = [
    case("another value", PLAIN, PLAIN.replace("1", "2"), Effect.BEHAVIOUR),
    case("another default", "def f(x: int = 1): pass\n", "def f(x: int = 2): pass\n", Effect.BEHAVIOUR),
    case("what cannot be parsed", PLAIN, "def f(:\n", Effect.BEHAVIOUR),
    case("an encoding that changes a string", "# coding: utf-8\nx = 'é'\n", "# coding: latin-1\nx = 'é'\n", Effect.BEHAVIOUR),
    case("a docstring that the module reads", '"""a"""\nprint(__doc__)\n', '"""b"""\nprint(__doc__)\n', Effect.BEHAVIOUR),
    case("a docstring that is read as an attribute", "def f():\n    'a'\nrun(f.__doc__)\n", "def f():\n    'b'\nrun(f.__doc__)\n",
         Effect.BEHAVIOUR),
    case("a formatted string that stands alone", PLAIN, PLAIN + "f'{launch()}'\n", Effect.BEHAVIOUR),
    case("a formatted string", "x = f'{a}'\n", "x = f'{a!r}'\n", Effect.BEHAVIOUR),
    case("an assertion less", "def f(x):\n    assert x\n    return x\n", "def f(x):\n    return x\n", Effect.BEHAVIOUR),
    case("a coroutine that was a function", "def f(): pass\n", "async def f(): pass\n", Effect.BEHAVIOUR),
    case("an await less", "async def f(x):\n    await x\n", "async def f(x):\n    x\n", Effect.BEHAVIOUR),
    case("a version that decides", "version = '1'\nif version > '1':\n    x = 1\n", "version = '2'\nif version > '1':\n    x = 1\n",
         Effect.BEHAVIOUR),
    case("a dunder version that decides", "__version__ = '1'\nx = 1 if __version__ == '1' else 2\n",
         "__version__ = '2'\nx = 1 if __version__ == '1' else 2\n", Effect.BEHAVIOUR),
    case("a version that is sent", "version = '1'\nsend(version)\n", "version = '2'\nsend(version)\n", Effect.BEHAVIOUR),
    case("a local version", "def f():\n    version = '1'\n    return version\n", "def f():\n    version = '2'\n    return version\n",
         Effect.BEHAVIOUR),
    case("a version that is none", "__version__ = '1.0'\n", "__version__ = 'rm -rf /'\n", Effect.BEHAVIOUR),
    case("a version that is a number now", "__version__ = '1'\n", "__version__ = 1\n", Effect.BEHAVIOUR),
    case("a dataclass field", *fields("dataclasses", "dataclass", "@dataclass\n"), Effect.BEHAVIOUR),
    case("a pydantic field", *fields("pydantic", "BaseModel", base="BaseModel"), Effect.BEHAVIOUR),
    case("a NamedTuple field", *fields("typing", "NamedTuple", base="NamedTuple"), Effect.BEHAVIOUR),
    case("a TypedDict key", *fields("typing", "TypedDict", base="TypedDict"), Effect.BEHAVIOUR),
    case("a typer command", *handed("typer", "@app.command()"), Effect.BEHAVIOUR),
    case("a typer command that is not decorated", "import typer\ndef f(x: int): pass\ntyper.run(f)\n",
         "import typer\ndef f(x: str): pass\ntyper.run(f)\n", Effect.BEHAVIOUR),
    case("a FastAPI route", *handed("web", "@app.get('/')"), Effect.BEHAVIOUR),
    case("a pydantic validator", *handed("pydantic", "@pydantic.validate_call"), Effect.BEHAVIOUR),
    case("a variant of a singledispatch function", *handed("shop", "@shop.total.register"), Effect.BEHAVIOUR),
    case("a method of a class that is registered", "@app.service\nclass A:\n    def f(self, x: int): pass\n",
         "@app.service\nclass A:\n    def f(self, x: str): pass\n", Effect.BEHAVIOUR),
    case("a module that reads annotations", "def f(x: int): pass\nprint(f.__annotations__)\n",
         "def f(x: str): pass\nprint(f.__annotations__)\n", Effect.BEHAVIOUR),
    case("a module that reads type hints", "from typing import get_type_hints\ndef f(x: int): pass\nget_type_hints(f)\n",
         "from typing import get_type_hints\ndef f(x: str): pass\nget_type_hints(f)\n", Effect.BEHAVIOUR),
    case("an annotation that runs", "def f(x: int): pass\n", "def f(x: launch()): pass\n", Effect.BEHAVIOUR),
    case("an annotation that carries data", "def f(x: Annotated[int, 1]): pass\n", "def f(x: Annotated[int, 2]): pass\n",
         Effect.BEHAVIOUR),
    case("an annotation that makes a name local", "def f():\n    return x\n", "def f():\n    x: int\n    return x\n", Effect.BEHAVIOUR),
    case("a nested function's assignment is not its own", "def f():\n    def g():\n        x = 1\n    return x\n",
         "def f():\n    x: int\n    def g():\n        x = 1\n    return x\n", Effect.BEHAVIOUR),
    case("a cast of our own", "def cast(a, b): return b\nx = f()\n", "def cast(a, b): return b\nx = cast(1, f())\n", Effect.BEHAVIOUR),
    case("a cast that a parameter shadows", "from typing import cast\ndef g(cast): return f()\n",
         "from typing import cast\ndef g(cast): return cast(1, f())\n", Effect.BEHAVIOUR),
    case("a cast that runs", "from typing import cast\nx = 1\n", "from typing import cast\nx = cast(launch(), 1)\n", Effect.BEHAVIOUR),
    case("a cast to what only the checker imports", "from typing import *\nfrom typing import cast, TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\nx = 1\n",
         "from typing import *\nfrom typing import cast, TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\nx = cast(b.B, 1)\n", Effect.BEHAVIOUR),
    case("an overload of our own", PLAIN, "@registry.overload\ndef f(x): return 0\n" + PLAIN, Effect.BEHAVIOUR),
    case("what stands under another TYPE_CHECKING", "if settings.TYPE_CHECKING:\n    x = 1\n", "if settings.TYPE_CHECKING:\n    x = 2\n",
         Effect.BEHAVIOUR),
    case("what stands under a TYPE_CHECKING that is true", "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    x = 1\n",
         "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    x = 2\n", Effect.BEHAVIOUR),
    case("what stands under a TYPE_CHECKING that is set", "from typing import TYPE_CHECKING\nTYPE_CHECKING = 1\nif TYPE_CHECKING:\n    x = 1\n",
         "from typing import TYPE_CHECKING\nTYPE_CHECKING = 1\nif TYPE_CHECKING:\n    x = 2\n", Effect.BEHAVIOUR),
    case("the else of TYPE_CHECKING", "import typing\nif typing.TYPE_CHECKING:\n    A = int\nelse:\n    A = str\n",
         "import typing\nif typing.TYPE_CHECKING:\n    A = int\nelse:\n    A = bytes\n", Effect.BEHAVIOUR),
    case("a typing import that has other users", "from typing import Any\nx = Any\n", "x = Any\n", Effect.BEHAVIOUR),
    case("a collections.abc import that has other users", "from collections.abc import Sized\nprint(isinstance([], Sized))\n",
         "print(isinstance([], Sized))\n", Effect.BEHAVIOUR),
    case("an import with a user left", "import os\nx = os.name\n", "x = os.name\n", Effect.BEHAVIOUR),
    case("an import of everything", "from a import *\n" + PLAIN, PLAIN, Effect.BEHAVIOUR),
    case("a future import that is read", "from __future__ import annotations\nimport pydantic\nclass A(pydantic.BaseModel):\n    x: int\n",
         "import pydantic\nclass A(pydantic.BaseModel):\n    x: int\n", Effect.BEHAVIOUR),
    case("a function that is still called", KEPT + PLAIN + "f(1)\n", KEPT + "f(1)\n", Effect.BEHAVIOUR),
    case("a later definition of the same name", PLAIN + KEPT + PLAIN.replace("1", "2"), PLAIN + KEPT, Effect.BEHAVIOUR),
    case("an earlier one under a condition", "if a:\n    def f(x): return 1\n" + PLAIN, "if a:\n    def f(x): return 1\n", Effect.BEHAVIOUR),
    case("one that shadowed a builtin", "def print(x): log(x)\n" + KEPT + "print(1)\n", KEPT + "print(1)\n", Effect.BEHAVIOUR),
    case("one that is only for the checker now", PLAIN + KEPT, "import typing\nif typing.TYPE_CHECKING:\n    def f(x): return 1\n" + KEPT,
         Effect.BEHAVIOUR),
    case("one that is only an overload now", PLAIN + KEPT, "from typing import overload\n@overload\ndef f(x): return 1\n" + KEPT,
         Effect.BEHAVIOUR),
    case("one that is registered", "@app.route('/')\n" + PLAIN + KEPT, KEPT, Effect.BEHAVIOUR),
    case("one that is looked up by name", PLAIN + "def run(n): return globals()[n]()\n", "def run(n): return globals()[n]()\n",
         Effect.BEHAVIOUR),
    case("an overriding method", "class A(B):\n    def f(self): pass\n    x = 1\n", "class A(B):\n    x = 1\n", Effect.BEHAVIOUR),
    case("a method of a mixin", "class M:\n    def f(self): pass\n    x = 1\nclass A(M, B): pass\n", "class M:\n    x = 1\nclass A(M, B): pass\n",
         Effect.BEHAVIOUR),
    case("a special method", "class A:\n    def __eq__(self, o): return True\n    x = 1\n", "class A:\n    x = 1\n", Effect.BEHAVIOUR),
    case("a setter", "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v): pass\n",
         "class A:\n    @property\n    def f(self): pass\n", Effect.BEHAVIOUR),
    case("a method that getattr finds", "class A:\n    def do_x(self): pass\n    def run(self, n): getattr(self, 'do_' + n)()\n",
         "class A:\n    def run(self, n): getattr(self, 'do_' + n)()\n", Effect.BEHAVIOUR),
    case("an attribute of a class", "class A:\n    x = 1\n    y = 2\n", "class A:\n    x = 1\n", Effect.BEHAVIOUR),
    case("an entry of __all__ whose function stays", "__all__ = ['f', 'kept']\n" + KEPT + PLAIN, "__all__ = ['kept']\n" + KEPT + PLAIN,
         Effect.BEHAVIOUR),
    case("a function whose entry in __all__ stays", "__all__ = ['f', 'kept']\n" + KEPT + PLAIN, "__all__ = ['f', 'kept']\n" + KEPT,
         Effect.BEHAVIOUR),
    case("a setting", "DEBUG = False\n" + PLAIN, PLAIN, Effect.BEHAVIOUR),
    case("a whole file that registers", "register(1)\n" + PLAIN, None, Effect.BEHAVIOUR),
    case("definitions that change places", "class A: x = 1\nclass B: x = 2\n", "class B: x = 2\nclass A: x = 1\n", Effect.BEHAVIOUR),
]  # fmt: skip


@pytest.mark.parametrize(("base", "head", "expected"), [*HARMLESS, *TYPED, *REMOVED, *HOSTILE])
def test_an_edit_has_the_effect_that_its_syntax_trees_prove(
    base: str | None, head: str | None, expected: Effect
) -> None:
    assert effect(base, head) is expected


@pytest.mark.parametrize(("base", "head", "expected"), [*HARMLESS, *TYPED])
def test_an_edit_without_behaviour_has_the_same_effect_when_it_is_undone(
    base: str | None, head: str | None, expected: Effect
) -> None:
    assert effect(head, base) is expected


HELPER = "def helper(x):\n    return x * LIMIT\n"
LIMIT = "LIMIT = 10\n"

MOVES = {
    "a function to another file": [(KEPT + PLAIN, KEPT), ("import os\n", "import os\n" + PLAIN)],
    "with what it needs": [(LIMIT + HELPER, ""), (None, LIMIT + HELPER)],
    "away from what it needs, which it imports": [(LIMIT + HELPER, LIMIT), (None, "from .a import LIMIT\n" + HELPER)],
    "and its users import it": [
        (PLAIN + "def g():\n    return f(1)\n", "from .b import f\ndef g():\n    return f(1)\n"),
        (None, PLAIN),
        ("from .a import f\nX = f(2)\n", "from .b import f\nX = f(2)\n"),
    ],
    "functions within a file": [(KEPT + PLAIN, PLAIN + KEPT)],
    "deeper, and its imports with it": [("from .x import y\ndef g(): return y()\n", ""), (None, "from ..x import y\ndef g(): return y()\n")],
}  # fmt: skip
NO_MOVES = {
    "nothing": [],
    "a registration that changes its place": [("@app.rule\ndef a(): pass\n@app.rule\ndef b(): pass\n", "@app.rule\ndef b(): pass\n@app.rule\ndef a(): pass\n")],
    "statements that change their order": [("connect()\nsend()\n", "send()\nconnect()\n")],
    "a value that is set earlier": [("x = 1\ny = x\nx = 2\n", "x = 1\nx = 2\ny = x\n")],
    "an edited function": [(PLAIN, ""), (None, PLAIN.replace("1", "2"))],
    "to where a name means something else": [(LIMIT + HELPER, LIMIT), ("LIMIT = 99\n", "LIMIT = 99\n" + HELPER)],
    "to where a name is imported from elsewhere": [("from .safe import check\ndef g(): return check()\n", ""), ("from .other import check\n", "from .other import check\ndef g(): return check()\n")],
    "while an import is exchanged": [(KEPT + PLAIN, KEPT), (None, PLAIN), ("from .safe import check\ncheck()\n", "from .lax import check\ncheck()\n")],
    "to where the name is taken": [(KEPT + PLAIN, KEPT), ("def f(x):\n    return 0\n", "def f(x):\n    return 0\n" + PLAIN)],
    "of what registers": [("@app.rule\n" + PLAIN, ""), (None, "@app.rule\n" + PLAIN)],
    "of what cannot be parsed": [("def f(:\n", ""), (None, "def f(:\n")],
}  # fmt: skip


@pytest.mark.parametrize("edits", MOVES.values(), ids=MOVES)
def test_a_move_is_recognised(edits: list[tuple[str | None, str | None]]) -> None:
    assert moved_only(edits)


@pytest.mark.parametrize("edits", NO_MOVES.values(), ids=NO_MOVES)
def test_what_only_looks_like_a_move_is_none(edits: list[tuple[str | None, str | None]]) -> None:
    assert not moved_only(edits)
