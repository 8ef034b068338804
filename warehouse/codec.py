"""Nouns to JSON and back, by msgspec: frozen dataclasses of enums, dates, times, tuples and one another.

A stored text may lack fields that came later (their defaults stand) or hold ones that went (they are ignored). The JSON
itself is the standard library's: ASCII only, and so whole whatever a title holds (msgspec refuses lone surrogates).
"""

import json
from typing import TypeVar

import msgspec

T = TypeVar("T")


def encode(value: object) -> str:
    """Return a dataclass as JSON, exact for everything that `decode` reads. Raises TypeError for what has none."""
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def decode(kind: type[T], text: str) -> T:
    """Return the dataclass that `encode` wrote. Raises ValueError for anything else."""
    return msgspec.convert(json.loads(text), kind)
