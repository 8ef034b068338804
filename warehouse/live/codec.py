"""Nouns to JSON and back: frozen dataclasses of enums, dates, times, durations, tuples and one another.

A stored text may lack fields that came later (their defaults stand) or hold ones that went (they are ignored).
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Hashable
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import TypeVar, cast

T = TypeVar("T")
_Read = Callable[[object], object]


def encode(value: object) -> str:
    """Return a dataclass as JSON, ASCII only: exact for everything that `decode` reads."""
    return json.dumps(value, default=_plain, separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """Return the dataclass that `encode` wrote. Raises ValueError, TypeError or KeyError for anything else."""
    return cast("T", _reader(cast("Hashable", kind))(json.loads(text)))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    raise TypeError(f"no JSON for {type(value).__name__}")


@functools.cache
def _reader(kind: Hashable) -> _Read:
    """Return the function that reads one type; built once a type."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in {types.UnionType, typing.Union}:
        inner = _reader(next(part for part in parts if part is not types.NoneType))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        return _tuple_reader(parts)
    if isinstance(kind, type):
        return _class_reader(kind)
    raise TypeError(f"no reading of {kind}")


def _tuple_reader(parts: tuple[Hashable, ...]) -> _Read:
    if parts[-1] is Ellipsis:
        one = _reader(parts[0])
        return lambda value: tuple(map(one, cast("list[object]", value)))
    each = [_reader(part) for part in parts]
    return lambda value: tuple(read(x) for read, x in zip(each, cast("list[object]", value), strict=True))


def _class_reader(kind: type) -> _Read:
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(kind)
    if issubclass(kind, datetime | date | time):
        return lambda value: kind.fromisoformat(cast("str", value))
    if issubclass(kind, timedelta):
        return lambda value: timedelta(microseconds=cast("int", value))
    if issubclass(kind, Enum):
        return kind
    return lambda value: value


def _dataclass_reader(kind: type) -> _Read:
    hints = typing.get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}

    def read(value: object) -> object:
        stored = cast("dict[str, object]", value)
        return kind(**{name: readers[name](stored[name]) for name in readers.keys() & stored.keys()})

    return read
