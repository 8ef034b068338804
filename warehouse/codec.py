"""Nouns to JSON and back, by msgspec: frozen dataclasses of enums, dates, times, tuples and one another.

A stored text may lack fields that came later (their defaults stand) or hold ones that went (they are ignored). The JSON
itself is the standard library's: ASCII only, and so whole whatever a title holds (msgspec refuses lone surrogates).
"""

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import TypeVar

import msgspec

T = TypeVar("T")


def encode(value: object) -> str:
    """Return a dataclass as JSON, exact for everything that `decode` reads. Raises TypeError for what has none."""
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def lean(kind: type) -> Callable[[object], str]:
    """Return what encodes such dataclasses without what has its default value: of many feeds most is so."""
    usual = msgspec.to_builtins({one.name: one.default for one in fields(kind) if one.default is not MISSING}).items()
    return lambda value: encode(dict(one for one in msgspec.to_builtins(value).items() if one not in usual))


def decode(kind: type[T], text: str) -> T:
    """Return the dataclass that `encode` wrote. Raises ValueError for anything else."""
    return msgspec.convert(json.loads(text), kind)
