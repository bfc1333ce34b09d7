"""Frozen dataclasses to JSON and back, by their annotations: how verdicts and test runs are kept."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from enum import Enum
from typing import TypeVar, cast

from agentgate.store import Json

Value = TypeVar("Value")


def to_json(value: object) -> Json:
    """A dataclass, tuple, enum or plain value as JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{type(value).__name__} is not kept")


def from_json(kind: type[Value], value: Json) -> Value:
    """The value of type `kind` that `to_json` made this of. Raises ValueError where it is of another shape."""
    try:
        return cast("Value", _build(kind, value))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


@functools.cache
def _hints(kind: type) -> dict[str, object]:
    return dict(typing.get_type_hints(kind))


def _build(kind: object, value: Json) -> object:
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _tuple(typing.get_args(kind), value)
    if origin in (types.UnionType, typing.Union):
        return _union(typing.get_args(kind), value)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        if not isinstance(value, dict):
            raise TypeError(f"{kind.__name__} needs an object")
        hints = _hints(kind)
        names = [f.name for f in dataclasses.fields(kind)]
        return kind(**{name: _build(hints[name], value[name]) for name in names})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and isinstance(value, kind):
        return value
    raise ValueError(f"{value!r} is no {kind}")


def _tuple(arguments: tuple[object, ...], value: Json) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise TypeError("a tuple needs an array")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_build(arguments[0], item) for item in value)
    return tuple(_build(kind, item) for kind, item in zip(arguments, value, strict=True))


def _union(arguments: tuple[object, ...], value: Json) -> object:
    if value is None and type(None) in arguments:
        return None
    return _build(next(a for a in arguments if a is not type(None)), value)
