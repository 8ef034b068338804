"""Plain cases as data: a test's rows stand under its name in the TOML file beside its module."""

import tomllib
from collections.abc import Callable
from functools import cache
from inspect import getfile
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec
import pytest

Test = TypeVar("Test", bound=Callable[..., None])


@cache
def tables(path: Path) -> dict[str, list[Any]]:
    """Read a file of rows, a table a test."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def table(columns: str, *more: Any) -> Callable[[Test], Test]:
    """Give a test its rows, each value of its parameter's type: bytes are UTF-8, what a row leaves out at its end is None.

    `more` are rows that TOML cannot hold, or that are made by a rule.
    """
    names = columns.split(", ")

    def given(test: Test) -> Test:
        types = get_type_hints(test)

        def value(name: str, written: Any) -> Any:
            return written.encode() if types[name] is bytes else msgspec.convert(written, types[name])

        found: list[Any] = []
        for row in tables(Path(getfile(test)).with_suffix(".toml"))[test.__name__]:
            cells = row if len(names) > 1 else [row]
            values = tuple(map(value, names, [*cells, *[None] * (len(names) - len(cells))]))
            found.append(values if len(names) > 1 else values[0])
        made: Test = pytest.mark.parametrize(columns, [*found, *more])(test)
        return made

    return given
