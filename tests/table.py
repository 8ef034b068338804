"""Plain cases as data: a test's rows stand under its name in the TOML file beside its module."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from inspect import getfile
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec
import pytest

Test = TypeVar("Test", bound=Callable[..., None])


@cache
def tables(module: str) -> dict[str, Any]:
    """Read the TOML file beside a module, of which this is the path: rows by the tests' names, and what else it names."""
    return tomllib.loads(Path(module).with_suffix(".toml").read_text(encoding="utf-8"))


def read(written: Any, kind: Any) -> Any:
    """Read a value of a type: bytes are UTF-8, and "" is None where None may be."""
    if written == "" and NoneType in get_args(kind):
        return None
    return written.encode() if kind is bytes else msgspec.convert(written, kind)


def typed(noun: type, told: Mapping[str, Any]) -> dict[str, Any]:
    """Read what a row tells of a noun, each value of its field's type."""
    kinds = get_type_hints(noun)
    return {name: read(value, kinds[name]) for name, value in told.items()}


def table(columns: str, *more: Any) -> Callable[[Test], Test]:
    """Give a test its rows, each value of its parameter's type; what a row leaves out at its end is None.

    `more` are rows that TOML cannot hold, or that are made by a rule.
    """
    names = columns.split(", ")

    def given(test: Test) -> Test:
        kinds = get_type_hints(test)
        found: list[Any] = []
        for row in tables(getfile(test))[test.__name__]:
            cells = row if len(names) > 1 else [row]
            whole = [*cells, *[None] * (len(names) - len(cells))]
            values = tuple(read(cell, kinds[name]) for name, cell in zip(names, whole, strict=True))
            found.append(values if len(names) > 1 else values[0])
        made: Test = pytest.mark.parametrize(columns, [*found, *more])(test)
        return made

    return given
