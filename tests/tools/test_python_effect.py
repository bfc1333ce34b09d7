"""Edits and the effect that they must be given; the hostile ones pose as less than they are."""

from __future__ import annotations

import pytest

from agentgate.tools.python_effect import Effect, effect

PLAIN = "def f(x):\n    return x + 1\n"
KEPT = "def kept():\n    return 1\n\n\n"


Edits = dict[str, tuple[str | None, str | None, Effect]]

HARMLESS: Edits = {
    "no file on either side": (None, None, Effect.NONE),
    "a comment": (PLAIN, "# why\n" + PLAIN, Effect.NONE),
    "formatting": (PLAIN, "def f( x ) :\n  return (x+1)\n", Effect.NONE),
    "a type comment": ("x = []\n", "x = []  # type: list[int]\n", Effect.NONE),
    "an encoding of a source in ASCII": (PLAIN, "# coding: latin-1\n" + PLAIN, Effect.NONE),
    "a docstring": (PLAIN, '"""Says."""\n' + PLAIN, Effect.DOCSTRINGS),
    "a method's docstring": (
        "class A:\n    def f(self):\n        '''a'''\n        return 1\n",
        "class A:\n    def f(self):\n        '''b'''\n        return 1\n",
        Effect.DOCSTRINGS,
    ),
    "a string that stands alone": (PLAIN, PLAIN + "'alone'\n", Effect.DOCSTRINGS),
    "a docstring is all there is": ("def f(): ...\n", "def f():\n    '''a'''\n    ...\n", Effect.DOCSTRINGS),
    "a version": ('__version__ = "1.0"\n', '__version__ = "1.1.dev0"\n', Effect.VERSION),
    "what a module says of its distribution": (
        "__license__ = 'MIT License'\n__author__ = 'a'\n",
        "__license__ = 'MIT'\n__author__ = 'b'\n",
        Effect.VERSION,
    ),
    "a distribution's title that decides something": (
        "__title__ = 'a'\nif __title__ == 'a':\n    x = 1\n",
        "__title__ = 'b'\nif __title__ == 'a':\n    x = 1\n",
        Effect.BEHAVIOUR,
    ),
    "a version that is shown": (
        '__version__ = "1.0"\nprint(__version__)\n',
        '__version__ = "1.1"\nprint(__version__)\n',
        Effect.VERSION,
    ),
    "a version as a tuple": ("version_info = (1, 0)\n", "version_info = (1, 1, 'dev')\n", Effect.VERSION),
    "an annotated version": ('__version__: str = "1.0"\n', '__version__: str = "2.0"\n', Effect.VERSION),
    "an example that doctest runs": (
        'def f():\n    """>>> f()\n    1"""\n',
        'def f():\n    """>>> f()\n    2"""\n',
        Effect.LIVE_DOCSTRINGS,
    ),
    "a docstring beside its example": (
        'def f():\n    """A.\n\n    >>> f()\n    1\n    """\n',
        'def f():\n    """B.\n\n    >>> f()\n    1\n    """\n',
        Effect.DOCSTRINGS,
    ),
    "a docstring that is copied": (
        "def f():\n    'a'\ng.__doc__ = f.__doc__\n",
        "def f():\n    'b'\ng.__doc__ = f.__doc__\n",
        Effect.DOCSTRINGS,
    ),
    "a docstring that becomes an example": (
        'def f():\n    """One."""\n',
        'def f():\n    """>>> f()\n    2"""\n',
        Effect.LIVE_DOCSTRINGS,
    ),
    "the help text of a command": (
        "@app.command()\ndef f():\n    'a'\n",
        "@app.command()\ndef f():\n    'b'\n",
        Effect.LIVE_DOCSTRINGS,
    ),
}

TYPED: Edits = {
    "annotations of a function": (PLAIN, "def f(x: int) -> int:\n    return x + 1\n", Effect.TYPING),
    "of all kinds of parameters": (
        "def f(a, /, b, *c, d=1, **e):\n    pass\n",
        "def f(a: int, /, b: int, *c: int, d: int = 1, **e: int) -> None:\n    pass\n",
        Effect.TYPING,
    ),
    "of a coroutine": ("async def f(x):\n    pass\n", "async def f(x: int) -> None:\n    pass\n", Effect.TYPING),
    "of a method": (
        "class A(B):\n    def f(self):\n        pass\n",
        "class A(B):\n    def f(self) -> None:\n        pass\n",
        Effect.TYPING,
    ),
    "of a property": (
        "class A:\n    @property\n    def f(self):\n        pass\n",
        "class A:\n    @property\n    def f(self) -> int:\n        pass\n",
        Effect.TYPING,
    ),
    "of a property's setter": (
        "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v): pass\n",
        "class A:\n    @property\n    def f(self): pass\n    @f.setter\n    def f(self, v: int) -> None: pass\n",
        Effect.TYPING,
    ),
    "of a method of a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    def f(self): pass\n",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    def f(self) -> int: pass\n",
        Effect.TYPING,
    ),
    "of a variable": ("x = 1\n", "x: int = 1\n", Effect.TYPING),
    "of a variable, on its own line": (
        "def f():\n    x = 1\n    return x\n",
        "def f():\n    x: int\n    x = 1\n    return x\n",
        Effect.TYPING,
    ),
    "of an attribute": (
        "class A:\n    def f(self):\n        self.x = 1\n",
        "class A:\n    def f(self):\n        self.x: int = 1\n",
        Effect.TYPING,
    ),
    "in a plain class": ("class A:\n    x = 1\n", "class A:\n    x: int = 1\n", Effect.TYPING),
    "from __future__ import annotations": (PLAIN, "from __future__ import annotations\n" + PLAIN, Effect.TYPING),
    "a typing import": (PLAIN, "from typing import Any\ndef f(x: Any):\n    return x + 1\n", Effect.TYPING),
    "a typing import gone": ("from typing import Any, cast\n" + PLAIN, PLAIN, Effect.TYPING),
    "a type variable": (
        PLAIN,
        "from typing import TypeVar\nT = TypeVar('T')\ndef f(x: T) -> T:\n    return x + 1\n",
        Effect.TYPING,
    ),
    "a type alias": (
        PLAIN,
        "from typing import TypeAlias\nX: TypeAlias = 'int | str'\ndef f(x: X):\n    return x + 1\n",
        Effect.TYPING,
    ),
    "an alias that is called one": (
        "X = int\ndef f(x: X): return X\n",
        "from typing import TypeAlias\nX: TypeAlias = int\ndef f(x: X): return X\n",
        Effect.TYPING,
    ),
    "a cast": ("from typing import cast\nx = f()\n", "from typing import cast\nx = cast(int, f())\n", Effect.TYPING),
    "a cast under another name": ("x = f()\n", "import typing as t\nx = t.cast('int', f())\n", Effect.TYPING),
    "an import for the checker": (
        PLAIN,
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\n" + PLAIN,
        Effect.TYPING,
    ),
    "the same, without importing typing": (
        "TYPE_CHECKING = False\n" + PLAIN,
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from a import B\n" + PLAIN,
        Effect.TYPING,
    ),
    "what is under TYPE_CHECKING, with an else": (
        "import typing\nif typing.TYPE_CHECKING:\n    A = int\nelse:\n    A = str\n",
        "import typing\nif typing.TYPE_CHECKING:\n    A = bool\nelse:\n    A = str\n",
        Effect.TYPING,
    ),
    "an overload": (
        "from typing import overload\n" + PLAIN,
        "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n" + PLAIN,
        Effect.TYPING,
    ),
    "typing_extensions for typing": (
        "from typing import Any\ndef f(x: Any): pass\n",
        "from typing_extensions import Any\ndef f(x: Any): pass\n",
        Effect.TYPING,
    ),
}

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


HOSTILE: dict[str, tuple[str, str]] = {
    "another value": (PLAIN, PLAIN.replace("1", "2")),
    "another default": ("def f(x: int = 1): pass\n", "def f(x: int = 2): pass\n"),
    "what cannot be parsed": (PLAIN, "def f(:\n"),
    "an encoding that changes a string": ("# coding: utf-8\nx = 'é'\n", "# coding: latin-1\nx = 'é'\n"),
    "a docstring that the module reads": ('"""a"""\nprint(__doc__)\n', '"""b"""\nprint(__doc__)\n'),
    "a docstring that is read as an attribute": (
        "def f():\n    'a'\nrun(f.__doc__)\n",
        "def f():\n    'b'\nrun(f.__doc__)\n",
    ),
    "a formatted string that stands alone": (PLAIN, PLAIN + "f'{launch()}'\n"),
    "a formatted string": ("x = f'{a}'\n", "x = f'{a!r}'\n"),
    "an assertion less": ("def f(x):\n    assert x\n    return x\n", "def f(x):\n    return x\n"),
    "a coroutine that was a function": ("def f(): pass\n", "async def f(): pass\n"),
    "an await less": ("async def f(x):\n    await x\n", "async def f(x):\n    x\n"),
    "a version that decides": (
        "version = '1'\nif version > '1':\n    x = 1\n",
        "version = '2'\nif version > '1':\n    x = 1\n",
    ),
    "a dunder version that decides": (
        "__version__ = '1'\nx = 1 if __version__ == '1' else 2\n",
        "__version__ = '2'\nx = 1 if __version__ == '1' else 2\n",
    ),
    "a version that is sent": ("version = '1'\nsend(version)\n", "version = '2'\nsend(version)\n"),
    "a local version": (
        "def f():\n    version = '1'\n    return version\n",
        "def f():\n    version = '2'\n    return version\n",
    ),
    "a version that is none": ("__version__ = '1.0'\n", "__version__ = 'rm -rf /'\n"),
    "a version that is a number now": ("__version__ = '1'\n", "__version__ = 1\n"),
    "a dataclass field": fields("dataclasses", "dataclass", "@dataclass\n"),
    "a pydantic field": fields("pydantic", "BaseModel", base="BaseModel"),
    "a NamedTuple field": fields("typing", "NamedTuple", base="NamedTuple"),
    "a TypedDict key": fields("typing", "TypedDict", base="TypedDict"),
    "a typer command": handed("typer", "@app.command()"),
    "a typer command that is not decorated": (
        "import typer\ndef f(x: int): pass\ntyper.run(f)\n",
        "import typer\ndef f(x: str): pass\ntyper.run(f)\n",
    ),
    "a FastAPI route": handed("web", "@app.get('/')"),
    "a pydantic validator": handed("pydantic", "@pydantic.validate_call"),
    "a variant of a singledispatch function": handed("shop", "@shop.total.register"),
    "a method of a class that is registered": (
        "@app.service\nclass A:\n    def f(self, x: int): pass\n",
        "@app.service\nclass A:\n    def f(self, x: str): pass\n",
    ),
    "a module that reads annotations": (
        "def f(x: int): pass\nprint(f.__annotations__)\n",
        "def f(x: str): pass\nprint(f.__annotations__)\n",
    ),
    "a module that reads type hints": (
        "from typing import get_type_hints\ndef f(x: int): pass\nget_type_hints(f)\n",
        "from typing import get_type_hints\ndef f(x: str): pass\nget_type_hints(f)\n",
    ),
    "an annotation that runs": ("def f(x: int): pass\n", "def f(x: launch()): pass\n"),
    "an annotation that carries data": ("def f(x: Annotated[int, 1]): pass\n", "def f(x: Annotated[int, 2]): pass\n"),
    "an annotation that makes a name local": ("def f():\n    return x\n", "def f():\n    x: int\n    return x\n"),
    "a nested function's assignment is not its own": (
        "def f():\n    def g():\n        x = 1\n    return x\n",
        "def f():\n    x: int\n    def g():\n        x = 1\n    return x\n",
    ),
    "a cast of our own": ("def cast(a, b): return b\nx = f()\n", "def cast(a, b): return b\nx = cast(1, f())\n"),
    "a cast that a parameter shadows": (
        "from typing import cast\ndef g(cast): return f()\n",
        "from typing import cast\ndef g(cast): return cast(1, f())\n",
    ),
    "a cast that runs": ("from typing import cast\nx = 1\n", "from typing import cast\nx = cast(launch(), 1)\n"),
    "a cast to what only the checker imports": (
        "from typing import cast, TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\nx = 1\n",
        "from typing import cast, TYPE_CHECKING\nif TYPE_CHECKING:\n    import b\nx = cast(b.B, 1)\n",
    ),
    "an overload of our own": (PLAIN, "@registry.overload\ndef f(x): return 0\n" + PLAIN),
    "what stands under another TYPE_CHECKING": (
        "if settings.TYPE_CHECKING:\n    x = 1\n",
        "if settings.TYPE_CHECKING:\n    x = 2\n",
    ),
    "what stands under a TYPE_CHECKING that is true": (
        "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    x = 1\n",
        "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    x = 2\n",
    ),
    "what stands under a TYPE_CHECKING that is set": (
        "from typing import TYPE_CHECKING\nTYPE_CHECKING = 1\nif TYPE_CHECKING:\n    x = 1\n",
        "from typing import TYPE_CHECKING\nTYPE_CHECKING = 1\nif TYPE_CHECKING:\n    x = 2\n",
    ),
    "the else of TYPE_CHECKING": (
        "import typing\nif typing.TYPE_CHECKING:\n    A = int\nelse:\n    A = str\n",
        "import typing\nif typing.TYPE_CHECKING:\n    A = int\nelse:\n    A = bytes\n",
    ),
    "a typing import that has other users": ("from typing import Any\nx = Any\n", "x = Any\n"),
    "a collections.abc import that has other users": (
        "from collections.abc import Sized\nprint(isinstance([], Sized))\n",
        "print(isinstance([], Sized))\n",
    ),
    "an import with a user left": ("import os\nx = os.name\n", "x = os.name\n"),
    "an import of everything": ("from a import *\n" + PLAIN, PLAIN),
    "a future import that is read": (
        "from __future__ import annotations\nimport pydantic\nclass A(pydantic.BaseModel):\n    x: int\n",
        "import pydantic\nclass A(pydantic.BaseModel):\n    x: int\n",
    ),
}


WITHOUT = {**HARMLESS, **TYPED}
ALL = {**WITHOUT, **{name: (*edit, Effect.BEHAVIOUR) for name, edit in HOSTILE.items()}}


@pytest.mark.parametrize(("base", "head", "expected"), [*ALL.values()], ids=[*ALL])
def test_an_edit_has_the_effect_that_its_syntax_trees_prove(
    base: str | None, head: str | None, expected: Effect
) -> None:
    assert effect(base, head) is expected


@pytest.mark.parametrize(("base", "head", "expected"), [*WITHOUT.values()], ids=[*WITHOUT])
def test_an_edit_without_behaviour_has_the_same_effect_when_it_is_undone(
    base: str | None, head: str | None, expected: Effect
) -> None:
    assert effect(head, base) is expected
